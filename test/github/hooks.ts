import { createHmac, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from './world.ts'

export type HookMode = {
  /** Loses deliveries on their way. They stay in the App's list of deliveries, as failed. */
  readonly drop?: boolean
  readonly double?: boolean
  /** Holds deliveries back for a moment and sends them last one first. */
  readonly reorder?: boolean
  readonly delayMs?: number
  /** Only what matches `event.action` (for example /^pull_request\.closed/) is treated like this. */
  readonly only?: RegExp
}

export type Message = {
  readonly app: App
  readonly event: string
  readonly action: string | null
  readonly installationId: number | null
  readonly repositoryId: number | null
  readonly payload: Readonly<Record<string, unknown>>
}

export type Delivery = Message & {
  readonly id: number
  readonly guid: string
  readonly deliveredAt: Date
  readonly durationSeconds: number
  /** `OK`, or what went wrong. */
  readonly status: string
  readonly statusCode: number
  readonly redelivery: boolean
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly responseHeaders: Readonly<Record<string, string>>
  readonly responseBody: string
}

export type Hooks = {
  mode(mode: HookMode): void
  /** Waits until nothing is queued or on its way, including what was queued meanwhile. */
  flush(): Promise<void>
  readonly deliveries: readonly Delivery[]
  send(message: Message): void
  /** Sends a delivery again under the GUID that it had. */
  redeliver(delivery: Delivery): void
  /** Stops sending. What is on its way is given up. */
  close(): void
}

// https://docs.github.com/en/webhooks/using-webhooks/handling-webhook-deliveries
const ANSWER_WITHIN_MS = 10_000
const REORDER_WINDOW_MS = 50

type Queued = {
  readonly message: Message
  readonly guid: string
  readonly redelivery: boolean
  readonly mode: HookMode
}

export function createHooks(now: () => Date, nextId: () => number): Hooks {
  const deliveries: Delivery[] = []
  const queues = new Map<number, Queued[]>()
  const pumps = new Map<number, Promise<void>>()
  const stop = new AbortController()
  let mode: HookMode = {}

  const enqueue = (item: Omit<Queued, 'mode'>): void => {
    if (stop.signal.aborted) return
    const { app, event, action } = item.message
    const applies = !mode.only || mode.only.test(action ? `${event}.${action}` : event)
    const queued = { ...item, mode: applies ? mode : {} }
    const queue = queues.get(app.id) ?? []
    queues.set(app.id, queue)
    queue.push(queued)
    if (applies && mode.double) queue.push(queued)
    if (pumps.has(app.id)) return
    pumps.set(
      app.id,
      pump(queue).finally(() => pumps.delete(app.id)),
    )
  }

  // One delivery at a time for each App, in the order in which things happened: GitHub promises no
  // order, but a test that wants another one should ask for it.
  const pump = async (queue: Queued[]): Promise<void> => {
    while (queue.length > 0 && !stop.signal.aborted) {
      const wait = Math.max(queue[0]?.mode.delayMs ?? 0, queue[0]?.mode.reorder ? REORDER_WINDOW_MS : 0)
      await sleep(wait, undefined, { signal: stop.signal }).catch(() => undefined)
      const batch = queue.splice(0)
      if (batch[0]?.mode.reorder) batch.reverse()
      for (const item of batch) {
        if (stop.signal.aborted) return
        deliveries.push(await deliver(item))
      }
    }
  }

  const deliver = async ({ message, guid, redelivery, mode }: Queued): Promise<Delivery> => {
    const body = JSON.stringify(message.payload)
    const requestHeaders = headersOf(message, guid, body)
    const started = performance.now()
    const answer = mode.drop
      ? { status: 'failed to connect to host', statusCode: 502, headers: {}, body: '' }
      : await post(message.app.webhookUrl ?? '', requestHeaders, body, stop.signal)
    return {
      ...message,
      id: nextId(),
      guid,
      redelivery,
      deliveredAt: now(),
      durationSeconds: Math.round(performance.now() - started) / 1000,
      status: answer.status,
      statusCode: answer.statusCode,
      requestHeaders,
      responseHeaders: answer.headers,
      responseBody: answer.body,
    }
  }

  return {
    deliveries,
    mode: (next) => {
      mode = next
    },
    send: (message) => enqueue({ message, guid: randomUUID(), redelivery: false }),
    redeliver: (delivery) => enqueue({ message: messageOf(delivery), guid: delivery.guid, redelivery: true }),
    close: () => stop.abort(),
    async flush() {
      while (pumps.size > 0) await Promise.all(pumps.values())
    },
  }
}

function messageOf({ app, event, action, installationId, repositoryId, payload }: Delivery): Message {
  return { app, event, action, installationId, repositoryId, payload }
}

function headersOf({ app, event }: Message, guid: string, body: string): Record<string, string> {
  return {
    accept: '*/*',
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/emulated',
    'x-github-delivery': guid,
    'x-github-event': event,
    'x-github-hook-id': String(app.hookId),
    'x-github-hook-installation-target-id': String(app.id),
    'x-github-hook-installation-target-type': 'integration',
    'x-hub-signature-256': `sha256=${createHmac('sha256', app.webhookSecret).update(body).digest('hex')}`,
  }
}

async function post(
  url: string,
  headers: Record<string, string>,
  body: string,
  stop: AbortSignal,
): Promise<{ status: string; statusCode: number; headers: Record<string, string>; body: string }> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(ANSWER_WITHIN_MS)])
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' })
    return {
      status: response.ok ? 'OK' : `Invalid HTTP Response: ${response.status}`,
      statusCode: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    }
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError'
    return {
      status: late ? 'timed out' : 'failed to connect to host',
      statusCode: late ? 504 : 502,
      headers: {},
      body: '',
    }
  }
}
