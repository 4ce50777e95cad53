import { createHash } from 'node:crypto'
import { canonical } from './json.ts'
import { closed, integer, list, oneOf, type Parsed, ShapeError, sha256Hex, text } from './shape.ts'

/**
 * What would run, to the byte: the files in order and, for each statement, its span and hash. `off` and `len` count
 * bytes of the file; a statement's hash is over exactly these bytes; between spans lie only `;`, white space and comments.
 * `tx: auto` runs in one transaction. `tx: none` on PostgreSQL is a file of one statement that cannot; on MySQL and
 * MariaDB it is a file with any statement that commits by itself, and its statements run one by one.
 */
const statement = closed({ i: integer, off: integer, len: integer, sha256: sha256Hex, kind: text })
const file = closed({
  path: text,
  sha256: sha256Hex,
  size: integer,
  tx: oneOf('auto', 'none'),
  stmts: list(statement, 5_000),
})
const plan = closed({ v: integer, files: list(file, 1_000) })

export type PlannedStatement = Parsed<typeof statement>
export type PlannedFile = Parsed<typeof file>
export type Plan = Parsed<typeof plan>

export type FileToPlan = {
  readonly path: string
  readonly bytes: Uint8Array
  readonly tx: 'auto' | 'none'
  readonly stmts: readonly { readonly off: number; readonly len: number; readonly kind: string }[]
}

/** Files in the order in which they run: by version, then by path. */
export function makePlan(files: readonly FileToPlan[]): Plan {
  return { v: 1, files: [...files].sort((a, b) => compareMigrations(a.path, b.path)).map(planFile) }
}

export function parsePlan(value: unknown): Plan {
  const parsed = plan(value, 'plan')
  if (parsed.v !== 1) throw new ShapeError('plan.v', '1', parsed.v)
  return parsed
}

/** SHA-256 over the canonical JSON of the plan, in hex. */
export function planDigest(value: Plan): string {
  return sha256(new TextEncoder().encode(canonical(value)))
}

export function statementCount(value: Plan): number {
  return value.files.reduce((sum, one) => sum + one.stmts.length, 0)
}

/** The digits before the first `_` of the file's name, without leading zeros; null where there are none. */
export function migrationVersion(path: string): string | null {
  const found = /^0*(\d+)_/.exec(path.slice(path.lastIndexOf('/') + 1))
  return found?.[1] ?? null
}

/** By version as a number of any length, then by path as bytes. Files without a version come first. */
export function compareMigrations(a: string, b: string): number {
  const left = migrationVersion(a) ?? ''
  const right = migrationVersion(b) ?? ''
  if (left.length !== right.length) return left.length - right.length
  if (left !== right) return left < right ? -1 : 1
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function planFile(one: FileToPlan): PlannedFile {
  return {
    path: one.path,
    sha256: sha256(one.bytes),
    size: one.bytes.length,
    tx: one.tx,
    stmts: one.stmts.map((span, i) => ({
      i,
      off: span.off,
      len: span.len,
      sha256: sha256(one.bytes.subarray(span.off, span.off + span.len)),
      kind: span.kind,
    })),
  }
}
