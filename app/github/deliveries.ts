import { integer, list, open, text } from '@dbward/protocol/shape'
import type { Octokit } from './reader.ts'

/** One try of GitHub to tell our App of something. Tries of the same event share the `guid`. */
export type HookDelivery = {
  readonly id: number
  readonly guid: string
  readonly event: string
  readonly deliveredAt: string
  readonly statusCode: number
}

/** A busy App has many; what is older than these pages is left to the sweep. */
const mostPages = 20

type Answer = { readonly data: unknown; readonly headers: { readonly link?: string | undefined } }

const delivery = open({ id: integer, guid: text, event: text, delivered_at: text, status_code: integer })

/** The deliveries since then, the newest first, as the App itself. The list is paged by a cursor in its `Link` header. */
export async function hookDeliveries(app: Octokit, since: Date): Promise<readonly HookDelivery[]> {
  const found: HookDelivery[] = []
  let answer: Answer = await app.request('GET /app/hook/deliveries', { per_page: 100 })
  for (let page = 1; ; page++) {
    const items = list(delivery)(answer.data, 'deliveries').map((one) => ({
      id: one.id,
      guid: one.guid,
      event: one.event,
      deliveredAt: one.delivered_at,
      statusCode: one.status_code,
    }))
    const recent = items.filter((one) => Date.parse(one.deliveredAt) >= since.getTime())
    found.push(...recent)
    const next = /<([^<>]+)>;\s*rel="next"/.exec(answer.headers.link ?? '')?.[1]
    if (next === undefined || recent.length < items.length || page === mostPages) return found
    answer = await app.request(`GET ${next}`)
  }
}

/** Asks GitHub to try once more. It answers before it has. */
export async function attemptDelivery(app: Octokit, delivery_id: number): Promise<void> {
  await app.request('POST /app/hook/deliveries/{delivery_id}/attempts', { delivery_id })
}
