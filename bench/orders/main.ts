// `npm run bar:orders [-- --lossy N]`: all 5,040 orders of seven events, and 10,000 walks with losses, doubles and delays.
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { type End, lossyWalk, orders, recordScript, seeded, walk, walker } from '../../test/orders/walks.ts'

const { values } = parseArgs({ options: { lossy: { type: 'string', default: '10000' } } })
const started = performance.now()
const go = walker(await recordScript())
const end = await go((world) => walk(world, orders[0] ?? []))
const ends: Readonly<Record<string, number>> = {
  'orders of seven events': await count(orders.length, async (i) =>
    go((world) => walk(world, orders[i] ?? [])),
  ),
  'walks with losses, doubles and delays': await count(Number(values.lossy), async (i) =>
    go((world) => lossyWalk(world, seeded(i + 1))),
  ),
}
for (const [name, same] of Object.entries(ends)) process.stdout.write(`${same} ${name}: the same end\n`)
process.stdout.write(`${Math.round((performance.now() - started) / 1_000)} s\n`)

async function count(many: number, walkOne: (i: number) => Promise<End>): Promise<number> {
  for (let i = 0; i < many; i++) {
    const found = await walkOne(i)
    if (i % 500 === 499) process.stderr.write(`${i + 1}\n`)
    if (isDeepStrictEqual(found, end)) continue
    process.stdout.write(`number ${i} ended otherwise:\n${JSON.stringify(found, null, 2)}\n`)
    process.exit(1)
  }
  return many
}
