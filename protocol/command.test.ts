import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { parseComment, parseReviewBody } from './command.ts'

const reason = (text: string, length: number) => ({
  length,
  sha256: createHash('sha256').update(text).digest('hex'),
})

describe('a comment', () => {
  it.each([
    ['/dbward help', { name: 'help' }],
    ['/dbward plan\nand more below', { name: 'plan' }],
    ['/dbward plan\r\n', { name: 'plan' }],
    ['/dbward  review  ', { name: 'review' }],
    ['/dbward retry', { name: 'retry' }],
    ['/dbward why', { name: 'why', login: null }],
    ['/dbward why @bob-2', { name: 'why', login: 'bob-2' }],
    ['/dbward promote staging', { name: 'promote', environment: 'staging' }],
  ])('%j is a command', (body, command) => expect(parseComment(body)).toEqual({ kind: 'command', command }))

  it.each([
    '',
    'dbward help',
    'please /dbward help',
    'first\n/dbward help',
    '\n/dbward help',
    '> /dbward retry',
    '`/dbward retry`',
    '/dbwardhelp',
    '/dbwards retry',
    '/other help',
  ])('%j is none', (body) => expect(parseComment(body)).toEqual({ kind: 'none' }))

  it.each([
    ['/dbward', /one of help, plan/],
    [' /dbward retry', /very start/],
    ['/ dbward retry', /very start/],
    ['/DBWARD retry', /lower case/],
    ['/dbward\tretry', /very start/],
    ['/dbward Retry', /one of help/],
    ['/dbward rerun', /one of help/],
    ['/dbward approve', /one of help/],
    ['/dbward constructor', /one of help/],
    ['/dbward "retry"', /one of help/],
    ['/dbward retry now', /nothing behind it/],
    ['/dbward why bob', /why \[@user\]/],
    ['/dbward why @bob @cat', /why \[@user\]/],
    ['/dbward why @bob[bot]', /why \[@user\]/],
    ['/dbward promote', /promote ENV/],
    ['/dbward promote "staging"', /promote ENV/],
    ['/dbward promote a b', /promote ENV/],
    ['/dbward re\u200btry', /invisible/],
  ])('%j is near one, and says what was expected', (body, why) => {
    expect(parseComment(body)).toEqual({ kind: 'unclear', why: expect.stringMatching(why) })
  })

  it.each(['hold', 'unhold', 'cancel', 'skip'])('%s belongs into a review', (name) => {
    expect(parseComment(`/dbward ${name} anything at all`)).toEqual({ kind: 'elsewhere', name })
  })
})

describe('the body of a review', () => {
  it.each([
    ['/dbward hold', { name: 'hold' }],
    ['/dbward unhold\n\nfine now', { name: 'unhold' }],
    ['/dbward cancel', { name: 'cancel' }],
    [
      '/dbward skip db/migrate/001_a.sql --reason "never again"',
      { name: 'skip', path: 'db/migrate/001_a.sql', reason: reason('never again', 10) },
    ],
    [
      '/dbward skip "db/two words.sql" --reason "ü 1"',
      { name: 'skip', path: 'db/two words.sql', reason: reason('ü 1', 2) },
    ],
  ])('%j is a command', (body, command) =>
    expect(parseReviewBody(body)).toEqual({ kind: 'command', command }),
  )

  it.each([
    ['/dbward hold it', /nothing behind it/],
    ['/dbward skip', /skip FILE/],
    ['/dbward skip a.sql', /--reason/],
    ['/dbward skip --reason "x"', /skip FILE/],
    ['/dbward skip a.sql b.sql --reason "x"', /--reason|skip FILE/],
    ['/dbward skip a.sql --reason never', /--reason/],
    ['/dbward skip a.sql "--reason" "never"', /--reason/],
    ['/dbward skip a.sql --reason "  .. "', /in words/],
    ['/dbward skip a.sql --reason "open', /closed/],
    ['/dbward skip a.sql --reason "a"b', /space behind/],
    ['/dbward skip a.sql --reason “curly”', /straight/],
    ['/dbward approve', /one of hold/],
  ])('%j is near one, and says what was expected', (body, why) => {
    expect(parseReviewBody(body)).toEqual({ kind: 'unclear', why: expect.stringMatching(why) })
  })

  it('is no comment', () => {
    expect(parseReviewBody('/dbward retry')).toEqual({ kind: 'elsewhere', name: 'retry' })
    expect(parseReviewBody('looks good\n/dbward hold')).toEqual({ kind: 'none' })
  })

  it('has one line that somebody can read', () => {
    const asked = parseComment(`/dbward ${'a'.repeat(3_000)}`)
    expect(asked).toEqual({ kind: 'unclear', why: expect.stringContaining('2,000') })
  })

  it('takes long lines in time that grows with their length', () => {
    const begun = process.cpuUsage().user
    parseReviewBody(`/dbward skip ${'a '.repeat(900)}"`)
    parseReviewBody(`/dbward skip ${'"" '.repeat(600)}"`)
    parseReviewBody(`${' '.repeat(60_000)}/dbward`)
    expect(process.cpuUsage().user - begun).toBeLessThan(500_000)
  })
})
