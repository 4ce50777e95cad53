import { ShapeError } from '@dbward/protocol/shape'
import { Webhooks } from '@octokit/webhooks'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { VerifiedEvent } from '../flow/receive.ts'
import { passed } from '../flow/step.ts'
import { knowsDelivery } from '../store/doorbell.ts'
import type { Store } from '../store/open.ts'
import { Problem } from './problem.ts'

export type WebhookDeps = {
  readonly store: Store
  /** The secret in force first, then the one before it while it is being rotated. */
  readonly secrets: readonly [string, ...string[]]
  /** Hands a verified event to the Probot app. */
  readonly deliver: (event: VerifiedEvent) => Promise<void>
}

/** GitHub caps payloads at 25 MB: https://docs.github.com/webhooks/webhook-events-and-payloads */
const mostBytes = 25 * 1024 * 1024

/**
 * GitHub's door. Nothing is read from a body before its signature over the raw bytes is right, and nothing of one with
 * a wrong signature is logged. A failure to store is answered 503, which GitHub shows and can deliver again.
 */
export function webhookDoor({ store, secrets, deliver }: WebhookDeps) {
  const verifiers = secrets.map((secret) => new Webhooks({ secret }))
  return async (door: FastifyInstance): Promise<void> => {
    door.removeAllContentTypeParsers()
    door.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: mostBytes }, asIs)
    door.post('/webhooks/github', { bodyLimit: mostBytes }, async (request, reply) => {
      passed('server.webhook-received')
      const raw = (request.body as Buffer | undefined)?.toString('utf8') ?? ''
      await checkSignature(verifiers, raw, header(request, 'x-hub-signature-256'))
      const id = required(request, 'x-github-delivery', /^[0-9a-zA-Z-]{1,64}$/)
      const name = required(request, 'x-github-event', /^[a-z_]{1,64}$/)
      const payload = parse(raw)
      if (!known(store, id)) await hand(store, deliver, { id, name, payload })
      return reply.code(202).send({ accepted: true })
    })
  }
}

/** Every secret is tried, so that the time taken does not tell which one fits. */
async function checkSignature(
  verifiers: readonly Webhooks[],
  raw: string,
  signature: string | null,
): Promise<void> {
  if (signature === null || !/^sha256=[0-9a-f]{64}$/.test(signature)) {
    throw new Problem(401, 'SIGNATURE', 'expected the header x-hub-signature-256 with a SHA-256 in hex')
  }
  const fits = raw === '' ? [] : await Promise.all(verifiers.map((one) => one.verify(raw, signature)))
  if (!fits.includes(true)) {
    throw new Problem(401, 'SIGNATURE', 'the signature does not fit the body and the webhook secret')
  }
}

async function hand(store: Store, deliver: WebhookDeps['deliver'], event: VerifiedEvent): Promise<void> {
  try {
    await deliver(event)
  } catch (cause) {
    const inner = cause instanceof AggregateError ? cause.errors : [cause]
    const shape = inner.find((one) => one instanceof ShapeError)
    if (shape !== undefined) throw new Problem(422, 'PAYLOAD', shape.message)
    throw new Problem(503, 'UNAVAILABLE', 'the delivery could not be stored; deliver it again', { cause })
  }
  if (!known(store, event.id)) {
    throw new Problem(503, 'UNAVAILABLE', 'the delivery was not stored; deliver it again')
  }
}

function known(store: Store, id: string): boolean {
  try {
    return knowsDelivery(store, id)
  } catch (cause) {
    throw new Problem(503, 'UNAVAILABLE', 'the store cannot be read; deliver it again', { cause })
  }
}

function parse(raw: string): object {
  let value: unknown
  try {
    value = JSON.parse(raw)
  } catch {
    throw new Problem(400, 'BAD_REQUEST', 'the body is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Problem(400, 'BAD_REQUEST', 'expected a JSON object')
  }
  return value
}

function required(request: FastifyRequest, name: string, pattern: RegExp): string {
  const found = header(request, name)
  if (found === null || !pattern.test(found)) {
    throw new Problem(400, 'BAD_REQUEST', `expected the header ${name} as GitHub sends it`)
  }
  return found
}

function header(request: FastifyRequest, name: string): string | null {
  const found = request.headers[name]
  return typeof found === 'string' ? found : null
}

function asIs(_: FastifyRequest, body: Buffer, done: (error: null, body: Buffer) => void): void {
  done(null, body)
}
