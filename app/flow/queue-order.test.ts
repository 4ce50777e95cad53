import { EventEmitter } from 'node:events'
import { openRepository } from '@dbward/protocol/repository'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { putRequests, sampleClock, sampleRequest, tempStore } from '../samples.ts'
import type { Store } from '../store/open.ts'
import { requestsFor } from '../store/requests.ts'
import type { RequestWrite } from '../store/rows.ts'
import { change } from '../view/testing.ts'
import { blocksQueue, type State, states } from './next.ts'
import { targetsOf, turns } from './queue.ts'
import { queuePosition } from './queue-position.ts'
import { followers, surfacesOf } from './show.ts'

const clock = sampleClock()
const soon = new Date(clock.now().getTime() + 60_000).toISOString()
const repos = [
  { repo_id: 1, repo: 'acme/shop' },
  { repo_id: 2, repo: 'acme/web' },
]
const places = ['app@staging', 'app@production', 'crm@production']

/** One merge of a history in a line, on one database and environment, as people would tell of it. */
type Told = {
  readonly merge: number
  readonly repo: number
  readonly place: number
  readonly state: State
  readonly gap: boolean
  readonly early: boolean
  readonly empty: boolean
}
const told = fc.record<Told>({
  merge: fc.nat(11),
  repo: fc.nat(1),
  place: fc.nat(2),
  state: fc.oneof(
    { weight: 2, arbitrary: fc.constant<State>('queued') },
    { weight: 2, arbitrary: fc.constantFrom<State>('applied', 'superseded', 'already_applied') },
    { weight: 1, arbitrary: fc.constantFrom(...states) },
  ),
  gap: fc.boolean(),
  early: fc.boolean(),
  empty: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
})
const history = fc.uniqueArray(told, {
  minLength: 5,
  maxLength: 14,
  size: 'max',
  selector: ({ merge, repo, place }) => `${merge} ${repo} ${place}`,
})

const ended: readonly State[] = [
  ...['applied', 'already_applied', 'cancelled', 'superseded', 'expired', 'resolved_manually'],
  ...['discovered', 'reviewing', 'blocked', 'awaiting_approval', 'approved', 'closed'],
] as readonly State[]
const withAgent: readonly State[] = ['leased', 'running', 'unknown', 'cancelling']

/** Whose turn it is on one database and environment of one repository: said from the line of merges, without a queue. */
function expected(line: readonly Told[]): Told | null {
  const open = line.filter((one) => !one.empty && !ended.includes(one.state))
  if (open.some((one) => withAgent.includes(one.state))) return null
  const inOrder = open.toSorted((a, b) => a.merge - b.merge)
  const first = inOrder.find((one) => !(one.state === 'queued' && one.gap && one.early))
  if (first === undefined || first.early) return null
  return first.state === 'queued' || first.state === 'ready' ? first : null
}

const sha = (merge: number) => (merge + 1).toString(16).padStart(40, '0')
/** A branch on which the merge `n` contains every merge before it; GitHub's comparison of two commits of it. */
const line = openRepository(
  {
    one: async (_, { basehead }) => {
      const [ancestor = '', descendant = ''] = String(basehead).split('...')
      const status = ancestor === descendant ? 'identical' : ancestor < descendant ? 'ahead' : 'behind'
      return { status, merge_base_commit: { sha: ancestor < descendant ? ancestor : descendant } }
    },
    all: async () => [],
  },
  'acme/shop',
)
const nothing = await sampleRequest()
const empty = emptyStore()

/** As it is in a file that nobody wrote to yet; copies in memory are made in no time. */
function emptyStore(): Buffer {
  const { store, drop } = tempStore()
  store.db.pragma('journal_mode = delete')
  const bytes = store.db.serialize()
  drop()
  return bytes
}

function row({ merge, repo, place, state, gap, early, empty }: Told): RequestWrite {
  const [db = '', env = ''] = (places[place] ?? '').split('@')
  const at = repos[repo] ?? { repo_id: 1, repo: 'acme/shop' }
  return {
    ...nothing,
    ...at,
    db,
    env,
    state,
    pr: merge + 1,
    id: `${at.repo_id}#${merge + 1}:${db}@${env}`,
    merge_sha: sha(merge),
    queue_position: null,
    plan: empty ? { ...nothing.plan, files: [] } : nothing.plan,
    reason_code: gap ? 'GAP' : null,
    not_before: early ? soon : null,
  }
}

describe('the queue', () => {
  it('gives each database and environment its first in the order of the base branch, in whatever order merges were seen', async () => {
    let turned = 0
    const property = fc.asyncProperty(history, async (merges) => {
      const store: Store = { db: new Database(empty), bell: new EventEmitter() }
      try {
        for (const one of merges) {
          const made = row(one)
          const others = requestsFor(store, made.db, made.env, blocksQueue).filter(
            (other) => other.repo_id === made.repo_id,
          )
          const queue_position = await queuePosition(line, made.merge_sha ?? '', others)
          putRequests(store, clock.now(), [{ ...made, queue_position }])
        }
        const lines = Object.values(Object.groupBy(merges, (one) => `${one.repo} ${one.place}`))
        const want = lines.flatMap((all = []) => {
          const first = expected(all)
          return first === null ? [] : [row(first).id]
        })
        const got = turns(store, targetsOf(places), clock.now()).map((one) => one.id)
        expect(got.toSorted()).toEqual(want.toSorted())
        turned += got.length
      } finally {
        store.db.close()
      }
    })
    await fc.assert(property, { numRuns: 100, seed: 7, endOnFailure: true })
    expect(turned).toBeGreaterThan(100)
  })
})

describe('one that waits', () => {
  const base = { repo: 0, place: 1, gap: false, early: false, empty: false } as const

  it.each([
    ['failed_clean', 'failed, rolled back'],
    ['unknown', 'unknown: an agent went silent'],
    ['partial', 'partly applied'],
    ['held', 'held: merged, and not allowed to run'],
  ] as const)('behind one that is %s says so, and is looked at again when that changes', (state, words) => {
    const temp = tempStore()
    try {
      const first = { ...row({ ...base, merge: 1, state }), queue_position: 1, reason: 'Because @ops of it.' }
      const second = { ...row({ ...base, merge: 2, state: 'queued' }), queue_position: 2 }
      const third = { ...row({ ...base, merge: 3, state: 'queued' }), queue_position: 3 }
      putRequests(temp.store, clock.now(), [first, second, third])
      for (const one of [second, third]) {
        const shown = surfacesOf(temp.store, change({}), [one]).find((page) => page.key.includes('execution'))
        const page = JSON.stringify(shown?.payload)
        expect(page).toContain(`goes first and is ${words}`)
        expect(page).not.toContain('@ops')
      }
      expect(followers(temp.store, [first]).map((one) => one.pr)).toEqual([second.pr, third.pr])
      expect(followers(temp.store, [second])).toEqual([])
    } finally {
      temp.drop()
    }
  })
})
