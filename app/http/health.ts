import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../metrics.ts'
import { probeWritable } from '../store/backlog.ts'
import type { Store } from '../store/open.ts'

export type HealthDeps = {
  readonly store: Store
  readonly now: () => Date
  readonly metrics: Metrics
  /** When GitHub last answered us; null before the first answer. */
  readonly githubSeen: () => Date | null
  /** How long that may be ago. */
  readonly githubQuietMs: number
  /** True once the server is being stopped. */
  readonly stopping: () => boolean
}

/** For whoever watches the process: alive, able to work, and its numbers. No secret and no name of a person is in any. */
export function healthDoor(deps: HealthDeps) {
  return async (door: FastifyInstance): Promise<void> => {
    door.get('/health', async () => ({ status: 'ok' }))
    door.get('/ready', async (_, reply) => {
      const reasons = problems(deps)
      if (reasons.length === 0) return { status: 'ready' }
      return reply.code(503).send({ status: 'not ready', reasons })
    })
    door.get('/metrics', async (_, reply) => {
      const { contentType, text } = await deps.metrics.read()
      return reply.type(contentType).send(text)
    })
  }
}

function problems({ store, now, githubSeen, githubQuietMs, stopping }: HealthDeps): readonly string[] {
  const found: string[] = []
  if (stopping()) found.push('the server is stopping')
  try {
    probeWritable(store)
  } catch {
    found.push('the store cannot be written')
  }
  const seen = githubSeen()
  if (seen === null) found.push('GitHub has not answered yet')
  else if (now().getTime() - seen.getTime() > githubQuietMs) {
    found.push(`GitHub has not answered since ${seen.toISOString()}`)
  }
  return found
}
