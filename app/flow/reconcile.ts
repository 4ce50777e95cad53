import type { Decision } from '@dbward/protocol/decide'
import { Undecidable } from '@dbward/protocol/errors'
import type { GitHubReader } from '@dbward/protocol/github'
import { canonical, type Json } from '@dbward/protocol/json'
import type { Signer } from '@dbward/protocol/keys'
import type { Policy } from '@dbward/protocol/policy'
import { readChange, type Snapshot } from '@dbward/protocol/snapshot'
import { configurableRules } from '@dbward/rules/configurable'
import { change as changeOf } from '../store/changes.ts'
import { type Commit, commit } from '../store/commit.ts'
import { plannedFile } from '../store/files.ts'
import type { Store } from '../store/open.ts'
import { requestsOf } from '../store/requests.ts'
import type { AuditInput, ChangeRow, DirtyRow, RequestWrite, SurfaceWrite } from '../store/rows.ts'
import { surface } from '../store/surfaces.ts'
import type { ChangeView } from '../view/model.ts'
import { type Advanced, advance, stop } from './advance.ts'
import { answerCommands } from './command.ts'
import { withDirectPushes } from './direct-push.ts'
import { type JudgedChange, judge } from './judge.ts'
import { inHands, type State } from './next.ts'
import type { Reviewer } from './review.ts'
import { followers, surfacesOf } from './show.ts'
import { passed } from './step.ts'
import { viewOf } from './view-of.ts'

export type ReconcileDeps = {
  readonly store: Store
  readonly reader: (repository: string) => Promise<GitHubReader>
  readonly reviewer: Reviewer
  readonly signer: Signer
  readonly iss: string
  readonly now: () => Date
}
export type Key = Pick<DirtyRow, 'repo' | 'repo_id' | 'pr'>

/**
 * Brings our record of one pull request level with GitHub's.
 *
 * Webhooks only say "look again"; what we find when we look is what we act on. So a lost, doubled or late delivery
 * costs time and never correctness. Rejects where GitHub does not answer in full: nothing was written then, and the
 * caller comes back.
 */
export async function reconcile(deps: ReconcileDeps, key: Key): Promise<void> {
  const reader = await deps.reader(key.repo)
  const read = await look(reader, key)
  passed('server.snapshot-read')
  if (read === 'another-repository') return
  if (typeof read === 'string') {
    recordStop(deps, key, read)
    return answerCommands(deps, reader, key, null)
  }
  const before = requestsOf(deps.store, key.repo_id, key.pr)
  const { policy } = read
  if (policy.found !== 'yes') {
    const why =
      policy.found === 'no'
        ? 'The base branch has no policy.'
        : `The policy on ${read.facts.base.ref} is broken.`
    const view = record(deps, read, nothingJudged, stop(before, read.facts.state, why), null)
    return answerCommands(deps, reader, key, { snapshot: read, judged: nothingJudged, policy: null, view })
  }
  const { snapshot, mends } = await withDirectPushes(deps.store, reader, read, policy.policy)
  const editable = (path: string, sha256: string | null) =>
    mends.has(path) || mayBeEdited(deps.store, key, path, sha256)
  const judged = await judge(snapshot, policy.policy, deps.reviewer, editable, deps.now().getTime())
  passed('server.judged')
  const advanced = await advance(deps, reader, snapshot, policy, judged, before)
  const view = record(deps, snapshot, judged, advanced, policy.policy)
  await answerCommands(deps, reader, key, { snapshot, judged, policy: policy.policy, view })
}

/** A sentence where GitHub answered and the answer cannot be judged. */
async function look(reader: GitHubReader, key: Key): Promise<Snapshot | string> {
  try {
    const snapshot = await readChange(reader, key.repo, key.pr, configurableRules)
    return snapshot.facts.repo.id === key.repo_id ? snapshot : 'another-repository'
  } catch (error) {
    if (error instanceof Undecidable) return error.message
    throw error
  }
}

