import type { Envelope } from '@dbward/protocol/dsse'
import type { ExecuteOrder, ProbeOrder } from '@dbward/protocol/messages'
import {
  type AttemptStanding,
  type ClaimQuestion,
  claimQuestion,
  heartbeat,
  type ProbedReport,
  probedReport,
  type QueueAnswer,
  type QueueQuestion,
  queueQuestion,
  type RefusedReport,
  receiptReport,
  refusedReport,
  schemaReport,
  startedReport,
} from '@dbward/protocol/messages'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Store } from '../store/open.ts'
import type { Caller } from '../store/rows.ts'
import { authenticate } from './authenticate.ts'
import { Problem } from './problem.ts'

/** What an agent may do here: ask for work and say what became of it. Nothing approves, and nothing reads. */
export type AgentDoorDeps = {
  readonly store: Store
  readonly now: () => Date
  readonly claim: (agent: Caller, question: ClaimQuestion) => Promise<ExecuteOrder | ProbeOrder | null>
  readonly started: (agent: Caller, attempt: string, jti: string) => AttemptStanding
  readonly heartbeat: (agent: Caller, attempt: string, jti: string) => AttemptStanding
  readonly refused: (agent: Caller, attempt: string, report: RefusedReport) => boolean
  readonly settle: (agent: Caller, receipt: unknown) => Promise<{ accepted: boolean; state: string }>
  readonly probed: (agent: Caller, report: ProbedReport) => boolean
  readonly waiting: (agent: Caller, question: QueueQuestion) => QueueAnswer
  readonly schema: (agent: Caller, statement: Envelope) => 'kept' | 'same' | 'too_soon'
}

const mostBytes = 256 * 1024
/** A receipt has a line for each statement, a schema one for each table: both statements end at 4 MiB. */
const mostStatementBytes = 5 * 1024 * 1024

export function agentDoor(deps: AgentDoorDeps) {
  return async (door: FastifyInstance): Promise<void> => {
    const agents = new WeakMap<FastifyRequest, Caller>()
    // Before the body is read: who is not an agent makes us read nothing.
    door.addHook('onRequest', async (request) => {
      agents.set(request, authenticate(deps, request))
    })
    const by = (request: FastifyRequest): Caller => {
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
    door.post('/agent/v1/queue', limit, async (request) =>
      deps.waiting(by(request), queueQuestion(request.body, 'queue')),
    )
    door.post('/agent/v1/schema', { bodyLimit: mostStatementBytes }, async (request, reply) => {
      const caller = by(request)
      if (caller.session !== undefined) {
        throw new Problem(
          403,
          'NOT_ALLOWED_HERE',
          'a job runs a merge; what databases look like is for agents',
        )
      }
      const taken = deps.schema(caller, schemaReport(request.body, 'schema').schema)
      if (taken === 'too_soon')
        throw new Problem(429, 'TOO_SOON', 'too many versions in an hour; send it later')
      return reply.code(204).send()
    })
  }
}

type Attempt = { Params: { attempt: string } }

function notYours(): Problem {
  return new Problem(409, 'STALE', 'the attempt is not, or no longer, this agent’s')
}
