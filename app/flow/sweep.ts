import { setTimeout as sleep } from 'node:timers/promises'
import type { GitHub } from '../github/client.ts'
import type { Log } from '../log.ts'
import { change, changesFor, unsettledChanges } from '../store/changes.ts'
import { forgetDeliveries, markDirty } from '../store/doorbell.ts'
import type { Store } from '../store/open.ts'
import { type DirtyRow, mergeGroups, wholeRepository } from '../store/rows.ts'
import { ends } from './next.ts'
import { notInstalled, stopUninstalled } from './uninstalled.ts'

export type SweepDeps = {
  readonly store: Store
  readonly github: Pick<GitHub, 'installationRepositories' | 'openPulls' | 'recentlyClosedPulls'> & {
    readonly installations: () => Promise<
      readonly { readonly id: number; readonly suspended_at: string | null }[]
    >
  }
  readonly now: () => Date
  readonly log: Log
  /** When each pull request was last looked at by this process, as `repo_id#pr`. */
  readonly looks: ReadonlyMap<string, Date>
  readonly everySeconds: number
  /** Is told which repositories our App is installed on, by their ids. */
  readonly found?: (installed: ReadonlyMap<number, string>) => void
}

const day = 86_400_000
const hour = 3_600_000
/** GitHub says by its own clock when a pull request moved, and we say by ours when we looked. */
const clocks = 60_000

/**
 * Finds what no webhook told of: at the start and every few minutes it asks GitHub which repositories we have and
 * which of their pull requests moved since we looked. Lost deliveries cost at most this time.
 */
export function startSweep(deps: SweepDeps): { readonly stop: () => Promise<void> } {
  const stopped = new AbortController()
  const running = (async () => {
    while (!stopped.signal.aborted) {
      try {
        await sweep(deps)
      } catch (error) {
        deps.log.warn({ err: error }, 'the sweep failed and is repeated')
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

/**
 * Every repository that our App is installed on, and every request of ours that is not over. An open pull request that
 * moved is found with its repository: to read each one in full at every sweep would use up what GitHub allows an App.
 */
export async function sweep({ store, github, now, looks, found }: SweepDeps): Promise<void> {
  forgetDeliveries(store, new Date(now().getTime() - 30 * day))
  const installed = new Map<number, string>()
  for (const installation of await github.installations()) {
    if (installation.suspended_at !== null) continue
    for (const { id, name } of await github.installationRepositories(installation.id)) installed.set(id, name)
  }
  found?.(installed)
  const unsettled = unsettledChanges(store, [...ends, 'closed'])
  stopUninstalled(store, now(), unsettled, installed)
  // A repository is its id: after a rename it goes on under its new name, whoever has the old one.
  const stopped = changesFor(store, notInstalled)
  const known = unsettled.flatMap((one) => {
    const repo = installed.get(one.repo_id)
    const moved = repo !== one.repo || stopped.has(`${one.repo_id}#${one.pr}`)
    const due = one.state !== 'open' || moved || isStale(lookedAt(looks, one), now())
    return repo === undefined || !due ? [] : [{ ...one, repo }]
  })
  const whole = [...installed].flatMap(([repo_id, repo]) =>
    [wholeRepository, mergeGroups].map((pr) => ({ repo_id, repo, pr })),
  )
  markDirty(store, now(), [...known, ...whole])
}

/** The pull requests of one repository that moved since we looked at them, and merges that we do not know of. */
export async function sweepRepository(
  { store, github, now, looks }: Omit<SweepDeps, 'log' | 'everySeconds'>,
  row: Pick<DirtyRow, 'repo' | 'repo_id'>,
): Promise<void> {
  const { repo, repo_id } = row
  const open = (await github.openPulls(repo)).filter((one) => {
    const looked = lookedAt(looks, { repo_id, pr: one.number })
    return isStale(looked, now()) || Date.parse(one.updatedAt) >= (looked?.getTime() ?? 0) - clocks
  })
  const closed = await github.recentlyClosedPulls(repo, new Date(now().getTime() - 8 * day))
  const missed = closed.filter((one) => {
    const state = one.merged ? 'merged' : 'closed'
    const known = change(store, repo_id, one.number)
    return known === null ? !lookedAt(looks, { repo_id, pr: one.number }) : known.state !== state
  })
  markDirty(
    store,
    now(),
    [...open, ...missed].map((one) => ({ repo_id, repo, pr: one.number })),
  )
}

function lookedAt(
  looks: SweepDeps['looks'],
  { repo_id, pr }: Pick<DirtyRow, 'repo_id' | 'pr'>,
): Date | undefined {
  return looks.get(`${repo_id}#${pr}`)
}

/** Rules, teams and the base branch change without a word about the pull request. */
function isStale(looked: Date | undefined, now: Date): boolean {
  return looked === undefined || now.getTime() - looked.getTime() > hour
}
