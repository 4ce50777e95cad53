import { Refusal } from '@dbward/protocol/errors'
import type { PlannedFile } from '@dbward/protocol/plan'
import { admitBytes, bytesOf, filesThere, statementText } from '../admit.ts'
import type { Claims, Work } from '../execute.ts'
import { accountWeaknesses } from './grants.ts'
import { attemptExists, attemptFrom, ledgerRows, type Scope, stepRows } from './ledger-read.ts'
import { ledgerColumns } from './ledger-schema.ts'
import type { Progress } from './progress.ts'
import { requireServer } from './server.ts'
import type { Query, Session } from './session.ts'
import { standingOf } from './standing.ts'
import { modeOf } from './statement-mode.ts'

/**
 * The bytes are the plan's, the plan is the token's, and every statement can be run in the way that its file says. Needs
 * no database. What ends a transaction has no place in a file that is one; in one that is none, it would start one.
 */
export function admitMysql(work: Work, claims: Claims): void {
  if (claims.engine !== 'mysql' && claims.engine !== 'mariadb') {
    throw new Refusal('WRONG_DATABASE', `expected a token for mysql or mariadb, got one for ${claims.engine}`)
  }
  admitBytes(work, claims)
  for (const file of work.plan.files) {
    textsOf(work, file).forEach((text, i) => {
      const mode = modeOf(text)
      const fits =
        file.tx === 'none' ? mode !== 'control' && mode !== 'inside' : mode !== 'control' && mode !== 'own'
      if (fits) return
      const where =
        file.tx === 'none'
          ? 'one by one, which leaves no place for transactions and locks'
          : 'in one transaction'
      throw new Refusal(
        'PLAN_DIGEST',
        `statement ${i} of ${file.path} cannot run as its file does: its statements run ${where}. Take it out, or into a file of its own`,
      )
    })
  }
}

/** The statements of a file, as text of their exact bytes. */
export function textsOf(work: Pick<Work, 'files'>, file: PlannedFile): readonly string[] {
  return file.stmts.map((one) => statementText(bytesOf({ work }, file), one, file.path))
}

/**
 * What only the target database can tell: the right server, a ledger that holds, a token not spent before, a fence that
 * rises, and files that nobody changed after they were applied. Called with the lock held. Gives the paths that are
 * there already.
 */
export async function admitHere(
  session: Session,
  progress: Progress,
  work: Work,
  claims: Claims,
  scope: Scope,
): Promise<ReadonlySet<string>> {
  requireServer(session, claims.engine)
  if (progress.server !== session.server) {
    throw new Refusal('WRONG_DATABASE', 'the progress account is on another server: correct progress_url_env')
  }
  await ledgerIsThere(progress.query)
  const weak = await guardWeaknesses(session, progress)
  if (weak.length > 0 && work.allowWeakTripwire !== true) {
    throw new Refusal(
      'TRIPWIRE_WEAK',
      `the account ${session.account} ${weak.join(', and it ')}: run migrations as an account from dbward agent init`,
    )
  }
  if (await attemptExists(progress.query, claims.jti)) {
    throw new Refusal('TOKEN_REPLAYED', `the token ${claims.jti} was spent in this database before`)
  }
  if (await attemptFrom(progress.query, scope, claims.fence)) {
    throw new Refusal(
      'FENCE_STALE',
      `expected a fence above those of earlier attempts on ${claims.db}@${claims.env}, got ${claims.fence}`,
    )
  }
  const there = filesThere(work.plan, await ledgerRows(progress.query, scope, work.verifyRow))
  for (const file of work.plan.files) {
    if (!there.has(file.path)) await bytesAreThose(progress.query, work, scope, file)
  }
  return there
}

/** Why nothing would keep the SQL of a migration from the rows that guard it: none means strong. */
export async function guardWeaknesses(session: Session, progress: Progress): Promise<readonly string[]> {
  const same = progress.account === session.account ? ['is the progress account too'] : []
  return [...same, ...(await accountWeaknesses(session.query, session.account, 'migrator'))]
}

async function ledgerIsThere(query: Query): Promise<void> {
  const missing = await missingColumns(query)
  if (missing.length === 0) return
  throw new Refusal('LEDGER_MISSING', `the ledger lacks ${missing.join(', ')}: run dbward agent init`)
}

/** Tables and columns of the ledger that are not there for this account. */
export async function missingColumns(query: Query): Promise<readonly string[]> {
  const found = await query(
    `select concat(c.table_name, '.', c.column_name) as name from information_schema.columns c
     join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name
     where c.table_schema = 'dbward' and t.engine = 'InnoDB' and c.privileges like '%insert%'`,
  )
  const names = new Set(found.map((row) => row.name))
  const wanted = Object.entries(ledgerColumns).flatMap(([table, columns]) =>
    columns.map((column) => `${table}.${column}`),
  )
  return wanted.filter((name) => !names.has(name))
}

/** A file of which a part was done may be mended behind that part, and not before it. */
async function bytesAreThose(query: Query, work: Work, scope: Scope, file: PlannedFile): Promise<void> {
  const rows = await stepRows(query, scope, file.path, work.verifyRow)
  const standing = standingOf(file, textsOf(work, file), rows)
  if (standing.is !== 'changed') return
  throw new Refusal(
    'IMMUTABLE',
    `expected statement ${standing.i} of ${file.path} as it was done, in a file that begins as it did then: mend only what comes after it`,
  )
}
