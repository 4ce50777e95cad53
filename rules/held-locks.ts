import type { Effect } from './effects.ts'
import { keepsOut, type LockMode } from './lock-mode.ts'
import type { Name, Statement } from './statement.ts'

/** A lock that the file has taken before, and keeps until its transaction ends. */
export type Held = { readonly relation: Name; readonly lock: LockMode; readonly line: number }

/** The locks on tables that were there before which keep others waiting, in the order in which they were taken. */
export function heldLocks(): {
  readonly all: readonly Held[]
  saw(statement: Statement, effects: readonly Effect[]): void
} {
  const all: Held[] = []
  return {
    all,
    saw({ line }, effects) {
      for (const { relation, lock } of effects) {
        if (keepsOut(lock) !== 'nobody') all.push({ relation, lock, line })
      }
    },
  }
}
