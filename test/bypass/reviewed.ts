import type { Engine } from '@dbward/rules/engine'
import { review } from '@dbward/rules/review'
import { split } from '@dbward/rules/split'

export type Reviewed = {
  /** the rules that find something, in order; behind those that a comment allows it says so */
  readonly reports: string
  readonly severities: readonly string[]
  /** the statements, as they would be executed; none where the file is refused as not understood */
  readonly runs: readonly string[] | undefined
  readonly tx: 'auto' | 'none'
}

export async function reviewed(sql: string | Uint8Array, engine: Engine): Promise<Reviewed> {
  const bytes = typeof sql === 'string' ? new TextEncoder().encode(sql) : sql
  const [file] = await review([{ path: 'db/migrate/1_x.sql', bytes }], { engine })
  const { stmts, tx, problems } = await split(bytes, engine)
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const texts = stmts.map(({ off, len }) => decoder.decode(bytes.subarray(off, off + len)))
  const found = file?.findings ?? []
  const allowed = file?.allowed.map(({ rule }) => `${rule}:allowed`) ?? []
  return {
    reports: [...new Set([...found.map(({ rule }) => rule), ...allowed])].sort().join(' '),
    severities: found.map(({ severity }) => severity),
    runs: problems.length > 0 ? undefined : texts,
    tx,
  }
}
