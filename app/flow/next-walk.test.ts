import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Event, next, type State, states } from './next.ts'

/**
 * The machine once more, written as people would draw it: an arrow for each name of an event. What has no arrow stays
 * where it is. `next()` is held against it over every pair, and both against what must be true of every walk.
 */
const open: Readonly<Record<string, State>> = {
  'open, allowed': 'approved',
  'open, waiting': 'awaiting_approval',
  'open, denied': 'blocked',
  closed: 'closed',
  'merged, may not run': 'held',
}
const stops = { cancelled: 'cancelled', skipped: 'resolved_manually' } as const
const before = { ...open, ...stops, 'merged, may run': 'queued' } as const
const receipts: Readonly<Record<string, State>> = {
  'says applied': 'applied',
  'says already_applied': 'already_applied',
  'says failed_clean': 'failed_clean',
  'says failed_clean, again': 'queued',
  'says partial': 'partial',
  'says unknown': 'unknown',
}
const probes: Readonly<Record<string, State>> = { 'ledger: applied': 'applied', 'ledger: nothing': 'queued' }
const arrows: Readonly<Record<State, Readonly<Record<string, State>>>> = {
  discovered: before,
  reviewing: before,
  blocked: before,
  awaiting_approval: before,
  approved: before,
  closed: { ...open, 'merged, may run': 'queued' },
  held: { ...before, superseded: 'superseded' },
  queued: { ...open, ...stops, turn: 'ready', superseded: 'superseded' },
  ready: { ...open, ...stops, claimed: 'leased', superseded: 'superseded' },
  leased: {
    ...receipts,
    started: 'running',
    'refused for now': 'queued',
    refused: 'held',
    'lease ran out': 'unknown',
  },
  running: { ...receipts, 'lease ran out': 'unknown' },
  unknown: { ...receipts, ...probes },
  cancelling: receipts,
  failed_clean: { superseded: 'superseded', retried: 'held', ...stops },
  partial: { skipped: 'resolved_manually' },
  applied: {},
  already_applied: {},
  cancelled: {},
  superseded: {},
  expired: {},
  resolved_manually: {},
}

const verdicts = { allow: 'allowed', wait: 'waiting', deny: 'denied' } as const
const looks = (['open', 'closed', 'merged'] as const).flatMap((change) =>
  (['allow', 'wait', 'deny'] as const).flatMap((verdict) =>
    [true, false].map((authorized): readonly [string, Event] => {
      const mayRun = verdict === 'allow' && authorized ? 'may run' : 'may not run'
      const name = { open: `open, ${verdicts[verdict]}`, closed: 'closed', merged: `merged, ${mayRun}` }[
        change
      ]
      return [name, { kind: 'looked', change, verdict, authorized }]
    }),
  ),
)
const words = (['applied', 'already_applied', 'failed_clean', 'partial', 'unknown'] as const).flatMap(
  (outcome) =>
    [true, false].map((again): readonly [string, Event] => [
      `says ${outcome}${again && outcome === 'failed_clean' ? ', again' : ''}`,
      { kind: 'receipt', outcome, again },
    ]),
)
const events: readonly (readonly [name: string, event: Event])[] = [
  ...looks,
  ...words,
  ['turn', { kind: 'turn' }],
  ['claimed', { kind: 'claimed' }],
  ['started', { kind: 'started' }],
  ['refused for now', { kind: 'refused', passing: true }],
  ['refused', { kind: 'refused', passing: false }],
  ['lease ran out', { kind: 'lease_expired' }],
  ['ledger: applied', { kind: 'probed', found: 'applied' }],
  ['ledger: nothing', { kind: 'probed', found: 'not_applied' }],
  ['ledger: unclear', { kind: 'probed', found: 'unclear' }],
  ['superseded', { kind: 'superseded' }],
  ['retried', { kind: 'retried' }],
  ['cancelled', { kind: 'cancelled' }],
  ['skipped', { kind: 'skipped' }],
]

