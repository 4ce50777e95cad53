import { describe, expect, it } from 'vitest'
import { blocksQueue, type Event, ends, inHands, next, outcomes, type State, states } from './next.ts'

const looked = (
  change: 'open' | 'closed' | 'merged',
  verdict: 'allow' | 'wait' | 'deny',
  authorized = false,
): Event => {
  return { kind: 'looked', change, verdict, authorized }
}
const events: readonly Event[] = [
  ...(['open', 'closed', 'merged'] as const).flatMap((change) =>
    (['allow', 'wait', 'deny'] as const).flatMap((verdict) =>
      [true, false].map((signed) => looked(change, verdict, signed)),
    ),
  ),
  { kind: 'turn' },
  { kind: 'claimed' },
  { kind: 'started' },
  { kind: 'refused', passing: true },
  { kind: 'refused', passing: false },
  { kind: 'lease_expired' },
  ...outcomes.flatMap((outcome) =>
    [true, false].map((again): Event => ({ kind: 'receipt', outcome, again })),
  ),
  { kind: 'probed', found: 'applied' },
  { kind: 'probed', found: 'not_applied' },
  { kind: 'probed', found: 'unclear' },
  { kind: 'superseded' },
  { kind: 'retried' },
  { kind: 'cancelled' },
  { kind: 'skipped' },
]
const pairs = states.flatMap((state) => events.map((event) => ({ state, event, to: next(state, event) })))
const leadingTo = (to: State) => pairs.filter((one) => one.to === to)

describe('every pair of state and event', () => {
  it('leads to a state that exists, and never to the state it came from', () => {
    for (const { state, to } of pairs) {
      if (to !== null) expect(states).toContain(to)
      expect(to).not.toBe(state)
    }
  })

  it('leaves no end', () => {
    for (const { state, to } of pairs) if (ends.includes(state)) expect(to).toBeNull()
  })

  it('reaches leased only from ready by a claim, and ready only from queued by its turn', () => {
    expect(leadingTo('leased').map((one) => [one.state, one.event.kind])).toEqual([['ready', 'claimed']])
    expect(leadingTo('ready').map((one) => [one.state, one.event.kind])).toEqual([['queued', 'turn']])
  })

  it('reaches queued only merged, allowed and authorized, or after an agent said that nothing ran', () => {
    for (const { state, event } of leadingTo('queued')) {
      if (event.kind === 'looked') {
        expect(event).toEqual(looked('merged', 'allow', true))
        expect(inHands).not.toContain(state)
      } else if (event.kind === 'refused') expect([state, event.passing]).toEqual(['leased', true])
      else if (event.kind === 'receipt')
        expect(event).toEqual({ kind: 'receipt', outcome: 'failed_clean', again: true })
      else expect([state, event]).toEqual(['unknown', { kind: 'probed', found: 'not_applied' }])
    }
  })

  it('takes nothing out of the hands of an agent but its word, a probe, or silence that becomes unknown', () => {
    for (const { state, event, to } of pairs) {
      if (to === null || !inHands.includes(state)) continue
      expect(['started', 'refused', 'receipt', 'probed', 'lease_expired']).toContain(event.kind)
      if (event.kind === 'lease_expired') expect(to).toBe('unknown')
    }
    const back = pairs.filter((one) => one.state === 'running' && (one.to === 'ready' || one.to === 'queued'))
    expect(back.map((one) => one.event)).toEqual([{ kind: 'receipt', outcome: 'failed_clean', again: true }])
  })

  it('keeps a failure where it is until people say otherwise', () => {
    for (const state of ['failed_clean', 'partial'] as const) {
      const ways = pairs.filter((one) => one.state === state && one.to !== null).map((one) => one.event.kind)
      expect(ways).toEqual(
        state === 'failed_clean' ? ['superseded', 'retried', 'cancelled', 'skipped'] : ['skipped'],
      )
    }
  })

  it('holds what was merged without approval or authorization', () => {
    for (const event of [
      looked('merged', 'wait', true),
      looked('merged', 'deny', true),
      looked('merged', 'allow'),
    ]) {
      for (const state of ['approved', 'awaiting_approval', 'blocked', 'queued', 'ready'] as const) {
        expect(next(state, event)).toBe('held')
      }
    }
  })
})

it('a closed change can be reopened', () => {
  expect(next('approved', looked('closed', 'allow'))).toBe('closed')
  expect(next('closed', looked('open', 'wait'))).toBe('awaiting_approval')
})

it('whatever is not over and was merged keeps later ones waiting', () => {
  const before = ['discovered', 'reviewing', 'blocked', 'awaiting_approval', 'approved', 'closed']
  expect(states.filter((one) => !ends.includes(one) && !before.includes(one)).sort()).toEqual(
    [...blocksQueue].sort(),
  )
})
