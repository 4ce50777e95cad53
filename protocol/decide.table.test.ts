import { expect, it } from 'vitest'
import { decide } from './decide.ts'
import { rows } from './decide-rows.ts'
import { outcomeOf } from './decide-samples.ts'

it.each(rows)('%s: %s: %s', (workflow, history, outcome) => {
  expect(outcomeOf(decide, workflow, history)).toBe(outcome)
})

it('are at least 80 histories, each once', () => {
  expect(new Set(rows.map(([workflow, history]) => `${workflow}: ${history}`)).size).toBe(rows.length)
  expect(rows.length).toBeGreaterThanOrEqual(80)
})
