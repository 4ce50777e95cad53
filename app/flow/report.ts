import { Refusal, type RefusalCode, refusalCodes } from '@dbward/protocol/errors'
import type { AttemptStanding, ProbedReport, RefusedReport } from '@dbward/protocol/messages'
import { attempt as readAttempt } from '../store/attempts.ts'
import { commit } from '../store/commit.ts'
import { extendLease } from '../store/doorbell.ts'
import type { Store } from '../store/open.ts'
import { request as readRequest } from '../store/requests.ts'
import type { AttemptRow, Caller, RequestRow } from '../store/rows.ts'
import { changeOf, entry, moved } from './queue.ts'
import { runOf } from './session.ts'
import { passed } from './step.ts'

export type ReportDeps = {
  readonly store: Store
  readonly now: () => Date
  readonly leaseSeconds: number
}

/**
 * What an agent says on its way, none of it signed: so nothing here makes a request applied. Each answer says whether
 * the attempt is still this agent's.
 */
export function started(
  { store, now, leaseSeconds }: ReportDeps,
  agent: Caller,
  attemptId: string,
  jti: string,
): AttemptStanding {
  const found = mine(store, agent, attemptId, jti)
  if (typeof found === 'string') return { proceed: false, why: found }
  const { request, attempt } = found
  if (attempt.state === 'running') return { proceed: true, why: null }
  if (attempt.state !== 'leased') return { proceed: false, why: `the attempt is ${attempt.state}` }
  const at = now()
  commit(store, at, {
    audit: [entry(request, attempt, actor(agent), 'attempt.started', 'running', { attempt: attempt.id })],
    requests: [
      { ...request, state: moved(request, { kind: 'started' }), reason: `The agent ${agent.id} runs it.` },
    ],
    attempts: [
      {
        ...attempt,
        state: 'running',
        started_at: at.toISOString(),
        lease_until: later(at, leaseSeconds * 1_000),
      },
    ],
    dirty: [changeOf(request)],
  })
  passed('server.started-committed')
  return { proceed: true, why: null }
}

/**
 * Keeps a lease. An agent that was thought lost and is at work may go on: to stop a migration that runs well would
 * help nobody, and its receipt is welcome. One that had not begun must not begin.
 */
export function heartbeat(
  { store, now, leaseSeconds }: ReportDeps,
  agent: Caller,
  attemptId: string,
  jti: string,
): AttemptStanding {
  const found = mine(store, agent, attemptId, jti)
  if (typeof found === 'string') return { proceed: false, why: found }
  const { attempt } = found
  if (attempt.state === 'unknown') {
    const proceed = attempt.started_at !== null
    return { proceed, why: proceed ? null : 'the lease ran out before it began' }
  }
  extendLease(store, attempt.id, new Date(now().getTime() + leaseSeconds * 1_000))
  return { proceed: true, why: null }
}

/** Codes that say "not now": the same agent or another may be asked again by itself. */
const passing: readonly RefusalCode[] = [
  'GITHUB_UNAVAILABLE',
  'GITHUB_CREDENTIAL',
  'APPROVALS_DIGEST',
  'STALE',
  'LOCKED_OUT',
  'DATABASE_UNAVAILABLE',
  'GAP',
  'CLOCK',
  'WINDOW',
]

