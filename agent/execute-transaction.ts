import { randomBytes, randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { migrationVersion, type PlannedFile } from '@dbward/protocol/plan'
import { bytesOf, statementText } from './admit.ts'
import type { Attempt, StatementRun } from './execute.ts'
import { cleanse, Escaped, type Inside, stillInside } from './execute-inside.ts'
import type { FileEnd } from './execute-settle.ts'
import { passed } from './execute-step.ts'
import { type Failure, type FailureClass, failure } from './failure.ts'
import type { LedgerRow } from './ledger/row.ts'
import { nonceHash, writeDone, writeLedgerRow } from './ledger/write.ts'
import { failureOf, sqlstateOf, timedOut } from './postgres-error.ts'
import { NotStarted, reportStart } from './report-start.ts'

/** Runs one file in one transaction, with its ledger row first and the proof that it is ours last. */
export async function runInTransaction(attempt: Attempt, file: PlannedFile): Promise<FileEnd> {
  for (let tries = 0; ; tries++) {
    const place: Progress = { file: file.path, i: null, began: 0, effects: false, committing: false }
    try {
      await attempt.watch.during(attempt.session, attempt.claims.limits.stmt_ms, () =>
        cleanse(attempt.session, true),
      )
      return { end: 'applied', statements: await transact(attempt, file, place) }
    } catch (error) {
      const ms = performance.now() - place.began
      const stopped = attempt.watch.reason() ?? timedOut(error, ms, attempt.claims.limits.stmt_ms)
      const end = endOf(error, place, stopped)
      const again =
        sqlstateOf(error) === '55P03' &&
        stopped === null &&
        !place.effects &&
        tries < attempt.work.lockRetries
      if (!again || !(await rolledBack(attempt))) return end
      await sleep(Math.min(attempt.watch.left(), 50 * 2 ** tries + randomInt(50)))
    }
  }
}

/** Which statement is being run, and since when. `effects` is true once a statement other than SET has succeeded. */
type Progress = { file: string; i: number | null; began: number; effects: boolean; committing: boolean }

async function transact(attempt: Attempt, file: PlannedFile, at: Progress): Promise<readonly StatementRun[]> {
  const { session, watch, claims } = attempt
  const nonce = randomBytes(32)
  const own = <T>(job: () => Promise<T>) => watch.during(session, claims.limits.stmt_ms, job)

  await own(() => session.query('begin isolation level read committed read write'))
  await own(() => session.query(localSettings, localValues(attempt)))
  await own(() =>
    writeLedgerRow(session.query, ledgerRow(attempt, file, nonceHash(nonce)), attempt.work.agent),
  )
  passed('agent.ledger-open')
  await reportStart(attempt)

  const inside: Inside = { xid: await currentXid(attempt), nonceHash: nonceHash(nonce), lock: attempt.lock }
  const statements: StatementRun[] = []
  for (const planned of file.stmts) {
    at.i = planned.i
    at.began = performance.now()
    const ran = await own(() => session.run(statementText(bytesOf(attempt, file), planned, file.path)))
    const ms = Math.round(performance.now() - at.began)
    await own(() => stillInside(session, inside))
    at.effects ||= ran.command !== 'SET'
    statements.push({ file: file.path, i: planned.i, kind: planned.kind, ...ran, ms })
    passed('agent.statement-done')
  }
  at.i = null

  await own(() => session.query('set local role none'))
  await own(() => session.query(durableCommit))
  await own(() => writeDone(session.query, nonce))
  passed('agent.before-commit')
  at.committing = true
  // It may take long: deferred constraints are checked now.
  await own(() => session.run('commit'))
  passed('agent.after-commit')
  return statements
}

/** What an author may tighten for a file and what the last file may have left behind. */
const localSettings = `
select pg_catalog.set_config('statement_timeout', $1, true), pg_catalog.set_config('lock_timeout', $2, true),
  pg_catalog.set_config('idle_in_transaction_session_timeout', '60s', true),
  pg_catalog.set_config('standard_conforming_strings', 'on', true), pg_catalog.set_config('search_path', $3, true)`

function localValues({ claims, session }: Attempt): readonly string[] {
  return [`${claims.limits.stmt_ms}ms`, `${claims.limits.lock_ms}ms`, session.searchPath]
}

/** A commit that is reported must survive a crash of the server, whatever the SQL or the role asked for. */
const durableCommit = `
select pg_catalog.set_config('synchronous_commit', 'on', true)
where pg_catalog.current_setting('synchronous_commit') operator(pg_catalog.=) any (array['off', 'local'])`

async function currentXid({ session }: Attempt): Promise<string> {
  const [row] = await session.query('select pg_catalog.pg_current_xact_id()::pg_catalog.text as xid')
  return String(row?.xid)
}

export function ledgerRow({ work, claims }: Attempt, file: PlannedFile, hash: string): LedgerRow {
  return {
    db: claims.db,
    env: claims.env,
    path: file.path,
    version: migrationVersion(file.path),
    sha256: file.sha256,
    kind: 'applied',
    jti: claims.jti,
    fence: claims.fence,
    plan_sha256: claims.plan_sha256,
    merge_sha: claims.merge_sha,
    pr: claims.pr,
    approvers: work.approvers,
    audit_seq: claims.audit.seq,
    audit_hash: claims.audit.hash,
    agent: work.agent.id,
    nonce_hash: hash,
  }
}

function endOf(
  error: unknown,
  place: Progress,
  stopped: FailureClass | null,
): Extract<FileEnd, { failure: Failure }> {
  const at = { file: place.file, i: place.i }
  if (error instanceof Escaped) return { end: 'unknown', failure: failure('escaped', error.message, at) }
  if (error instanceof NotStarted) return { end: 'failed', failure: failureOf(error, at, 'not_started') }
  const why = failureOf(error, at, stopped)
  return place.committing
    ? { end: 'ask', otherwise: 'failed', failure: why }
    : { end: 'failed', failure: why }
}

/** True where the transaction is over and the connection still good for another try. */
async function rolledBack({ session, watch, claims }: Attempt): Promise<boolean> {
  try {
    await watch.during(session, claims.limits.stmt_ms, () => session.query('rollback'))
    return session.status() === 'I'
  } catch {
    return false
  }
}
