import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Stage } from '../stage/stage.ts'
import type { Engine } from '../stage/targets.ts'
import { round, seeded } from './chaos.ts'
import { killStage } from './kill-stage.ts'

/** A small part of what `node test/kill/loop.ts` does for as long as one likes. */
export function killsAtRandom(engine: Engine): void {
  let on: Stage
  beforeAll(async () => {
    on = await killStage({ engine })
  }, 120_000)
  afterAll(async () => on?.stop())

  it('five changes are applied once each over ten SIGKILLs', async () => {
    expect(await round(on, 1, 5, 10, seeded(20_261_124))).toMatchObject({ kills: 10 })
  })
}