/** Nothing was run, and why. True where it was this agent's to say. */
export function refused(
  { store, now }: ReportDeps,
  agent: Caller,
  attemptId: string,
  { jti, code, message }: RefusedReport,
): boolean {
  const found = mine(store, agent, attemptId, jti)
  if (typeof found === 'string' || found.attempt.state !== 'leased') return false
  const { request, attempt } = found
  const at = now()
  const known = refusalCodes.find((one) => one === code)
  const passes = known !== undefined && passing.includes(known)
  // A refusal that will not pass is tried again too, as what caused it may be mended outside of any pull request.
  const pause = passes ? growing(2_000, attempt.n, 5 * 60_000) : growing(60_000, attempt.n, 60 * 60_000)
  const until = later(at, pause)
  commit(store, at, {
    audit: [
      entry(request, attempt, actor(agent), 'attempt.refused', 'refused', {
        attempt: attempt.id,
        code,
        passes,
      }),
    ],
    requests: [
      {
        ...request,
        state: moved(request, { kind: 'refused', passing: passes }),
        reason_code: code,
        reason: `The agent ${agent.id} refused with ${code}: ${message.slice(0, 500)}`,
        next_step: passes ? 'It is tried again by itself.' : 'docs/refusals.md says what each code asks for.',
        not_before: until,
      },
    ],
    attempts: [
      {
        ...attempt,
        state: 'refused',
        code,
        message: message.slice(0, 500),
        ended_at: at.toISOString(),
      },
    ],
    dirty: [changeOf(request)],
  })
  return true
}

/** What a prober found where it proves no application. True where it was this agent that was asked. */
export function probed(
  { store, now, leaseSeconds }: ReportDeps,
  agent: Caller,
  { attempt: attemptId, jti, found }: ProbedReport,
): boolean {
  const attempt = readAttempt(store, attemptId)
  const request = attempt === null ? null : readRequest(store, attempt.request_id)
  if (attempt === null || request === null || attempt.id !== jti) return false
  const asker = attempt.probe_agent === agent.id && attempt.probe_run === runOf(agent)
  const asked = asker && attempt.n === request.attempts
  if (!asked || request.state !== 'unknown') return false
  const at = now()
  const nothing = found === 'not_applied'
  commit(store, at, {
    audit: [entry(request, attempt, actor(agent), 'attempt.probed', found, { attempt: attempt.id })],
    requests: [
      {
        ...request,
        ...(nothing ? { state: moved(request, { kind: 'probed', found }), reason_code: null } : {}),
        reason: sentence(found, agent.id),
        next_step: nothing ? 'An agent takes it when its turn comes.' : request.next_step,
        // Where an agent lived to tell of a lost connection, the database may need a while.
        ...(nothing && attempt.receipt !== null
          ? { not_before: later(at, growing(2_000, attempt.n, 5 * 60_000)) }
          : {}),
      },
    ],
    attempts: [
      nothing
        ? { ...attempt, state: 'not_applied', ended_at: at.toISOString() }
        : { ...attempt, probe_until: later(at, leaseSeconds * 500) },
    ],
    dirty: [changeOf(request)],
  })
  return true
}

function mine(
  store: Store,
  agent: Caller,
  attemptId: string,
  jti: string,
): { readonly request: RequestRow; readonly attempt: AttemptRow } | string {
  const attempt = readAttempt(store, attemptId)
  if (attempt === null || attempt.agent !== agent.id || attempt.id !== jti) {
    return 'there is no such attempt of this agent'
  }
  if (attempt.run !== runOf(agent)) {
    throw new Refusal(
      'STALE',
      'the attempt is that of another run of GitHub Actions, or of an agent that stands',
    )
  }
  const request = readRequest(store, attempt.request_id)
  if (request === null || attempt.ended_at !== null || attempt.n !== request.attempts) {
    return 'the attempt has ended'
  }
  return { request, attempt }
}

function sentence(found: ProbedReport['found'], agent: string): string {
  if (found === 'not_applied') return `The agent ${agent} read the ledger: what has not run may run now.`
  if (found === 'running') return `The agent ${agent} found that somebody still runs it.`
  return `The agent ${agent} read the ledger, and it is no proof either way.`
}

function actor({ id }: Caller) {
  return { kind: 'agent', id }
}

function growing(first: number, n: number, most: number): number {
  return Math.min(most, first * 2 ** Math.min(n - 1, 20))
}

function later(at: Date, ms: number): string {
  return new Date(at.getTime() + ms).toISOString()
}
