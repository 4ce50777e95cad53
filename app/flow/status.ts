import type { RequestStatus, StatusAnswer } from '@dbward/protocol/status'
import { agents as readAgents } from '../store/agents.ts'
import { lastAttempt } from '../store/attempts.ts'
import type { Store } from '../store/open.ts'
import { request as readRequest, requestsOfPull, requestsOutside } from '../store/requests.ts'
import type { AgentRow, RequestRow } from '../store/rows.ts'
import { blocksQueue, ends, inHands, type State } from './next.ts'

/** What is asked about: one pull request, one request, or everything that has not ended. */
export type StatusQuestion = {
  readonly pr: number | null
  readonly request: string | null
}

const mostRequests = 1_000
/** An agent asks every few seconds, and at the longest every minute while the server does not answer. */
const onlineMs = 2 * 60_000

/** How things stand, read from the store and from nowhere else. */
export function statusOf(store: Store, question: StatusQuestion, now: Date): StatusAnswer {
  const open = requestsOutside(store, [...ends, 'closed'])
  const asked = askedFor(store, question, open)
  const queues = queuesOf(open)
  const shown = asked.slice(0, mostRequests)
  return {
    v: 'dbward.status.v1',
    at: now.toISOString(),
    requests: shown.map((row) => requestStatus(store, row, queues)),
    more: asked.length - shown.length,
    queues: queues.slice(0, mostRequests).map((rows) => ({
      repo: rows[0]?.repo ?? '',
      target: `${rows[0]?.db}@${rows[0]?.env}`,
      requests: rows.slice(0, mostRequests).map((one) => one.id),
    })),
    agents: readAgents(store)
      .filter((one) => one.revoked_at === null)
      .slice(0, mostRequests)
      .map((one) => agentStatus(one, now)),
  }
}

function askedFor(store: Store, { pr, request }: StatusQuestion, open: readonly RequestRow[]) {
  if (request !== null) {
    const found = readRequest(store, request)
    return found === null ? [] : [found]
  }
  return pr === null ? open : requestsOfPull(store, pr)
}

/** Of each repository's database and environment, in the order in which they run. */
function queuesOf(open: readonly RequestRow[]): readonly (readonly RequestRow[])[] {
  const waiting = open.filter(
    (one) =>
      one.queue_position !== null && one.plan.files.length > 0 && blocksQueue.includes(one.state as State),
  )
  const groups = Map.groupBy(waiting, (one) => `${one.repo_id}:${one.db}@${one.env}`)
  return [...groups.values()].map((rows) =>
    [...rows].sort((a, b) => (a.queue_position ?? 0) - (b.queue_position ?? 0)),
  )
}

function requestStatus(
  store: Store,
  row: RequestRow,
  queues: readonly (readonly RequestRow[])[],
): RequestStatus {
  const queue = queues.find((rows) => rows.some((one) => one.id === row.id)) ?? []
  const place = queue.findIndex((one) => one.id === row.id)
  const before = place > 0 ? queue[place - 1] : undefined
  const last = inHands.includes(row.state as State) ? lastAttempt(store, row.id) : null
  return {
    id: row.id,
    repo: row.repo,
    pr: row.pr,
    database: row.db,
    environment: row.env,
    state: row.state,
    ended: [...ends, 'closed'].includes(row.state),
    reason: row.reason ?? '',
    next: row.next_step ?? '',
    waits_for:
      before === undefined ? null : { id: before.id, state: before.state, reason: before.reason ?? '' },
    queue_ahead: Math.max(0, place),
    attempt: last === null ? null : { n: last.n, agent: last.agent, since: last.created_at },
    updated: row.updated_at,
  }
}

function agentStatus(
  { id, databases, actions, seen_at }: AgentRow,
  now: Date,
): StatusAnswer['agents'][number] {
  const online = seen_at !== null && now.getTime() - Date.parse(seen_at) <= onlineMs
  return { id, databases, job: actions !== null, seen: seen_at, online }
}
