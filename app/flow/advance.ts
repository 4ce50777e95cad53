import type { GitHubReader } from '@dbward/protocol/github'
import type { Signer } from '@dbward/protocol/keys'
import type { Policy } from '@dbward/protocol/policy'
import { openRepository } from '@dbward/protocol/repository'
import type { Snapshot } from '@dbward/protocol/snapshot'
import type { Store } from '../store/open.ts'
import { requestsFor } from '../store/requests.ts'
import type { RequestRow, RequestWrite } from '../store/rows.ts'
import { authorize } from './authorize.ts'
import { draftRow, isFrozen, requestId, sameAuthorization, waitsAfterRefusal } from './draft.ts'
import type { Judged, JudgedChange } from './judge.ts'
import { blocksQueue, next, type State } from './next.ts'
import { notYet, notYetCodes } from './not-yet.ts'
import { queuePosition } from './queue-position.ts'
import { stopped } from './stopped.ts'

export type AdvanceDeps = {
  readonly store: Store
  readonly signer: Signer
  readonly iss: string
  readonly now: () => Date
}
/** A request before and after this look. `judged` is null where the change no longer touches it. */
export type Advanced = {
  readonly was: RequestRow | null
  readonly row: RequestWrite
  readonly signed: boolean
}

/** Takes every request of a change to where this look at GitHub puts it. Signs what the merge allows; writes nothing. */
export async function advance(
  deps: AdvanceDeps,
  reader: GitHubReader,
  snapshot: Snapshot,
  policy: { readonly policy: Policy; readonly sha256: string },
  judged: JudgedChange,
  before: readonly RequestRow[],
): Promise<readonly Advanced[]> {
  const { facts } = snapshot
  const touched = await Promise.all(
    judged.requests.map((one) => {
      const id = requestId(facts.repo.id, facts.pr, one.database.name, one.environment)
      const was = before.find((row) => row.id === id) ?? null
      return advanceOne(deps, reader, snapshot, policy, one, was)
    }),
  )
  const left = before.filter((row) => !touched.some((one) => one.row.id === row.id))
  const replaced = snapshot.facts.state === 'merged' ? replacedBy(deps.store, snapshot, touched) : []
  return [...touched, ...left.map((row) => leave(row)), ...replaced]
}

/** Where nothing can be decided, what is open is blocked and what is merged is held; nothing goes on. */
export function stop(
  before: readonly RequestRow[],
  change: 'open' | 'closed' | 'merged',
  why: string,
): readonly Advanced[] {
  return before.map((was) => {
    const state = next(was.state as State, { kind: 'looked', change, verdict: 'deny', authorized: false })
    const row =
      state === null ? was : { ...was, state, reason_code: 'CANNOT_DECIDE', reason: why, next_step: null }
    return { was, row, signed: false }
  })
}

async function advanceOne(
  deps: AdvanceDeps,
  reader: GitHubReader,
  snapshot: Snapshot,
  policy: { readonly policy: Policy; readonly sha256: string },
  judged: Judged,
  was: RequestRow | null,
): Promise<Advanced> {
  const draft = draftRow(snapshot, policy.policy, policy.sha256, judged, was)
  const ended = stopped(deps.store, policy.policy, snapshot.facts, draft)
  if (ended !== null) return { was, row: ended, signed: false }
  if (was !== null && isFrozen(was)) return { was, row: was, signed: false }
  const { decision } = judged
  const merged = snapshot.facts.state === 'merged'
  if (merged && judged.plan.files.length === 0 && decision.verdict === 'allow') return leave(draft, was)
  const mayRun = merged && snapshot.reachable && decision.verdict === 'allow'
  const kept = sameAuthorization(was, draft, deps.signer.kid)
  if (mayRun && kept && waitsAfterRefusal(was, deps.now()))
    return { was, row: { ...draft, ...reasonOf(was) }, signed: false }
  const signed = mayRun && !kept ? await authorize(deps, draft, decision) : draft
  // What is held has its place too: it keeps those waiting that were merged after it, and nobody who was there before.
  const row = merged && snapshot.reachable ? await place(deps, reader, signed) : signed
  const event = {
    kind: 'looked',
    change: snapshot.facts.state,
    verdict: mayRun || !merged ? decision.verdict : 'deny',
    authorized: mayRun,
  } as const
  const state = next(row.state as State, event) ?? (row.state as State)
  const again = state !== row.state && state === 'queued' ? { not_before: null } : {}
  return {
    was,
    row: { ...row, ...again, state, ...explain(deps, state, row, judged, snapshot) },
    signed: mayRun && !kept,
  }
}

