import { expect, test } from 'vitest'
import { ConfigError, configExitCode, Refusal, refusalCodes } from './errors.ts'

test('refusal codes are plain words and stand once', () => {
  expect(new Set(refusalCodes).size).toBe(refusalCodes.length)
  for (const code of refusalCodes) expect(code).toMatch(/^[A-Z]+(?:_[A-Z]+)*$/)
})

test('a refusal carries its code and its cause', () => {
  const cause = new Error('inner')
  const refusal = new Refusal('GAP', 'expected nothing between, got one migration', { cause })
  expect(refusal).toMatchObject({ name: 'Refusal', code: 'GAP', cause })
})

test('a configuration error says every problem, and exits as sysexits.h says', () => {
  const error = new ConfigError(['a is missing', 'b is wrong'])
  expect(error.problems).toEqual(['a is missing', 'b is wrong'])
  expect(error.message).toBe('a is missing; b is wrong')
  expect(configExitCode).toBe(78)
})