/**
 * On the base branch and never run: known to us by a merged request of which no file has taken effect anywhere. What
 * has taken effect may be put back as it was, as nothing else undoes a merge that edited it against the gate.
 */
export function mayBeEdited(store: Store, key: Key, path: string, sha256: string | null): boolean {
  const planned = plannedFile(store, { repo_id: key.repo_id, path, otherThan: key.pr })
  const ran = planned.filter((one) => one.state === 'applied' || one.state === 'already_applied')
  if (ran.length > 0 && ran.every((one) => one.sha256 === sha256)) return true
  const states = planned.map((one) => one.state)
  const untouched: readonly State[] = [
    'failed_clean',
    'held',
    'queued',
    'ready',
    'cancelled',
    'superseded',
    'closed',
  ]
  return states.length > 0 && states.every((state) => untouched.includes(state as State))
}

/** One transaction: the change, its requests, why, and what GitHub is to show; nothing where nothing is new. */
function record(
  deps: ReconcileDeps,
  snapshot: Snapshot,
  judged: JudgedChange,
  advanced: readonly Advanced[],
  policy: Policy | null,
): ChangeView {
  const moved = advanced.filter((one) => one.was === null || differs(one.was, one.row))
  const own = asTheyStand(deps.store, snapshot, advanced, moved)
  const view = viewOf(deps.store, snapshot, judged, own, policy, deps.now())
  const row = changeRow(snapshot, view)
  const known = changeOf(deps.store, row.repo_id, row.pr)
  const shown = surfacesOf(deps.store, view, own).filter(
    (one) => surface(deps.store, one.key)?.hash !== one.hash,
  )
  const audit = [
    ...seen(known, row, snapshot),
    ...moved.flatMap(entries),
    ...(shown.length > 0 ? [showing(row, shown)] : []),
  ]
  const [first, ...rest] = audit
  if (first === undefined) return view
  passed('server.reconcile-before')
  const replaced = moved.filter((one) => one.row.pr !== row.pr)
  const write: Commit = {
    audit: [first, ...rest],
    changes: [row],
    requests: moved.map((one) => one.row),
    surfaces: shown,
    dirty: [
      ...replaced.map(({ row: { repo_id, repo, pr } }) => ({ repo_id, repo, pr })),
      ...followers(deps.store, own),
    ],
  }
  commit(deps.store, deps.now(), write)
  passed('server.reconcile-committed')
  return view
}

/**
 * The look took time, and an agent may have ended its work meanwhile. The commit finds that out for a request that the
 * look moves; of the others GitHub is told what the store says now, not what it said when the look began.
 */
function asTheyStand(
  store: Store,
  { facts }: Snapshot,
  advanced: readonly Advanced[],
  moved: readonly Advanced[],
): readonly RequestWrite[] {
  const now = requestsOf(store, facts.repo.id, facts.pr)
  return advanced
    .filter((one) => one.row.pr === facts.pr)
    .map((one) => (moved.includes(one) ? one.row : (now.find(({ id }) => id === one.row.id) ?? one.row)))
}

/** The pull request cannot be judged: what we know of it stays, and nothing of it goes on. */
function recordStop(deps: ReconcileDeps, key: Key, why: string): void {
  const known = changeOf(deps.store, key.repo_id, key.pr)
  if (known === null) throw new Error(`#${key.pr} cannot be judged: ${why}`)
  const stopped = stop(requestsOf(deps.store, key.repo_id, key.pr), known.state, why)
  const moved = stopped.filter((one) => one.was === null || differs(one.was, one.row))
  const kept = known.snapshot as unknown as ChangeView
  const view: ChangeView = { ...kept, cannotDecide: why }
  const own = stopped.map((one) => one.row)
  const shown = surfacesOf(deps.store, view, own).filter(
    (one) => surface(deps.store, one.key)?.hash !== one.hash,
  )
  const { updated_at: _, ...row } = { ...known, snapshot: toJson(view) }
  const [first, ...rest] = [...moved.flatMap(entries), ...(shown.length > 0 ? [showing(row, shown)] : [])]
  if (first === undefined) return
  const requests = moved.map((one) => one.row)
  commit(deps.store, deps.now(), { audit: [first, ...rest], changes: [row], requests, surfaces: shown })
}

