import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { ruleDigest } from '../flow/sync-agents.ts'
import { agent as readAgent } from '../store/agents.ts'
import { agentSeen } from '../store/doorbell.ts'
import type { Store } from '../store/open.ts'
import type { AgentRow, Caller, SessionRow } from '../store/rows.ts'
import { session as readSession } from '../store/sessions.ts'
import { Problem } from './problem.ts'

const agentBearer = /^Bearer (dba_([A-Za-z0-9][A-Za-z0-9._-]{0,62})_[A-Za-z0-9_-]{43})$/
const sessionBearer = /^Bearer (dbs_([0-9A-HJKMNP-TV-Z]{26})_[A-Za-z0-9_-]{43})$/

type Deps = { readonly store: Store; readonly now: () => Date }

/** Who asks: an agent by its token, or a job by its session. Fails closed: who cannot be looked up is nobody. */
export function authenticate({ store, now }: Deps, request: FastifyRequest): Caller {
  const header = request.headers.authorization ?? ''
  let found: Caller | null
  try {
    found = byToken(store, header) ?? bySession({ store, now }, header)
    if (found !== null) agentSeen(store, found.id, now())
  } catch (cause) {
    throw new Problem(503, 'UNAVAILABLE', 'the store cannot be asked who this is; try again', { cause })
  }
  if (found === null) {
    const expected = 'dba_<agent id>_<secret>, or the session of a job: dbs_<id>_<secret>'
    throw new Problem(401, 'AGENT', `expected the token of an agent of this server: ${expected}`)
  }
  return found
}

function byToken(store: Store, header: string): AgentRow | null {
  const [, token, id] = agentBearer.exec(header) ?? []
  if (token === undefined || id === undefined) return null
  const found = readAgent(store, id)
  return matches(token, found?.token_sha256) && found !== null && found.revoked_at === null ? found : null
}

/** A session ends with its hour, with its agent, and with the rule by which it was let in. */
function bySession({ store, now }: Deps, header: string): Caller | null {
  const [, token, id] = sessionBearer.exec(header) ?? []
  if (token === undefined || id === undefined) return null
  const session: SessionRow | null = readSession(store, id, now())
  if (!matches(token, session?.token_sha256) || session === null) return null
  const found = readAgent(store, session.agent)
  if (found === null || found.revoked_at !== null || found.actions === null) return null
  return ruleDigest(found.actions) === session.rule ? { ...found, session } : null
}

/** The comparison is made for an unknown id too, so that its time does not tell which ids there are. */
export function matches(token: string, sha256: string | null | undefined): boolean {
  const hash = createHash('sha256').update(token).digest()
  const known = typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)
  const same = timingSafeEqual(hash, Buffer.from(known ? sha256 : '0'.repeat(64), 'hex'))
  return same && known
}