async function place(deps: AdvanceDeps, reader: GitHubReader, row: RequestWrite): Promise<RequestWrite> {
  if (row.queue_position !== null || row.merge_sha === null) return row
  const others = requestsFor(deps.store, row.db, row.env, blocksQueue).filter(
    (one) => one.repo_id === row.repo_id && one.pr !== row.pr,
  )
  return {
    ...row,
    queue_position: await queuePosition(openRepository(reader, row.repo), row.merge_sha, others),
  }
}

/** A merge that edits or deletes every file of an earlier request that never ran has taken its place. */
function replacedBy(store: Store, snapshot: Snapshot, touched: readonly Advanced[]): readonly Advanced[] {
  const replaced = new Set(snapshot.files.filter((file) => file.status !== 'added').map((file) => file.path))
  if (replaced.size === 0) return []
  return touched.flatMap(({ row }) =>
    requestsFor(store, row.db, row.env, ['failed_clean', 'held', 'queued', 'ready'])
      .filter((one) => one.repo_id === row.repo_id && one.pr !== row.pr && row.decision?.verdict === 'allow')
      .filter((one) => one.plan.files.every((file) => replaced.has(file.path)))
      .flatMap((was): readonly Advanced[] => {
        const state = next(was.state as State, { kind: 'superseded' })
        const reason = `#${row.pr} replaced its files before they ran.`
        return state === null
          ? []
          : [
              {
                was,
                row: { ...was, state, reason_code: 'SUPERSEDED', reason, next_step: null },
                signed: false,
              },
            ]
      }),
  )
}

/** The change does not touch this database (any more). */
function leave(row: RequestWrite, was: RequestRow | null = row as RequestRow): Advanced {
  if (isFrozen(row)) return { was, row, signed: false }
  const state = next(row.state as State, {
    kind: 'looked',
    change: 'closed',
    verdict: 'deny',
    authorized: false,
  })
  const reason = 'The change brings nothing to run here.'
  return {
    was,
    row: { ...row, state: state ?? row.state, reason_code: null, reason, next_step: null },
    signed: false,
  }
}

function explain(
  deps: AdvanceDeps,
  state: State,
  row: RequestWrite,
  { decision }: Judged,
  snapshot: Snapshot,
) {
  if (state === 'closed') return { reason_code: null, reason: 'The pull request is closed.', next_step: null }
  // The queue lets others pass by this code.
  if (state === 'queued' && row.state === 'queued' && row.reason_code === 'GAP') return reasonOf(row)
  const held = state === 'queued' || state === 'ready' ? notYet(deps.store, row, deps.now()) : null
  if (held !== null) return { reason_code: held.code, reason: held.why, next_step: held.who }
  if (state === 'queued' && row.state === 'queued' && !notYetCodes.includes(row.reason_code))
    return reasonOf(row)
  if (state === 'queued' || state === 'ready') {
    return {
      reason_code: null,
      reason: decision.sentence,
      next_step: 'An agent takes it when its turn comes.',
    }
  }
  if (state === 'held' && decision.verdict === 'allow') {
    const reason = `The merge is not in the history of ${snapshot.facts.base.ref} any more.`
    return { reason_code: 'NOT_REACHABLE', reason, next_step: 'Open a new pull request.' }
  }
  if (state === 'held' && decision.code === 'WAITING_FOR_APPROVAL') {
    return {
      reason_code: 'MERGED_WITHOUT_APPROVAL',
      reason: `Merged without approval. ${decision.sentence}`,
      next_step: decision.next,
    }
  }
  return { reason_code: decision.code, reason: decision.sentence, next_step: decision.next }
}

function reasonOf(row: Pick<RequestWrite, 'reason_code' | 'reason' | 'next_step'> | null) {
  return {
    reason_code: row?.reason_code ?? null,
    reason: row?.reason ?? null,
    next_step: row?.next_step ?? null,
  }
}
