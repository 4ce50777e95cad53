import { expect, test } from 'vitest'
import { wantsColour } from './world.ts'

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ TERM: 'dumb' }, true, false],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ FORCE_COLOR: 'false' }, true, false],
  [{ FORCE_COLOR: '', NO_COLOR: '1' }, true, false],
  [{ FORCE_COLOR: '3', NO_COLOR: '1' }, false, true],
] as const)('%j, on a terminal: %s', (env, terminal, colour) => {
  expect(wantsColour(env, terminal)).toBe(colour)
})
