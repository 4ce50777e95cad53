import { setTimeout as sleep } from 'node:timers/promises'
import type { HookDelivery } from '../github/deliveries.ts'
import type { Log } from '../log.ts'
import { commit } from '../store/commit.ts'
import { knowsDelivery } from '../store/doorbell.ts'
import type { Store } from '../store/open.ts'

export type RedeliverDeps = {
  readonly store: Store
  readonly now: () => Date
  /** The App's deliveries since then, the newest first. */
  readonly deliveries: (since: Date) => Promise<readonly HookDelivery[]>
  readonly attempt: (deliveryId: number) => Promise<void>
}

/** GitHub keeps a delivery, and sends it again where it is asked to, for three days. */
const keptMs = 3 * 86_400_000
/** What fails so often fails for a reason of its own; the sweep finds what it was about. */
const mostTries = 5
const mostAtOnce = 50

/**
 * Asks GitHub to send again what never arrived here. Returns how many it asked for. The sweep would find the same, and
 * later: a delivery says at once which pull request it is about.
 */
export async function redeliver({ store, now, deliveries, attempt }: RedeliverDeps): Promise<number> {
  const listed = await deliveries(new Date(now().getTime() - keptMs))
  const lost = [...Map.groupBy(listed, (one) => one.guid)].flatMap(([guid, tries]) => {
    const [newest] = tries
    const arrived = tries.some((one) => one.statusCode >= 200 && one.statusCode < 300)
    const over = tries.length >= mostTries || arrived || knowsDelivery(store, guid)
    return newest === undefined || over ? [] : [newest]
  })
  // The oldest first, as they happened.
  const asked = lost.slice(-mostAtOnce).reverse()
  for (const { id, guid, event } of asked) {
    await attempt(id)
    const entry = {
      type: 'delivery.asked_again',
      actor: { kind: 'server', id: 'redeliver' },
      subject: {},
      outcome: 'asked',
      data: { delivery: id, guid, event },
    }
    commit(store, now(), { audit: [entry] })
  }
  return asked.length
}

/** At the start, when most is lost as nobody listened, and every few minutes. */
export function startRedelivery(deps: RedeliverDeps & { readonly log: Log; readonly everySeconds: number }): {
  readonly stop: () => Promise<void>
} {
  const stopped = new AbortController()
  const running = (async () => {
    while (!stopped.signal.aborted) {
      try {
        const asked = await redeliver(deps)
        if (asked > 0) deps.log.info({ asked }, 'GitHub was asked to send lost deliveries again')
      } catch (error) {
        deps.log.warn({ err: error }, 'the list of deliveries could not be read, and is read again')
      }
      await sleep(deps.everySeconds * 1_000, undefined, { signal: stopped.signal }).catch(() => undefined)
    }
  })()
  return {
    async stop() {
      stopped.abort()
      await running
    },
  }
}
