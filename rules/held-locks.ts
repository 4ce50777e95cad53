import type { Effect } from './effects.ts'
import { keepsOut, type LockMode } from './lock-mode.ts'
import type { Name, Statement } from './statement.ts'

/** A lock that the file has taken before, and keeps until its transaction ends. */
export type Held = { readonly relation: Name; readonly lock: LockMode; readonly line: number }

/**
 * The locks on tables that were there before which keep others waiting, in the order in which they were taken. The first
 * one and the first that keeps everybody waiting are enough to tell of: a file may take a hundred thousand.
 */
export function heldLocks(): {
  readonly all: readonly Held[]
  saw(statement: Statement, effects: readonly Effect[]): void
} {
  const all: Held[] = []
  return {
    all,
    saw({ line }, effects) {
      for (const { relation, lock } of effects) {
        const who = keepsOut(lock)
        const known = all.some((one) => who === 'writers' || keepsOut(one.lock) === 'everybody')
        if (who !== 'nobody' && !known) all.push({ relation, lock, line })
      }
    },
  }
}
