import { expect, test } from 'vitest'
import { isSince, requireEngine, versionOf } from './engine.ts'

test.each([
  ['16', 16, 0, 0],
  ['16.3', 16, 3, 0],
  ['9.6', 9, 6, 0],
  ['8.0.36', 8, 0, 36],
  ['8.4', 8, 4, 0],
  ['10.11.6.1', 10, 11, 6],
] as const)('the version %s is %s.%s.%s', (version, major, minor, patch) => {
  expect(versionOf(version)).toEqual({ major, minor, patch })
})

test('a version that nobody said is none, and is surely of no version', () => {
  expect(versionOf(undefined)).toBeUndefined()
  expect(isSince(undefined, 1)).toBe(false)
})

test.each([
  ['10.6', 10, 11, false],
  ['10.11', 10, 11, true],
  ['11.4', 10, 11, true],
  ['8.4', 8, 0, true],
  ['8.0.28', 8, 0, false, 29],
  ['8.0.29', 8, 0, true, 29],
  ['8.1', 8, 0, true, 29],
] as const)('%s is since %s.%s: %s', (version, major, minor, since, patch?: number) => {
  expect(isSince(versionOf(version), major, minor, patch)).toBe(since)
})

test('a version that is none', () => {
  expect(() => versionOf('8.0-log')).toThrow('expected a server version such as')
})

test.each(['postgres', 'mysql', 'mariadb'])('%s is an engine', (engine) => {
  expect(() => requireEngine(engine)).not.toThrow()
})

test('another is none', () => {
  expect(() => requireEngine('MySQL')).toThrow(
    'expected an engine out of postgres, mysql, mariadb, got "MySQL"',
  )
})
