import type { Policy } from '@dbward/protocol/policy'
import { policyPath } from '@dbward/protocol/policy'
import type { Snapshot } from '@dbward/protocol/snapshot'
import { lastAttempt } from '../store/attempts.ts'
import type { Store } from '../store/open.ts'
import type { RequestWrite } from '../store/rows.ts'
import type { ChangeView, FileView, RequestState, RequestView } from '../view/model.ts'
import { allowedIn } from './allowed-in.ts'
import type { JudgedChange } from './judge.ts'
import { inHands, type State } from './next.ts'
import { schemaFacts } from './schema-facts.ts'
import { queueAhead, stoppedBy } from './show.ts'
import { traceOf } from './trace-of.ts'

/** What people are to see of a change: this look at GitHub, and where its requests stand. */
export function viewOf(
  store: Store,
  snapshot: Snapshot,
  judged: JudgedChange,
  requests: readonly RequestWrite[],
  policy: Policy | null,
  now: Date,
): ChangeView {
  const { facts } = snapshot
  return {
    repo: facts.repo,
    pr: facts.pr,
    head: facts.head,
    base: facts.base,
    state: facts.state,
    policy: policyView(snapshot),
    policyDecision: judged.policyDecision,
    files:
      policy === null
        ? []
        : snapshot.files.filter((one) => one.path !== policyPath).map((one) => fileView(one, judged)),
    problems: judged.problems,
    requests: requests.map((one) => ({
      ...requestView(store, one),
      ...schemaFacts(store, one, judged, policy, now),
      trace: policy === null ? null : traceOf(one, judged, policy, facts.policySha256),
    })),
    cannotDecide: null,
    updated: now.toISOString(),
  }
}

function policyView({ policy, facts }: Snapshot): ChangeView['policy'] {
  if (policy.found === 'broken') return policy
  return policy.found === 'no' ? { found: 'no' } : { found: 'yes', sha256: facts.policySha256 ?? '' }
}

/** Severities differ by environment; people are shown the strictest reading of each file. */
function fileView(file: Snapshot['files'][number], judged: JudgedChange): FileView {
  const reviews = judged.requests.flatMap((one) => one.reviews).filter((one) => one.path === file.path)
  const strictest = [...reviews].sort((a, b) => weight(b) - weight(a))[0]
  return {
    path: file.path,
    database: file.database,
    status: file.status,
    sha256: file.sha256,
    statements: strictest?.statements ?? null,
    findings: strictest?.findings ?? [],
    allowed: allowedIn(file.path, judged),
    locks: strictest?.locks ?? [],
  }
}

function weight(review: { readonly findings: readonly { readonly severity: string }[] }): number {
  const blocking = review.findings.filter((one) => one.severity === 'block').length
  return blocking * 100_000 + review.findings.length
}

function requestView(store: Store, row: RequestWrite): Omit<RequestView, 'risk' | 'schema' | 'trace'> {
  const last = lastAttempt(store, row.id)
  const working = inHands.includes(row.state as State) && last !== null
  return {
    id: row.id,
    database: row.db,
    environment: row.env,
    state: row.state as RequestState,
    reason: row.reason ?? '',
    nextStep: row.next_step ?? '',
    decision: row.decision,
    planSha256: row.plan.files.length === 0 ? null : row.plan_sha256,
    files: row.plan.files.map((one) => one.path),
    queueAhead: queueAhead(store, row),
    ...stoppedBy(store, row),
    attempt: working ? { n: last.n, agent: last.agent, since: last.created_at } : null,
  }
}
