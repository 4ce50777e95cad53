import { steps as agentSteps } from '@dbward/agent/execute-step'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Stage } from '../stage/stage.ts'
import { armToStop, meanwhile } from './at-step.ts'
import { merged, type OpenChange, opened } from './change.ts'
import { alone, counted, killStage } from './kill-stage.ts'
import { appliedOnce } from './once.ts'

type Event = 'the database is killed and comes back' | 'every connection is cut'
type Case = { readonly at: string; readonly how: typeof counted; readonly event: Event }

/** The two events take turns from step to step; `node test/kill/loop.ts --world` goes through every pair. */
const cases: readonly Case[] = [
  ...agentSteps.filter((at) => at !== 'agent.intent').map((at) => ({ at, how: counted })),
  ...['agent.intent', 'agent.statement-done', 'agent.after-commit'].map((at) => ({ at, how: alone })),
].map((one, i) => ({
  ...one,
  event: i % 2 === 0 ? 'the database is killed and comes back' : 'every connection is cut',
}))

let on: Stage
let open: readonly OpenChange[]
beforeAll(async () => {
  on = await killStage({ cuttable: true })
  open = []
  // Opened before the first goes wrong: opening is what test/kill/steps.test.ts is about.
  for (const [i, { how }] of cases.entries()) open = [...open, await opened(on, how(i + 1))]
}, 300_000)
afterAll(async () => on?.stop())

it.each(
  cases.map(
    (one, i) => [one.event, one.at, one.how === alone ? 'alone' : 'in a transaction', one, i] as const,
  ),
)('%s while the agent is at %s %s: applied once, told once', async (_event, at, _how, one, i) => {
  const change = open[i]
  if (change === undefined) throw new Error('expected a change that was opened')
  await on.agent.stop()
  armToStop(on.agent, at)
  const done = await merged(on, change)
  await meanwhile(on, on.agent, at, events[one.event])
  await appliedOnce(on, done)
})

const events: Readonly<Record<Event, () => Promise<void>>> = {
  'the database is killed and comes back': async () => {
    const server = on.targets[0]?.server
    if (server === undefined) throw new Error('expected a database on this stage, got none')
    await server.crash()
    await server.start()
  },
  'every connection is cut': async () => on.servers.cut(),
}

it('both events happen, and no step of the agent is left out', () => {
  expect(new Set(cases.map(({ event }) => event)).size).toBe(2)
  expect(agentSteps.filter((step) => !cases.some(({ at }) => at === step))).toEqual([])
})
