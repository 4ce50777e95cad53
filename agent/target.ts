import { Refusal } from '@dbward/protocol/errors'
import type { DatabaseTarget } from './config.ts'
import { type Check, type DoctorWants, doctorPostgres } from './doctor.ts'
import { executePostgres, type Outcome, type Work } from './execute.ts'
import { readLedger, type Scope } from './ledger/read.ts'
import type { Forged, VerifyRow } from './ledger/row.ts'
import { doctorMysql } from './mysql/doctor.ts'
import { errnoOf } from './mysql/error.ts'
import { type Access, executeMysql } from './mysql/execute.ts'
import { readMysqlLedger } from './mysql/ledger-read.ts'
import { probeMysqlFiles } from './mysql/probe.ts'
import { sqlstateOf } from './postgres-error.ts'
import { type FileFound, type Probe, probeFiles } from './probe.ts'

/** A database that this agent serves, and its addresses. `progressUrl` is null on PostgreSQL, which needs none. */
export type Target = {
  readonly engine: DatabaseTarget['engine']
  readonly url: string
  readonly progressUrl: string | null
}

/** What counts in a ledger, whatever the engine. */
export type Had = { readonly path: string; readonly sha256: string; readonly version: string | null }

/** What the agent that wrote a row knew: its merge, and the head of the server's audit log. */
export type Seen = {
  readonly merge_sha: string
  readonly audit_seq: number
  readonly audit_hash: string
}

export function targetOf(
  configured: DatabaseTarget,
  url: string,
  progressUrls: ReadonlyMap<DatabaseTarget, string> | undefined,
): Target {
  return { engine: configured.engine, url, progressUrl: progressUrls?.get(configured) ?? null }
}

export function executeOn(target: Target, work: Work): Promise<Outcome> {
  if (target.engine === 'postgres') return executePostgres(target.url, work)
  return executeMysql(accessOf(target), work)
}

export async function ledgerOf(
  target: Target,
  scope: Scope,
  verify: VerifyRow,
): Promise<{ readonly rows: readonly (Had & Seen)[]; readonly forged: readonly Forged[] }> {
  if (target.engine === 'postgres') return readLedger(target.url, scope, verify)
  return readMysqlLedger(accessOf(target), scope, verify)
}

export async function probeOn(target: Target, probe: Probe): Promise<readonly FileFound[]> {
  if (target.engine === 'postgres') return probeFiles(target.url, probe)
  return probeMysqlFiles(accessOf(target), probe)
}

export function doctorOf(target: Target, wants: DoctorWants): Promise<readonly Check[]> {
  if (target.engine === 'postgres') return doctorPostgres(target.url, wants)
  return doctorMysql(accessOf(target), target.engine, wants)
}

/** No such table or database, or no right to read it: `dbward agent init`. Anything else is a database out of reach. */
export function noLedger(cause: unknown): Refusal {
  const sqlstate = sqlstateOf(cause)
  const errno = errnoOf(cause)
  if (
    ['42P01', '3F000', '42501', '42703'].includes(sqlstate ?? '') ||
    [1049, 1054, 1142, 1143, 1146].includes(errno ?? 0)
  ) {
    const message = 'this database has no ledger that this role can read; run dbward agent init'
    return new Refusal('LEDGER_MISSING', message, { cause })
  }
  const why = sqlstate !== null ? `SQLSTATE ${sqlstate}` : errno !== null ? `error ${errno}` : 'no connection'
  return new Refusal(
    'DATABASE_UNAVAILABLE',
    `the database cannot be asked (${why}); run dbward agent doctor`,
    { cause },
  )
}

function accessOf({ url, progressUrl }: Target): Access {
  if (progressUrl !== null) return { url, progressUrl }
  throw new Refusal('LEDGER_MISSING', 'expected the address of the progress account: set progress_url_env')
}
