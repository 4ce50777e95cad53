import { Refusal } from '@dbward/protocol/errors'
import { admitBytes, filesThere } from './admit.ts'
import type { Claims, Work } from './execute.ts'
import { attemptExists, attemptsFrom, ledgerRows } from './ledger/read.ts'
import { ledgerColumns } from './ledger/schema.ts'
import { tripwireWeaknesses } from './ledger/tripwire.ts'
import type { Session } from './session.ts'

/** The bytes are the plan's, the plan is the token's, and the token is for this engine. Needs no database. */
export function admitPostgres(work: Work, claims: Claims): void {
  if (claims.engine !== 'postgres') {
    throw new Refusal('WRONG_DATABASE', `expected a token for postgres, got one for ${claims.engine}`)
  }
  admitBytes(work, claims)
  for (const file of work.plan.files) {
    if (file.tx === 'none' && file.stmts.length !== 1) {
      throw new Refusal(
        'PLAN_DIGEST',
        `expected one statement in ${file.path}, which runs outside a transaction, got ${file.stmts.length}: split the file`,
      )
    }
  }
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
  return filesThere(work.plan, await ledgerRows(session.query, claims, work.verifyRow))
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
