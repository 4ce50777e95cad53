import { expect, it } from 'vitest'
import { opening, openingWords } from './window.ts'

const at = (text: string) => Date.parse(`${text}Z`)
const wall = (text: string) => at(text) / 60_000
const days = [0, 1, 2, 3, 4, 5, 6]
const morning = { days, from: 9 * 60, to: 10 * 60, zone: 'UTC' }
const evening = { days, from: 20 * 60, to: 21 * 60, zone: 'UTC' }

it('one window of several is enough', () => {
  const hours = { windows: [morning, evening], freezes: [] }
  expect(opening(hours, at('2026-03-04T09:30'))).toEqual({ open: true })
  expect(opening(hours, at('2026-03-04T12:00'))).toEqual({ open: false, next: at('2026-03-04T20:00') })
})

it('a window that opens within a later freeze is not the next', () => {
  const freeze = (from: string, to: string) => ({ from: wall(from), to: wall(to), zone: 'UTC' })
  const freezes = [
    freeze('2026-03-04T00:00', '2026-03-05T08:00'),
    freeze('2026-03-05T08:30', '2026-03-06T12:00'),
  ]
  const hours = { windows: [morning], freezes }
  expect(opening(hours, at('2026-03-04T09:30'))).toEqual({ open: false, next: at('2026-03-07T09:00') })
})

it('a window of no day does not open in sight', () => {
  const never = { ...morning, days: [] }
  expect(opening({ windows: [never], freezes: [] }, at('2026-03-04T09:30'))).toEqual({
    open: false,
    next: null,
  })
})

it('says when, or that it is not in sight', () => {
  expect(openingWords(at('2026-03-04T09:00'))).toBe('it opens next at 2026-03-04 09:00 UTC')
  expect(openingWords(null)).toBe('it does not open again in sight')
})
