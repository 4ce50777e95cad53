import { newJti, type Random } from '@dbward/protocol/ids'
import type { SessionAnswer, SessionQuestion } from '@dbward/protocol/messages'
import { sha256 } from '@dbward/protocol/plan'
import { type IdTokenDeps, type JobClaims, NotThisJob, openIdToken } from '../oidc/id-token.ts'
import { checkRule } from '../oidc/rule.ts'
import { agent as readAgent } from '../store/agents.ts'
import { Conflict, commit } from '../store/commit.ts'
import type { Store } from '../store/open.ts'
import type { AgentRow, AuditInput, SessionRow } from '../store/rows.ts'
import { isSpent } from '../store/sessions.ts'
import { ruleDigest } from './sync-agents.ts'

export type SessionDeps = {
  readonly store: Store
  readonly now: () => Date
  readonly random: Random
  /** Null where no agent of this server is a job: then nobody comes in here. */
  readonly tokens: Omit<IdTokenDeps, 'now'> | null
}

/** A job may take as long as this; then it shows a new token. */
export const sessionSeconds = 60 * 60
/** How much longer than the token a spent `jti` is remembered: more than the skew that its end is allowed. */
const rememberSeconds = 5 * 60

/**
 * Lets a job of GitHub Actions in as the agent that its token proves it to be, for an hour, bound to this attempt of this
 * run at this commit. A token opens one session; the session and its audit entry are one transaction. Rejects with a
 * `NotThisJob` otherwise.
 */
export async function openSession(deps: SessionDeps, question: SessionQuestion): Promise<SessionAnswer> {
  const { store, now, tokens } = deps
  if (tokens === null) throw new NotThisJob('agent', 'no agent of this server is a job of GitHub Actions')
  const claims = await openIdToken(question.id_token, { ...tokens, now })
  const found = readAgent(store, question.agent)
  if (found === null || found.revoked_at !== null || found.actions === null) {
    throw new NotThisJob('agent', 'no agent of that id is a job of GitHub Actions; see the input agent-id')
  }
  checkRule(claims, found.actions)
  if (isSpent(store, claims.jti)) throw used()
  const at = now()
  const { row, secret } = newSession(deps, found, claims, at)
  const jtiUntil = new Date((claims.exp + rememberSeconds) * 1_000).toISOString()
  try {
    commit(store, at, {
      audit: [opened(found, claims, row)],
      session: { row, jti: claims.jti, jtiUntil },
    })
  } catch (error) {
    if (error instanceof Conflict) throw used()
    throw error
  }
  return { session: secret, expires_at: row.expires_at }
}

function newSession({ random }: SessionDeps, agent: AgentRow, claims: JobClaims, at: Date) {
  const id = newJti(random)
  const secret = `dbs_${id}_${Buffer.from(random(32)).toString('base64url')}`
  const row: SessionRow = {
    id,
    token_sha256: sha256(secret),
    agent: agent.id,
    rule: ruleDigest(agent.actions),
    repo_id: Number(claims.repository_id),
    sha: claims.sha,
    run: `${claims.run_id}/${claims.run_attempt}`,
    created_at: at.toISOString(),
    expires_at: new Date(at.getTime() + sessionSeconds * 1_000).toISOString(),
  }
  return { row, secret }
}

function opened({ id }: AgentRow, claims: JobClaims, row: SessionRow): AuditInput {
  const { repository, repository_id, ref, sha, event_name, environment, job_workflow_ref } = claims
  return {
    type: 'session.opened',
    actor: { kind: 'agent', id },
    subject: { repo: repository, merge: sha },
    outcome: 'opened',
    data: {
      session: row.id,
      run: row.run,
      repository_id,
      ref,
      event: event_name,
      environment,
      workflow: job_workflow_ref,
      token_id: sha256(claims.jti),
      expires_at: row.expires_at,
    },
  }
}

function used(): NotThisJob {
  return new NotThisJob('jti', 'it was used before; a job asks GitHub for a new token each time')
}
