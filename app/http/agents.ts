import { createHash, timingSafeEqual } from 'node:crypto'
import type { Envelope } from '@dbward/protocol/dsse'
import type { ExecuteOrder, ProbeOrder } from '@dbward/protocol/messages'
import {
  type AttemptStanding,
  type ClaimQuestion,
  claimQuestion,
  heartbeat,
  type ProbedReport,
  probedReport,
  type RefusedReport,
  receiptReport,
  refusedReport,
  schemaReport,
  startedReport,
} from '@dbward/protocol/messages'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { agent as readAgent } from '../store/agents.ts'
import { agentSeen } from '../store/doorbell.ts'
import type { Store } from '../store/open.ts'
import type { AgentRow } from '../store/rows.ts'
import { Problem } from './problem.ts'

/** What an agent may do here: ask for work and say what became of it. Nothing approves, and nothing reads. */
export type AgentDoorDeps = {
  readonly store: Store
  readonly now: () => Date
  readonly claim: (agent: AgentRow, question: ClaimQuestion) => Promise<ExecuteOrder | ProbeOrder | null>
  readonly started: (agent: AgentRow, attempt: string, jti: string) => AttemptStanding
  readonly heartbeat: (agent: AgentRow, attempt: string, jti: string) => AttemptStanding
  readonly refused: (agent: AgentRow, attempt: string, report: RefusedReport) => boolean
  readonly settle: (agent: AgentRow, receipt: unknown) => Promise<{ accepted: boolean; state: string }>
  readonly probed: (agent: AgentRow, report: ProbedReport) => boolean
  readonly schema: (agent: AgentRow, statement: Envelope) => 'kept' | 'same' | 'too_soon'
}

const mostBytes = 256 * 1024
/** A receipt has a line for each statement, a schema one for each table: both statements end at 4 MiB. */
const mostStatementBytes = 5 * 1024 * 1024

export function agentDoor(deps: AgentDoorDeps) {
  return async (door: FastifyInstance): Promise<void> => {
    const agents = new WeakMap<FastifyRequest, AgentRow>()
    // Before the body is read: who is not an agent makes us read nothing.
    door.addHook('onRequest', async (request) => {
      agents.set(request, authenticate(deps, request))
    })
    const by = (request: FastifyRequest): AgentRow => {
      const found = agents.get(request)
      if (found === undefined) throw new Error('expected a request that was authenticated')
      return found
    }
    const limit = { bodyLimit: mostBytes }

    door.post('/agent/v1/claim', limit, async (request, reply) => {
      const order = await deps.claim(by(request), claimQuestion(request.body, 'claim'))
      return order === null ? reply.code(204).send() : order
    })
    door.post<Attempt>('/agent/v1/attempts/:attempt/started', limit, async (request) =>
      deps.started(by(request), request.params.attempt, startedReport(request.body, 'started').jti),
    )
    door.post<Attempt>('/agent/v1/attempts/:attempt/heartbeat', limit, async (request) =>
      deps.heartbeat(by(request), request.params.attempt, heartbeat(request.body, 'heartbeat').jti),
    )
    door.post<Attempt>('/agent/v1/attempts/:attempt/refused', limit, async (request, reply) => {
      const report = refusedReport(request.body, 'refused')
      if (!deps.refused(by(request), request.params.attempt, report)) throw notYours()
      return reply.code(204).send()
    })
    door.post('/agent/v1/receipts', { bodyLimit: mostStatementBytes }, async (request) =>
      deps.settle(by(request), receiptReport(request.body, 'receipts').receipt),
    )
    door.post('/agent/v1/probed', limit, async (request, reply) => {
      if (!deps.probed(by(request), probedReport(request.body, 'probed'))) throw notYours()
      return reply.code(204).send()
    })
    door.post('/agent/v1/schema', { bodyLimit: mostStatementBytes }, async (request, reply) => {
      const taken = deps.schema(by(request), schemaReport(request.body, 'schema').schema)
      if (taken === 'too_soon')
        throw new Problem(429, 'TOO_SOON', 'too many versions in an hour; send it later')
      return reply.code(204).send()
    })
  }
}

type Attempt = { Params: { attempt: string } }

const bearer = /^Bearer (dba_([A-Za-z0-9][A-Za-z0-9._-]{0,62})_[A-Za-z0-9_-]{43})$/

/** Fails closed: an agent that cannot be looked up is not an agent. */
function authenticate({ store, now }: AgentDoorDeps, request: FastifyRequest): AgentRow {
  const [, token, id] = bearer.exec(request.headers.authorization ?? '') ?? []
  if (token === undefined || id === undefined) throw unknownAgent()
  let found: AgentRow | null
  try {
    found = readAgent(store, id)
  } catch (cause) {
    const message = 'the store cannot be asked who this is; try again'
    throw new Problem(503, 'UNAVAILABLE', message, { cause })
  }
  const hash = createHash('sha256').update(token).digest()
  // The comparison is made for an unknown id too, so that its time does not tell which ids there are.
  const expected = Buffer.from(found?.token_sha256 ?? '0'.repeat(64), 'hex')
  const same = timingSafeEqual(hash, expected)
  if (!same || found === null || found.revoked_at !== null) throw unknownAgent()
  noteSeen(store, found.id, now())
  return found
}

function noteSeen(store: Store, id: string, now: Date): void {
  try {
    agentSeen(store, id, now)
  } catch (cause) {
    throw new Problem(503, 'UNAVAILABLE', 'the store cannot be written; try again', { cause })
  }
}

function unknownAgent(): Problem {
  return new Problem(401, 'AGENT', 'expected the token of an agent of this server: dba_<agent id>_<secret>')
}

function notYours(): Problem {
  return new Problem(409, 'STALE', 'the attempt is not, or no longer, this agent’s')
}
