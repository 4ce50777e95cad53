import { beforeAll, describe, expect, it } from 'vitest'
import { type End, lossyWalk, orders, recordScript, seeded, walk, walker } from './walks.ts'

let go: ReturnType<typeof walker>
let end: End
beforeAll(async () => {
  go = walker(await recordScript())
  end = await go((world) => walk(world, orders[0] ?? []))
})

it('the script ends with the plan applied once, under one authorization', () => {
  expect(end.requests).toMatchObject([{ state: 'applied', attempts: 1, reason: 'The agent one applied it.' }])
  expect(end.changes).toMatchObject([{ state: 'merged' }])
  expect([end.signed, end.leased, end.waiting]).toEqual([1, 1, { n: 0 }])
  expect(end.surfaces.map(([key]) => key?.replace(/\d+[:#].*/, ''))).toEqual([
    'check:execution:',
    'check:gate:',
    'check:review:',
    'comment:',
    'result',
  ])
})

// `npm run bar:orders` walks all of them, and 10,000 of the others.
describe('the same end', () => {
  it('in every 84th of the 5,040 orders of its seven events', async () => {
    expect(orders).toHaveLength(5_040)
    for (const order of orders.filter((_, i) => i % 84 === 7)) {
      expect([order, await go((world) => walk(world, order))]).toEqual([order, end])
    }
  })

  it('where deliveries are lost, doubled and late, and looks fail half-way', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      expect([seed, await go((world) => lossyWalk(world, seeded(seed)))]).toEqual([seed, end])
    }
  })
})
