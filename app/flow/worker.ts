import { setTimeout as sleep } from 'node:timers/promises'
import { askedToWait } from '../github/limits.ts'
import type { Log } from '../log.ts'
import { doneDirty, postponeDirty, takeDirty } from '../store/doorbell.ts'
import type { Store } from '../store/open.ts'
import { type DirtyRow, mergeGroups, wholeRepository } from '../store/rows.ts'
import { pendingSurfaces } from '../store/surfaces.ts'
import { expireLeases } from './queue.ts'

export type WorkerDeps = {
  readonly store: Store
  readonly now: () => Date
  /** A look at one pull request. */
  readonly reconcile: (row: DirtyRow) => Promise<void>
  /** A look at a whole repository, for a row whose `pr` is 0. */
  readonly sweepRepository: (row: DirtyRow) => Promise<void>
  /** A look at the merge groups of a repository, for a row whose `pr` is -1. */
  readonly reconcileGroups: (row: DirtyRow) => Promise<void>
  /** Posts what is not shown yet. */
  readonly publish: () => Promise<unknown>
  readonly log: Log
  /** How many pull requests are looked at at the same time. */
  readonly parallel?: number
  readonly pollMs?: number
}

const longestPause = 5 * 60_000

/**
 * The server's own work: looks at what is dirty, one look at a time for each pull request, posts what is to be shown,
 * and notices leases that ran out. A bell starts it at once, a poll every second finds what no bell told. `stop` takes
 * nothing new and waits for what is under way.
 */
export function startWorker(deps: WorkerDeps): { readonly stop: () => Promise<void> } {
  const stopped = new AbortController()
  const pollMs = deps.pollMs ?? 1_000
  const running = new Map<string, Promise<void>>()
  const loops = [
    loop(deps, 'dirty', pollMs, stopped.signal, async () => startLooks(deps, running)),
    loop(deps, 'surface', pollMs, stopped.signal, async () => {
      if (pendingSurfaces(deps.store, deps.now(), 1).length > 0) await deps.publish()
    }),
    loop(deps, null, pollMs, stopped.signal, async () => void expireLeases(deps.store, deps.now())),
  ]
  return {
    async stop() {
      stopped.abort()
      await Promise.all(loops)
      await Promise.all(running.values())
    },
  }
}

/** Runs a round at each ring of the bell and each poll. A round that fails is logged, and the next one is no sooner. */
async function loop(
  { store, log }: WorkerDeps,
  bell: 'dirty' | 'surface' | null,
  pollMs: number,
  stopped: AbortSignal,
  round: () => Promise<void>,
): Promise<void> {
  let rung = false
  let wake = () => {}
  const ring = () => {
    rung = true
    wake()
  }
  if (bell !== null) store.bell.on(bell, ring)
  stopped.addEventListener('abort', ring)
  while (!stopped.aborted) {
    rung = false
    try {
      await round()
    } catch (error) {
      log.error({ err: error, loop: bell ?? 'lease' }, 'a round failed')
      await sleep(pollMs, undefined, { signal: stopped }).catch(() => undefined)
    }
    if (rung) continue
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pollMs)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
      if (rung) wake()
    })
  }
  if (bell !== null) store.bell.off(bell, ring)
}

/** Starts a look for every dirty row that has none under way, as far as there is room; the end of a look rings again. */
function startLooks(deps: WorkerDeps, running: Map<string, Promise<void>>): void {
  const parallel = deps.parallel ?? 4
  for (const row of takeDirty(deps.store, deps.now(), parallel + running.size)) {
    const name = `${row.repo_id}#${row.pr}`
    if (running.has(name)) continue
    if (running.size >= parallel) return
    const look = lookAt(deps, row).finally(() => {
      running.delete(name)
      deps.store.bell.emit('dirty')
    })
    running.set(name, look)
  }
}

/** One look; where it fails it is put off, for as long as GitHub asks or a little longer with every failure. */
export async function lookAt(
  {
    store,
    now,
    reconcile,
    sweepRepository,
    reconcileGroups,
    log,
  }: Pick<WorkerDeps, 'store' | 'now' | 'reconcile' | 'sweepRepository' | 'reconcileGroups' | 'log'>,
  row: DirtyRow,
): Promise<void> {
  try {
    await (row.pr === wholeRepository
      ? sweepRepository(row)
      : row.pr === mergeGroups
        ? reconcileGroups(row)
        : reconcile(row))
    doneDirty(store, row)
  } catch (error) {
    const asked = askedToWait(error, now().getTime())
    const pause = asked ?? Math.min(longestPause, 1_000 * 2 ** Math.min(row.attempts, 20))
    log.warn(
      { err: error, repo: row.repo, pr: row.pr, again_in_ms: pause },
      'the look failed and is repeated',
    )
    postponeDirty(store, row, new Date(now().getTime() + pause))
  }
}
