import { fileContext } from '@dbward/rules/file-context'
import { type LockMode, strongest } from '@dbward/rules/lock-mode'
import { readFile } from '@dbward/rules/read'

/** The tables of indexes that a statement names. */
export const indexed: Readonly<Record<string, string>> = { t_c: 't', t_u: 't' }

export type Said = {
  readonly lock: LockMode
  readonly scans: readonly string[]
  readonly rewrites: readonly string[]
}

/** What the review says of the last statement of a file, by relation. */
export function saidOf(sql: string): ReadonlyMap<string, Said> {
  const { read } = readFile(new TextEncoder().encode(sql), 'postgres')
  const context = fileContext({ engine: 'postgres', tx: 'none', version: { major: 18, minor: 0 } })
  const said = new Map<string, Said>()
  for (const [i, { lowered }] of read.entries()) {
    for (const statement of lowered) {
      if (i === read.length - 1) {
        for (const { relation, lock, scans, rewrites, onTable } of context.effects(statement)) {
          const table = indexed[relation.name]
          if (table !== undefined && onTable !== undefined)
            said.set(table, { lock: onTable, scans: [scans], rewrites: ['no'] })
          const before = said.get(relation.name)
          said.set(relation.name, {
            lock: strongest(before === undefined ? [lock] : [before.lock, lock]) ?? lock,
            scans: [...(before?.scans ?? []), scans],
            rewrites: [...(before?.rewrites ?? []), rewrites],
          })
        }
      }
      context.saw(statement)
    }
  }
  return said
}
