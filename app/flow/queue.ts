import { attemptsPast, lastAttempt } from '../store/attempts.ts'
import { commit } from '../store/commit.ts'
import type { Store } from '../store/open.ts'
import { request as readRequest, requestsFor } from '../store/requests.ts'
import type { AttemptRow, AuditInput, DirtyInput, RequestRow } from '../store/rows.ts'
import { blocksQueue, type Event, inHands, next, type State, states } from './next.ts'
import { notYet } from './not-yet.ts'

/** One database and environment that an agent serves; `repo` is null where it serves every repository's. */
export type Target = { readonly repo: string | null; readonly db: string; readonly env: string }

export const targetPattern = /^(?:([\w.-]+\/[\w.-]+):)?([A-Za-z0-9][\w.-]{0,62})@([A-Za-z0-9][\w.-]{0,62})$/

export function targetsOf(databases: readonly string[]): readonly Target[] {
  return databases.flatMap((one) => {
    const [, repo, db, env] = targetPattern.exec(one) ?? []
    return db === undefined || env === undefined ? [] : [{ repo: repo ?? null, db, env }]
  })
}

export function serves(targets: readonly Target[], one: Pick<RequestRow, 'repo' | 'db' | 'env'>): boolean {
  return targets.some(
    ({ repo, db, env }) => db === one.db && env === one.env && (repo === null || sameRepo(repo, one.repo)),
  )
}

/**
 * The requests whose turn it is on these targets, the longest waiting first. First in, first out for each repository's
 * database and environment, in the order of the base branch: whatever stands before in the queue keeps the others
 * waiting, and so does a request that is in somebody's hands wherever it stands. Only one that an agent refused for a
 * gap before it lets the next one go: that may be the merge that mends what is missing, and agents skip nothing.
 */
export function turns(store: Store, targets: readonly Target[], now: Date): readonly RequestRow[] {
  return queues(store, targets)
    .flatMap((queue) => {
      const taken = queue.some((one) => inHands.includes(stateOf(one)))
      const head = taken ? undefined : queue.find((one) => !waitsForGap(one, now))
      return head !== undefined && mayGo(store, head, now) ? [head] : []
    })
    .sort((a, b) => (a.updated_at < b.updated_at ? -1 : 1))
}

/** The last attempts of requests of which nobody knows what ran, where it is time to ask again. */
export function toProbe(
  store: Store,
  targets: readonly Target[],
  now: Date,
): readonly { readonly request: RequestRow; readonly attempt: AttemptRow }[] {
  return queues(store, targets).flatMap((queue) =>
    queue.flatMap((request) => {
      const attempt = request.state === 'unknown' ? lastAttempt(store, request.id) : null
      if (attempt === null || (attempt.probe_until !== null && attempt.probe_until > now.toISOString()))
        return []
      return [{ request, attempt }]
    }),
  )
}

/**
 * A lease that ran out means that nobody knows what ran: never that it is free to run again. Returns how many ran out.
 */
export function expireLeases(store: Store, now: Date): number {
  const late = attemptsPast(store, ['leased', 'running'], now)
  for (const attempt of late) {
    const request = readRequest(store, attempt.request_id)
    const to = request === null ? null : next(stateOf(request), { kind: 'lease_expired' })
    if (request === null || to === null) continue
    commit(store, now, {
      audit: [
        entry(request, attempt, { kind: 'server', id: 'lease' }, 'attempt.expired', 'unknown', {
          agent: attempt.agent,
          lease_until: attempt.lease_until,
        }),
      ],
      requests: [
        {
          ...request,
          state: to,
          reason_code: 'LEASE_EXPIRED',
          reason: `The agent ${attempt.agent} has not been heard of since its lease ran out at ${attempt.lease_until}.`,
          next_step: 'An agent reads the ledger of the database to find out what ran.',
        },
      ],
      attempts: [{ ...attempt, state: to }],
      dirty: [changeOf(request)],
    })
  }
  return late.length
}

/** The state that a stored row says; a word that is no state is a damaged store. */
export function stateOf({ id, state }: Pick<RequestRow, 'id' | 'state'>): State {
  const found = states.find((one) => one === state)
  if (found === undefined) throw new Error(`request ${id}: expected a state, got ${state}`)
  return found
}

/** The state after an event that must mean something here. */
export function moved(request: RequestRow, event: Event): State {
  const to = next(stateOf(request), event)
  if (to === null) throw new Error(`request ${request.id}: ${event.kind} means nothing in ${request.state}`)
  return to
}

export function changeOf({ repo_id, repo, pr }: DirtyInput): DirtyInput {
  return { repo_id, repo, pr }
}

/** The audit entry for what happened to a request, and to one attempt of it. */
export function entry(
  request: RequestRow,
  attempt: Pick<AttemptRow, 'n'> | null,
  actor: AuditInput['actor'],
  type: string,
  outcome: string,
  data: AuditInput['data'],
): AuditInput {
  const { id, repo, pr, head, merge_sha, db, env } = request
  const subject = { repo, pr, head, merge: merge_sha, db, env, request: id }
  return {
    type,
    actor,
    subject: attempt === null ? subject : { ...subject, attempt: attempt.n },
    outcome,
    data,
  }
}

/** One list for each repository's database and environment, in order of the queue. */
function queues(store: Store, targets: readonly Target[]): readonly (readonly RequestRow[])[] {
  const names = new Map(targets.map(({ db, env }) => [`${db}@${env}`, { db, env }]))
  return [...names.values()].flatMap(({ db, env }) => {
    // What brings nothing to run keeps nobody waiting: whether the files that it deleted were applied, the ledger says.
    const waiting = requestsFor(store, db, env, blocksQueue).filter(
      (one) => serves(targets, one) && one.plan.files.length > 0,
    )
    return [...Map.groupBy(waiting, (one) => one.repo_id).values()]
  })
}

function waitsForGap({ state, reason_code, not_before }: RequestRow, now: Date): boolean {
  return state === 'queued' && reason_code === 'GAP' && not_before !== null && not_before > now.toISOString()
}

function mayGo(store: Store, head: RequestRow, now: Date): boolean {
  if (head.state !== 'queued' && head.state !== 'ready') return false
  if (head.not_before !== null && head.not_before > now.toISOString()) return false
  return notYet(store, head, now) === null
}

/** GitHub's names of owners and repositories do not tell cases apart. */
function sameRepo(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
