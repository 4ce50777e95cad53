import { beforeAll, describe, expect, it } from 'vitest'
import { recordScript, rest, walker } from './walks.ts'
import { type Effect, fail, type World } from './world.ts'

const faults: Readonly<Record<string, Effect>> = {
  'a 500': fail(500),
  'a 401': fail(401),
  'a 403': fail(403),
  'a 403 with retry-after': fail(403, { 'retry-after': '30' }),
  'a 429': fail(429),
  'a 429 with retry-after': fail(429, { 'retry-after': '30' }),
  'a 404': fail(404),
  'no answer in time': () => Promise.reject(new DOMException('timed out', 'TimeoutError')),
  'what it said before the last step': (real, before) => before ?? real,
  'an answer that breaks off': async () => '',
  'a tree that is cut': async (real) => {
    const found = await real
    return typeof found === 'object' && found !== null && 'tree' in found && 'truncated' in found
      ? { ...found, truncated: true }
      : found
  },
}
const lies = ['a 404', 'what it said before the last step', 'a tree that is cut']
const steps = [1, 2, 3, 4, 5, 6]
/** What lets less happen than before and after the step: a wrong no heals, a wrong yes may not be. */
const strict = ['blocked', 'awaiting_approval', 'held']

let go: ReturnType<typeof walker>
/** The state of the request after so many steps, and how many questions the look at that takes. */
const states: (string | null)[] = [null]
const questions: number[] = [0]
beforeAll(async () => {
  go = walker(await recordScript())
  await go(async (world) => {
    for (const step of steps) {
      const before = world.asked()
      await look(world, step)
      states.push(world.state())
      questions.push(world.asked() - before)
    }
    return rest(world)
  })
})

async function look(world: World, step: number): Promise<void> {
  world.pass(1)
  world.moveTo(step)
  world.deliver(step)
  await world.work()
}

it('the steps are told apart by the state that they lead to', () => {
  expect(states).toEqual([
    null,
    'awaiting_approval',
    'awaiting_approval',
    'approved',
    'awaiting_approval',
    'approved',
    'queued',
  ])
  expect(Math.min(...questions.slice(1))).toBeGreaterThan(10)
})

describe('in the place of any one answer', () => {
  it.each(Object.entries(faults))(
    '%s lets nothing happen that should not, and heals',
    async (name, fault) => {
      // Lies may pass unnoticed, so that more of the answers are one; what fails, fails the look wherever it is.
      const every = lies.includes(name) ? 3 : 9
      for (const step of [4, 6]) {
        for (let at = step - 3; at <= (questions[step] ?? 0); at += every) {
          const end = await go(async (world) => {
            for (const earlier of steps.filter((one) => one < step)) await look(world, earlier)
            world.failIn(at, fault)
            await look(world, step)
            const allowed = [states[step - 1], states[step], ...strict]
            expect(allowed, `step ${step}, question ${at}`).toContain(world.state())
            world.failIn(0)
            // What failed is tried again by itself; a lie that nobody noticed is found when all is looked at again.
            world.pass(3_700)
            await world.sweep()
            await world.work()
            expect([name, step, at, world.state()]).toEqual([name, step, at, states[step]])
            await look(world, 6)
            return rest(world)
          })
          expect([name, step, at, end.signed, end.leased]).toEqual([name, step, at, 1, 1])
          expect(end.requests).toMatchObject([{ state: 'applied' }])
        }
      }
    },
  )
})
