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

/**
 * What orders the migrations of a database and is there once: the digits before the first `_` of the file's name; behind
 * a `V` and before `__` (Flyway) with `.` or `_` between them; and for a file that is called `migration.sql` (Prisma) or
 * `up.sql` (diesel), those before the first `_` of its folder's name, whatever `-` is among them. `0007_x.sql` has `7`,
 * `V1_02__x.sql` has `1.2`, `2026-01-02-000000_x/up.sql` has `20260102000000`. Null where there is none, or a longer one
 * than `mostVersion` characters.
 */
export function migrationVersion(path: string): string | null {
  const [name = '', folder = ''] = path.split('/').reverse()
  const found = /^(\d+)_/.exec(name) ?? /^V(\d+(?:[._]\d+)*)__/.exec(name) ?? folderVersion(name, folder)
  const parts = found?.[1]?.replaceAll('-', '').split(/[._]/) ?? []
  const version = parts
    .map((part) => part.replace(/^0+(?=\d)/, ''))
    .join('.')
    .replace(/(\.0)+$/, '')
  return version === '' || version.length > mostVersion ? null : version
}

const mostVersion = 64

function folderVersion(name: string, folder: string): RegExpExecArray | null {
  return name === 'migration.sql' || name === 'up.sql' ? /^(\d[\d-]*)_/.exec(folder) : null
}

/** By version, each part as a number of any length, then by path as bytes. Files without a version come first. */
export function compareMigrations(a: string, b: string): number {
  const left = migrationVersion(a)?.split('.') ?? []
  const right = migrationVersion(b)?.split('.') ?? []
  for (const [i, part] of left.entries()) {
    const other = right[i] ?? ''
    if (part.length !== other.length) return part.length - other.length
    if (part !== other) return part < other ? -1 : 1
  }
  return left.length - right.length || Buffer.compare(Buffer.from(a), Buffer.from(b))
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
