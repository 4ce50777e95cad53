import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Stage } from '../stage/stage.ts'
import type { Engine } from '../stage/targets.ts'
import { armToStop, meanwhile } from './at-step.ts'
import { merged, opened } from './change.ts'
import { alone, killStage } from './kill-stage.ts'
import { appliedOnce } from './once.ts'
import { inSuite } from './sample.ts'
import { executions } from './steps.ts'

/** What happens to everything around the agent while it stands still at a step. */
const events = {
  'the database is killed and comes back': async (on: Stage) => {
    const server = on.targets[0]?.server
    if (server === undefined) throw new Error('expected a database on this stage, got none')
    await server.crash()
    await server.start()
  },
  'every connection is cut': async (on: Stage) => on.servers.cut(),
} as const
type Event = keyof typeof events
const names = Object.keys(events) as readonly Event[]

/** Where an agent has nothing to do with its database, so that any engine will do. */
const beside: readonly string[] = [
  'agent.claimed',
  'agent.token-verified',
  'agent.evidence',
  'agent.spooled',
  'agent.delivered',
  'agent.reported',
]

/** At each step of the agent one of the events; with `turn` 1 each step gets the other one. */
export function worldFails(engine: Engine, turn: 0 | 1 = 0): void {
  const own = executions(engine).filter(({ at }) => engine === 'postgres' || !beside.includes(at))
  const cases = inSuite(
    own.map((one, i) => ({
      ...one,
      event: names[(i + turn) % names.length] ?? 'every connection is cut',
    })),
  )
  let on: Stage
  beforeAll(async () => {
    on = await killStage({ engine, cuttable: true })
  }, 120_000)
  afterAll(async () => on?.stop())

  for (const [i, { at, how, event }] of cases.entries()) {
    const where = `${at}${how === alone ? ' outside of a transaction' : ''}`
    it(`${event} while the agent is at ${where}: applied once, told once`, async () => {
      const change = await opened(on, how(i + 1, engine))
      await on.agent.stop()
      armToStop(on.agent, at)
      const done = await merged(on, change)
      await meanwhile(on, on.agent, at, () => events[event](on))
      await appliedOnce(on, done)
    })
  }

  it('both events happen', () => expect(new Set(cases.map(({ event }) => event)).size).toBe(2))
}
