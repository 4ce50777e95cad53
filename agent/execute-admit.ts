import { Refusal } from '@dbward/protocol/errors'
import { migrationVersion, type Plan, planDigest, sha256 } from '@dbward/protocol/plan'
import type { Claims, Work } from './execute.ts'
import { attemptExists, attemptsFrom, ledgerRows } from './ledger/read.ts'
import { ledgerColumns } from './ledger/schema.ts'
import { tripwireWeaknesses } from './ledger/tripwire.ts'
import type { Session } from './session.ts'

/** The bytes are the plan's and the plan is the token's. Needs no database. */
export function admitBytes(work: Work, claims: Claims): void {
  if (claims.engine !== 'postgres') {
    throw new Refusal('WRONG_DATABASE', `expected a token for postgres, got one for ${claims.engine}`)
  }
  const digest = planDigest(work.plan)
  if (digest !== claims.plan_sha256) {
    throw new Refusal('PLAN_DIGEST', `expected a plan with digest ${claims.plan_sha256}, got ${digest}`)
  }
  for (const file of work.plan.files) {
    const bytes = work.files.get(file.path)
    const got = bytes === undefined ? 'nothing' : sha256(bytes)
    if (bytes === undefined || got !== file.sha256 || bytes.length !== file.size) {
      throw new Refusal('SQL_DIGEST', `expected ${file.path} with digest ${file.sha256}, got ${got}`)
    }
    for (const one of file.stmts) statementText(bytes, one, file.path)
    if (file.tx === 'none' && file.stmts.length !== 1) {
      throw new Refusal(
        'PLAN_DIGEST',
        `expected one statement in ${file.path}, which runs outside a transaction, got ${file.stmts.length}: split the file`,
      )
    }
  }
}

/** The exact bytes of one statement as text. What does not come back to the same bytes is refused, as is NUL, which ends a protocol string. */
export function statementText(
  bytes: Uint8Array,
  span: { readonly off: number; readonly len: number; readonly sha256: string; readonly i: number },
  path: string,
): string {
  const slice = bytes.subarray(span.off, span.off + span.len)
  const got = sha256(slice)
  if (slice.length !== span.len || got !== span.sha256) {
    throw new Refusal(
      'SQL_DIGEST',
      `expected statement ${span.i} of ${path} with digest ${span.sha256}, got ${got}`,
    )
  }
  const text = Buffer.from(slice).toString('utf8')
  if (!Buffer.from(text, 'utf8').equals(slice) || text.includes('\0')) {
    throw new Refusal('SQL_DIGEST', `expected statement ${span.i} of ${path} to be UTF-8 without NUL`)
  }
  return text
}

/**
 * What only the target database can tell: a ledger that holds, a token not spent before, a fence that rises, and files
 * that nobody changed after they were applied. Called with the lock held. Gives the paths that are there already.
 */
export async function admitHere(session: Session, work: Work, claims: Claims): Promise<ReadonlySet<string>> {
  if (session.recovering) {
    throw new Refusal('WRONG_DATABASE', 'expected the primary, got a server in recovery: correct the URL')
  }
  await ledgerIsThere(session)
  const weak = await tripwireWeaknesses(session.query, session.role)
  if (weak.length > 0 && work.allowWeakTripwire !== true) {
    throw new Refusal(
      'TRIPWIRE_WEAK',
      `the role ${session.role} ${weak.join(', and it ')}: run migrations as a role from dbward agent init`,
    )
  }
  await tokenIsFresh(session, work, claims)
  return filesAreUnchanged(session, work, claims)
}

async function ledgerIsThere(session: Session): Promise<void> {
  const missing = await missingColumns(session)
  if (missing.length === 0) return
  throw new Refusal('LEDGER_MISSING', `the ledger lacks ${missing.join(', ')}: run dbward agent init`)
}

/** Tables and columns of the ledger that are not there for this role. */
export async function missingColumns(session: Session): Promise<readonly string[]> {
  const found = await session.query(
    `select c.relname || '.' || a.attname as name from pg_catalog.pg_attribute a
     join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'dbward' and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
       and has_schema_privilege(n.oid, 'usage') and has_any_column_privilege(c.oid, 'insert')`,
  )
  const names = new Set(found.map((row) => row.name))
  const wanted = Object.entries(ledgerColumns).flatMap(([table, columns]) =>
    columns.map((column) => `${table}.${column}`),
  )
  return wanted.filter((name) => !names.has(name))
}

async function tokenIsFresh(session: Session, work: Work, claims: Claims): Promise<void> {
  if (await attemptExists(session.query, claims.jti)) {
    throw new Refusal('TOKEN_REPLAYED', `the token ${claims.jti} was spent in this database before`)
  }
  const ahead = await attemptsFrom(session.query, claims, claims.fence, work.verifyRow)
  if (ahead.genuine > 0) {
    throw new Refusal(
      'FENCE_STALE',
      `expected a fence above those of earlier attempts on ${claims.db}@${claims.env}, got ${claims.fence}`,
    )
  }
  if (ahead.full) throw new Refusal('LEDGER_FORGED', 'dbward.attempt is full of rows that no agent signed')
}

async function filesAreUnchanged(session: Session, work: Work, claims: Claims): Promise<ReadonlySet<string>> {
  const ledger = await ledgerRows(session.query, claims, work.verifyRow)
  const there = new Set<string>()
  for (const file of work.plan.files) {
    if (ledger.forged.includes(file.path)) {
      throw new Refusal(
        'LEDGER_FORGED',
        `the ledger has a row for ${file.path} that no agent of the trust bundle signed: find out who wrote it, then remove it as dbward_owner`,
      )
    }
    const same = ledger.rows.find((row) => row.path === file.path)
    if (same !== undefined && same.sha256 !== file.sha256) {
      throw new Refusal(
        'IMMUTABLE',
        `expected ${file.path} as it was applied, with digest ${same.sha256}, got ${file.sha256}: write a new migration`,
      )
    }
    if (same !== undefined) there.add(file.path)
    else versionIsFree(file.path, work.plan, ledger.rows)
  }
  return there
}

function versionIsFree(
  path: string,
  plan: Plan,
  rows: readonly { readonly path: string; readonly version: string | null }[],
): void {
  const version = migrationVersion(path)
  if (version === null) return
  const others = [...rows.map((row) => row.path), ...plan.files.map((file) => file.path)]
  const other = others.find((one) => one !== path && migrationVersion(one) === version)
  if (other !== undefined) {
    throw new Refusal('ORDER', `expected one migration of version ${version}, got ${path} and ${other}`)
  }
}
