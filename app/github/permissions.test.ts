import { readFileSync } from 'node:fs'
import { ConfigError } from '@dbward/protocol/errors'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { askedPermissions, checkPermissions } from './permissions.ts'

test('app.yml asks for what the server checks at its start', () => {
  const manifest = parse(readFileSync(new URL('../../app.yml', import.meta.url), 'utf8'))
  expect(manifest.default_permissions).toEqual(askedPermissions)
})

describe('an App', () => {
  test('as app.yml makes it is fine', () => {
    expect(() => checkPermissions(askedPermissions)).not.toThrow()
  })

  test.each([
    [
      'may approve',
      { ...askedPermissions, pull_requests: 'write' },
      'has pull_requests: write, expected read',
    ],
    ['may push', { ...askedPermissions, contents: 'write' }, 'has contents: write, expected read'],
    [
      'administers',
      { ...askedPermissions, administration: 'read' },
      'has administration: read, expected no access',
    ],
    ['has a level of tomorrow', { ...askedPermissions, contents: 'everything' }, 'has contents: everything'],
    ['cannot post checks', { ...askedPermissions, checks: 'read' }, 'has checks: read, expected write'],
  ])('that %s is refused', (_, granted, problem) => {
    expect(() => checkPermissions(granted)).toThrow(ConfigError)
    expect(() => checkPermissions(granted)).toThrow(problem)
  })

  test('has all of its problems named at once', () => {
    const { checks: _, ...less } = askedPermissions
    const problems = catchProblems({ ...less, contents: 'write' })
    expect(problems).toHaveLength(2)
  })
})

function catchProblems(granted: Record<string, string>): readonly string[] {
  try {
    checkPermissions(granted)
    return []
  } catch (error) {
    return error instanceof ConfigError ? error.problems : []
  }
}
