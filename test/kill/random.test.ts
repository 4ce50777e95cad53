import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Stage } from '../stage/stage.ts'
import { round, seeded } from './chaos.ts'
import { killStage } from './kill-stage.ts'

let on: Stage
beforeAll(async () => {
  on = await killStage()
}, 120_000)
afterAll(async () => on?.stop())

const random = seeded(20_261_124)

it.each([1, 6])('five changes from number %i are applied once each over ten SIGKILLs', async (from) => {
  expect(await round(on, from, 5, 10, random)).toMatchObject({ kills: 10 })
})
