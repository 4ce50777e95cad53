import { expect, test } from 'vitest'
import { majorVersion, requireEngine } from './engine.ts'

test.each([
  ['16', 16],
  ['16.3', 16],
  ['9.6', 9],
  ['8.0', 8],
  ['8.4', 8],
  ['8.0.36', 8],
  ['10.11', 10],
  ['11.4', 11],
  [undefined, undefined],
] as const)('the major version of %s is %s', (version, major) => {
  expect(majorVersion(version)).toBe(major)
})

test('a version that is none', () => {
  expect(() => majorVersion('8.0-log')).toThrow('expected a server version such as')
})

test.each(['postgres', 'mysql', 'mariadb'])('%s is an engine', (engine) => {
  expect(() => requireEngine(engine)).not.toThrow()
})

test('another is none', () => {
  expect(() => requireEngine('MySQL')).toThrow(
    'expected an engine out of postgres, mysql, mariadb, got "MySQL"',
  )
})
