import type { Envelope } from '@dbward/protocol/dsse'
import type { VerifiedReceipt } from '@dbward/protocol/receipt'
import { lastAttempt } from '../store/attempts.ts'
import { change as changeOf, changesAt } from '../store/changes.ts'
import type { Store } from '../store/open.ts'
import { requestsFor } from '../store/requests.ts'
import type { AttemptRow, DirtyInput, RequestRow, RequestWrite, SurfaceWrite } from '../store/rows.ts'
import type { ChangeView, ExecutionResult, ExecutionView, RequestState } from '../view/model.ts'
import { stateWords } from '../view/words.ts'
import { blocksQueue, inHands, type State } from './next.ts'
import { surfacesFor, surfacesForExecution } from './surfaces.ts'

/** Everything that GitHub is to show of a change: its checks, its comment, and each request on the merge commit. */
export function surfacesOf(
  store: Store,
  view: ChangeView,
  requests: readonly RequestWrite[],
): readonly SurfaceWrite[] {
  const shown = requests.filter((one) => one.merge_sha !== null && showsProgress(one.state as State))
  return [
    ...surfacesFor(view, sameHead(store, view)),
    ...shown.flatMap((one) =>
      surfacesForExecution(executionView(store, one, lastAttempt(store, one.id), null)),
    ),
  ]
}

/** What GitHub is to show of an attempt that has ended, with the signed head of the audit log that covers its end. */
export function surfacesOfEnd(
  store: Store,
  request: RequestWrite,
  attempt: AttemptRow,
  { receipt, sha256 }: VerifiedReceipt,
  checkpoint: Envelope,
): readonly SurfaceWrite[] {
  const result = { receipt, receiptSha256: sha256, checkpoint }
  return surfacesForExecution(executionView(store, request, attempt, result))
}

/** How many requests go first on the same database and environment. */
export function queueAhead(store: Store, row: RequestWrite): number {
  return aheadOf(store, row, blocksQueue).length
}

/** Those in one of these states that go before a request which waits for its turn, in order of the queue. */
function aheadOf(store: Store, row: RequestWrite, states: readonly State[]): readonly RequestRow[] {
  if (row.state !== 'queued' && row.state !== 'ready') return []
  return requestsFor(store, row.db, row.env, states).filter(
    (one) =>
      one.repo_id === row.repo_id && one.id !== row.id && one.plan.files.length > 0 && isBefore(one, row),
  )
}

/** The first of those that go first and that only people, or a look into the ledger, can take out of the way. */
export function stoppedBy(store: Store, row: RequestWrite): { readonly stoppedBy?: string } {
  const [found] = aheadOf(store, row, stuck)
  if (found === undefined) return {}
  const why = found.reason === null ? '' : ` ${found.reason}`
  return {
    stoppedBy: `#${found.pr} goes first and is ${stateWords[found.state as State].replace(/^\P{L}+/u, '')}.${why}`,
  }
}

/** Pull requests whose pages say what these do: they wait behind one that stopped, or that is out of their way now. */
export function followers(store: Store, rows: readonly RequestWrite[]): readonly DirtyInput[] {
  const found = rows
    .filter((one) => one.queue_position !== null && !moving.includes(one.state as State))
    .flatMap((row) =>
      requestsFor(store, row.db, row.env, ['queued', 'ready']).filter(
        (one) => one.repo_id === row.repo_id && one.pr !== row.pr && isBefore(row, one),
      ),
    )
  return [...new Map(found.map(({ repo_id, repo, pr }) => [pr, { repo_id, repo, pr }])).values()]
}

const stuck: readonly State[] = ['held', 'failed_clean', 'partial', 'unknown']
const moving: readonly State[] = ['queued', 'ready', 'leased', 'running']

function isBefore(a: Pick<RequestWrite, 'queue_position'>, b: Pick<RequestWrite, 'queue_position'>): boolean {
  return a.queue_position !== null && b.queue_position !== null && a.queue_position < b.queue_position
}

/** A receipt's own page is made when the receipt comes; a later look would only know less. */
function showsProgress(state: State): boolean {
  return (
    state === 'held' ||
    state === 'queued' ||
    state === 'ready' ||
    state === 'superseded' ||
    state === 'cancelled' ||
    state === 'resolved_manually' ||
    inHands.includes(state)
  )
}

function executionView(
  store: Store,
  row: RequestWrite,
  attempt: AttemptRow | null,
  result: ExecutionResult | null,
): ExecutionView {
  return {
    request: row.id,
    database: row.db,
    environment: row.env,
    repo: { id: row.repo_id, name: row.repo },
    pr: row.pr,
    mergeSha: row.merge_sha ?? '',
    planSha256: row.plan_sha256,
    files: row.plan.files.map((one) => one.path),
    state: row.state as RequestState,
    reason: row.reason ?? '',
    nextStep: row.next_step ?? '',
    queueAhead: queueAhead(store, row),
    ...stoppedBy(store, row),
    attempt:
      attempt === null
        ? null
        : { id: attempt.id, n: attempt.n, agent: attempt.agent, since: attempt.created_at },
    result,
  }
}

/** Open pull requests with the same head commit; each one's last view is kept with it. */
function sameHead(store: Store, view: ChangeView): readonly ChangeView[] {
  if (view.state !== 'open') return []
  return changesAt(store, view.repo.id, view.head).flatMap(({ repo_id, pr }) => {
    const other = pr === view.pr ? null : changeOf(store, repo_id, pr)
    if (other === null || other.state !== 'open' || other.head !== view.head) return []
    const kept = other.snapshot as unknown as ChangeView
    // A view that an earlier version kept knows of no comments that allow something.
    return [{ ...kept, files: kept.files.map((file) => ({ ...file, allowed: file.allowed ?? [] })) }]
  })
}