function changeRow({ facts, title, headRef }: Snapshot, view: ChangeView): ChangeRow {
  return {
    repo_id: facts.repo.id,
    pr: facts.pr,
    repo: facts.repo.name,
    title,
    author: facts.author.login,
    state: facts.state,
    head: facts.head,
    head_ref: headRef,
    base_ref: facts.base.ref,
    base_sha: facts.base.sha,
    merge_sha: facts.mergeSha,
    merged_at: facts.mergedAt,
    snapshot: toJson(view),
  }
}

function seen(known: ChangeRow | null, row: ChangeRow, { facts }: Snapshot): readonly AuditInput[] {
  const same =
    known !== null && known.head === row.head && known.state === row.state && known.base_ref === row.base_ref
  if (same) return []
  const subject = { repo: row.repo, pr: row.pr, head: row.head, merge: row.merge_sha }
  const data = {
    base_ref: row.base_ref,
    base_sha: row.base_sha,
    policy: facts.policySha256,
    files: facts.files,
  }
  return [{ type: 'change.seen', actor: server, subject, outcome: row.state, data }]
}

function entries({ was, row, signed }: Advanced): readonly AuditInput[] {
  const subject = {
    repo: row.repo,
    pr: row.pr,
    head: row.head,
    merge: row.merge_sha,
    db: row.db,
    env: row.env,
    request: row.id,
  }
  const found: AuditInput[] = []
  const { decision } = row
  if (
    decision !== null &&
    (was === null || evidence(was.decision) !== evidence(decision) || was.plan_sha256 !== row.plan_sha256)
  ) {
    const { code, counted, notCounted } = decision
    const approvals = counted.map(({ review_id, user_id, commit_id, state }) => ({
      review_id,
      user_id,
      commit_id,
      state,
    }))
    const data = {
      code,
      plan: row.plan_sha256,
      policy: row.policy_sha256,
      floor: decision.floor ?? null,
      approvals,
      not_counted: notCounted.map((one) => one.reason),
    }
    found.push({ type: 'request.decided', actor: server, subject, outcome: decision.verdict, data })
  }
  if (signed) {
    const data = { authorization: row.authz_sha256, plan: row.plan_sha256 }
    found.push({ type: 'authorization.signed', actor: server, subject, outcome: 'allow', data })
  }
  if (was === null || was.state !== row.state) {
    const data = { from: was?.state ?? null, code: row.reason_code }
    found.push({ type: 'request.moved', actor: server, subject, outcome: row.state, data })
  }
  if (found.length === 0)
    found.push({ type: 'request.updated', actor: server, subject, outcome: row.state, data: {} })
  return found
}

function showing(row: ChangeRow, shown: readonly SurfaceWrite[]): AuditInput {
  const subject = { repo: row.repo, pr: row.pr, head: row.head, merge: row.merge_sha }
  const data = { surfaces: shown.map(({ key, hash }) => ({ key, sha256: hash })) }
  return { type: 'change.shown', actor: server, subject, outcome: 'queued', data }
}

/** A row that an agent has in its hands is not touched by a look, so that the look cannot conflict with its work. */
function differs(was: Advanced['row'], row: Advanced['row']): boolean {
  if (inHands.includes(was.state as State)) return false
  return canonical(toJson(was)) !== canonical(toJson(row))
}

function evidence(decision: Decision | null): string {
  return canonical(toJson(decision))
}

function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json
}

const nothingJudged: JudgedChange = { requests: [], policyDecision: null, problems: [] }
const server = { kind: 'server', id: 'reconcile' } as const
