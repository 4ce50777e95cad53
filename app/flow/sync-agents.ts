import { canonical } from '@dbward/protocol/json'
import { sha256 } from '@dbward/protocol/plan'
import { agents } from '../store/agents.ts'
import { commit } from '../store/commit.ts'
import type { Store } from '../store/open.ts'
import type { ActionsRule, AgentRow, AgentWrite, AuditInput } from '../store/rows.ts'

export type EnrolledAgent = Pick<AgentRow, 'id' | 'token_sha256' | 'actions' | 'databases'>

/** Names a rule of GitHub Actions: a session that was opened by another one has ended. */
export function ruleDigest(rule: ActionsRule | null): string {
  return sha256(canonical(rule))
}

/** Brings the stored agents level with the configuration. Who is not in it any more is revoked, and stays on record. */
export function syncAgents(store: Store, now: Date, configured: readonly EnrolledAgent[]): void {
  const known = agents(store)
  const wanted = configured.flatMap((one) => {
    const was = known.find((other) => other.id === one.id)
    return was !== undefined && same(was, one) ? [] : [enrol(one, was, now)]
  })
  const gone = known
    .filter((one) => one.revoked_at === null && !configured.some((other) => other.id === one.id))
    .map((one) => ({
      row: { ...one, revoked_at: now.toISOString() },
      audit: audit('agent.revoked', 'revoked', one),
    }))
  const steps = [...wanted, ...gone]
  const [first, ...rest] = steps.map((one) => one.audit)
  if (first === undefined) return
  commit(store, now, { audit: [first, ...rest], agents: steps.map((one) => one.row) })
}

function enrol(
  { id, token_sha256, actions, databases }: EnrolledAgent,
  was: AgentRow | undefined,
  now: Date,
): { readonly row: AgentWrite; readonly audit: AuditInput } {
  const registered_at = was?.registered_at ?? now.toISOString()
  const row = { id, token_sha256, actions, databases, registered_at, revoked_at: null }
  const fresh = was === undefined || was.revoked_at !== null
  return { row, audit: audit(fresh ? 'agent.registered' : 'agent.changed', 'in-force', row) }
}

function same(was: AgentRow, { token_sha256, actions, databases }: EnrolledAgent): boolean {
  return (
    was.revoked_at === null &&
    was.token_sha256 === token_sha256 &&
    ruleDigest(was.actions) === ruleDigest(actions) &&
    was.databases.length === databases.length &&
    was.databases.every((one, i) => one === databases[i])
  )
}

/** The hash of a token names it without giving it away: 256 random bits are not guessed. */
function audit(type: string, outcome: string, agent: EnrolledAgent): AuditInput {
  const { id, token_sha256, actions, databases } = agent
  const actor = { kind: 'server', id: 'configuration' }
  return { type, actor, subject: {}, outcome, data: { agent: id, token_sha256, actions, databases } }
}
