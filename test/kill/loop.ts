// `node test/kill/loop.ts [--cycles N] [--seed S] [--engine postgres|mariadb]`: kills server and agent at random for as long as one likes.
import { parseArgs } from 'node:util'
import { round, seeded } from './chaos.ts'
import { killStage } from './kill-stage.ts'

const { values } = parseArgs({
  options: {
    cycles: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    engine: { type: 'string', default: 'postgres' },
  },
})
const [cycles, seed] = [Number(values.cycles), Number(values.seed)]
const engine = (['postgres', 'mariadb'] as const).find((one) => one === values.engine)
if (engine === undefined) {
  process.stderr.write(`expected --engine postgres or mariadb, got ${values.engine}\n`)
  process.exit(2)
}
if (!Number.isSafeInteger(cycles) || cycles < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write(`expected whole numbers, got --cycles ${values.cycles} --seed ${values.seed}\n`)
  process.exit(2)
}

/** A fresh stage after so many cycles, as each look at a repository takes longer the more migrations it has. */
const cyclesOfOneStage = 10
const size = 3
const random = seeded(seed)
let totals = { kills: 0, attempts: 0 }
for (let done = 0; done < cycles; done += cyclesOfOneStage) {
  const on = await killStage({ engine })
  try {
    for (let i = 0; i < Math.min(cyclesOfOneStage, cycles - done); i++) {
      const { kills, attempts } = await round(on, 1 + i * size, size, 5, random)
      totals = { kills: totals.kills + kills, attempts: totals.attempts + attempts }
      process.stdout.write(
        `cycle ${done + i + 1} of ${cycles}: ${size} changes, ${kills} kills, each applied once\n`,
      )
    }
  } finally {
    await on.stop()
  }
}
process.stdout.write(
  `${cycles * size} changes applied exactly once over ${totals.kills} kills, in ${totals.attempts} attempts\n`,
)
