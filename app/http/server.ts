import { randomUUID } from 'node:crypto'
import { type FastifyInstance, fastify } from 'fastify'
import type { Log } from '../log.ts'
import { type ActionsDoorDeps, actionsDoor } from './actions.ts'
import { type AgentDoorDeps, agentDoor } from './agents.ts'
import { type HealthDeps, healthDoor } from './health.ts'
import { answerProblem } from './problem.ts'
import { type StatusDoorDeps, statusDoor } from './status.ts'
import { type WebhookDeps, webhookDoor } from './webhook.ts'

export type ServerDeps = {
  readonly agents: AgentDoorDeps
  readonly actions: ActionsDoorDeps
  readonly webhook: WebhookDeps
  readonly health: HealthDeps
  readonly status: StatusDoorDeps
  readonly log: Log
}

/** All doors of the server; a test holds the list of routes. Trusts no proxy header and no request id from outside. */
export function buildServer({ agents, actions, webhook, health, status, log }: ServerDeps): FastifyInstance {
  const server = fastify({
    logger: false,
    trustProxy: false,
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    bodyLimit: 64 * 1024,
    exposeHeadRoutes: false,
    connectionTimeout: 60_000,
    requestTimeout: 60_000,
    keepAliveTimeout: 30_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 128 },
    http: { maxHeaderSize: 16 * 1024 },
  })
  server.setErrorHandler(answerProblem(log))
  server.setNotFoundHandler((_, reply) => {
    return reply.code(404).send({ code: 'NOT_FOUND', message: 'there is nothing at this address' })
  })
  server.addHook('onSend', async (_, reply) => {
    reply.header('x-content-type-options', 'nosniff')
    reply.header('cache-control', 'no-store')
  })
  server.register(healthDoor(health))
  server.register(webhookDoor(webhook))
  server.register(agentDoor(agents))
  server.register(actionsDoor(actions))
  server.register(statusDoor(status))
  return server
}
