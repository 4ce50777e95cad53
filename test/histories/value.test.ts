import { decide } from '@dbward/protocol/decide'
import { describe, expect, it } from 'vitest'
import { outcomeOf } from './outcome.ts'
import { policyNames, policyOf, target } from './policies.ts'
import { rows } from './table.ts'
import { asFacts } from './value.ts'

describe('decided of facts', () => {
  it.each(rows)('%s, %s: %s, counted: %s, not: %s', async (policy, script, ...expected) => {
    const { facts, review, now } = await asFacts(policy, script)
    expect(outcomeOf(decide(policyOf(policy), facts, review, target, now))).toEqual(expected)
  })
})

it('are at least 80 histories, none of them twice, and every policy has some', () => {
  expect(new Set(rows.map(([policy, script]) => `${policy}, ${script}`)).size).toBe(rows.length)
  expect(rows.length).toBeGreaterThanOrEqual(80)
  expect(policyNames.filter((one) => !rows.some(([policy]) => policy === one))).toEqual([])
})