describe('the drawing', () => {
  it('agrees with next() on every pair of state and event', () => {
    for (const state of states) {
      for (const [name, event] of events) {
        const drawn = arrows[state][name] ?? null
        expect([state, name, next(state, event)]).toEqual([state, name, drawn === state ? null : drawn])
      }
    }
  })

  it('has no arrow for an event that there is not', () => {
    const names = new Set(events.map(([name]) => name))
    for (const state of states) for (const name of Object.keys(arrows[state])) expect(names).toContain(name)
  })
})

/** What a watcher who knows no machine remembers of a request. */
type Memory = {
  /** The last look at GitHub that an agent did not have it in hands at. */
  readonly lastLook: string
  /** An agent was given it, and nobody has said since, by receipt, refusal or ledger, that nothing ran. */
  readonly mayHaveRun: boolean
  readonly over: State | null
}
const unseen: Memory = { lastLook: '', mayHaveRun: false, over: null }
const nothingRan = new Set([
  'refused for now',
  'refused',
  'says failed_clean',
  'says failed_clean, again',
  'ledger: nothing',
])
const over = new Set<State>([
  'applied',
  'already_applied',
  'superseded',
  'partial',
  'cancelled',
  'resolved_manually',
])
const waits = new Set<State>([
  'queued',
  'ready',
  'held',
  'closed',
  'approved',
  'awaiting_approval',
  'blocked',
])

/** The rules, without the machine. A plain throw: an `expect` for each of two million steps would take a minute. */
function watch(memory: Memory, from: State, name: string, to: State): Memory {
  const broken = (rule: string) => new Error(`${rule}: ${from}, ${name}, ${to}`)
  // What is partly there is over for every machine; only people may say that it stays like that.
  const settled = from === 'partial' && name === 'skipped' && to === 'resolved_manually'
  if (memory.over !== null && to !== memory.over && !settled) throw broken('an end was left')
  const given = to === 'leased' && from !== 'leased'
  if (given && memory.lastLook !== 'merged, may run') throw broken('leased and not merged and approved')
  if (given && memory.mayHaveRun) throw broken('leased twice')
  const said = from !== to && nothingRan.has(name)
  const mayHaveRun = (given || memory.mayHaveRun) && !said
  if (mayHaveRun && waits.has(to)) throw broken('waits again, and it may have run')
  const isLook = name.startsWith('open') || name === 'closed' || name.startsWith('merged')
  return {
    lastLook: isLook && !memory.mayHaveRun ? name : memory.lastLook,
    mayHaveRun,
    over: over.has(to) ? to : memory.over,
  }
}

it('100,000 random walks: nothing is leased but merged and approved, nothing waits again that may have run, ends stay ends', () => {
  const start = fc.constantFrom<State>(
    'discovered',
    'reviewing',
    'blocked',
    'awaiting_approval',
    'approved',
    'closed',
  )
  const steps = fc.noBias(fc.uint32Array({ minLength: 10, maxLength: 25, size: 'max' }))
  let leased = 0
  const walk = fc.property(start, steps, (first, picks) => {
    let state = first
    let memory = unseen
    for (const pick of picks) {
      const [name, event] = choose(state, pick % 3, Math.floor(pick / 3))
      const to = next(state, event) ?? state
      memory = watch(memory, state, name, to)
      if (to === 'leased' && state !== 'leased') leased += 1
      state = to
    }
  })
  fc.assert(walk, { numRuns: 100_000, seed: 5, endOnFailure: true })
  expect(leased).toBeGreaterThan(5_000)
})

const towards = ['merged, may run', 'turn', 'claimed']
const named = new Map(events.map(([name]) => [name, events.filter((one) => one[0] === name)]))
const leads = new Map(states.map((state) => [state, Object.keys(arrows[state])]))
const ahead = new Map(
  states.map((state) => [state, towards.find((name) => arrows[state][name] !== undefined)]),
)

/** Any event; or one that leads on; or one that leads to an agent, where few walks would come otherwise. */
function choose(state: State, way: number, pick: number): readonly [string, Event] {
  const on = leads.get(state) ?? []
  const name = (way === 2 ? ahead.get(state) : undefined) ?? on[pick % on.length] ?? ''
  const chosen = (way === 0 ? undefined : named.get(name)) ?? events
  return chosen[pick % chosen.length] ?? ['turn', { kind: 'turn' }]
}
