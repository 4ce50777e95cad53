import { describe, expect, it } from 'vitest'
import { hoursFor } from './policy.ts'
import { parsePolicy } from './policy-parse.ts'
import { opening } from './window.ts'

const policyOf = (execution: string) =>
  parsePolicy(
    new TextEncoder().encode(`version: 1
databases:
  app: { engine: postgres, migrations: db/*.sql, environments: [staging, production] }
execution:
${execution}`),
    [],
  )

function hours(windows: readonly string[], freezes: readonly string[] = []) {
  const list = (all: readonly string[]) => JSON.stringify(all)
  const parsed = policyOf(
    `  - { ${windows.length > 0 ? `windows: ${list(windows)}, ` : ''}freezes: ${list(freezes)} }`,
  )
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return hoursFor(parsed.policy, 'app', 'production')
}

/** `open`, or when it opens next. */
function asked(windows: readonly string[], at: string, freezes: readonly string[] = []): string {
  const found = opening(hours(windows, freezes), Date.parse(at))
  if (found.open) return 'open'
  return found.next === null ? 'never' : new Date(found.next).toISOString().slice(0, 16)
}

describe('a window', () => {
  const office = ['Mon-Fri 09:00-16:00 Europe/Berlin']
  const night = ['Fri 22:00-04:00 Europe/Berlin']
  it.each<[string, readonly string[], string, string]>([
    ['none: at any time', [], '2026-03-04T03:00:00Z', 'open'],
    ['the first minute, in winter', office, '2026-03-04T08:00:00Z', 'open'],
    ['the moment before', office, '2026-03-04T07:59:59Z', '2026-03-04T08:00'],
    ['the last moment', office, '2026-03-04T14:59:59.999Z', 'open'],
    ['the end', office, '2026-03-04T15:00:00Z', '2026-03-05T08:00'],
    ['a Friday evening waits for Monday', office, '2026-03-06T15:00:00Z', '2026-03-09T08:00'],
    ['in summer an hour earlier', office, '2026-07-01T07:00:00Z', 'open'],
    ['over the change to summer', office, '2026-03-27T15:00:00Z', '2026-03-30T07:00'],
    ['over the change to winter', office, '2026-10-23T14:00:00Z', '2026-10-26T08:00'],
    ['a night: before midnight', night, '2026-03-06T21:00:00Z', 'open'],
    ['a night: after midnight', night, '2026-03-07T02:59:00Z', 'open'],
    ['a night: its end', night, '2026-03-07T03:00:00Z', '2026-03-13T21:00'],
    ['a night: not the one before', night, '2026-03-06T02:00:00Z', '2026-03-06T21:00'],
    [
      'the skipped hour is in none',
      ['Sun 02:15-02:45 Europe/Berlin'],
      '2026-03-29T00:00:00Z',
      '2026-04-05T00:15',
    ],
    [
      'what begins in it begins after it',
      ['Sun 02:30-05:00 Europe/Berlin'],
      '2026-03-29T00:59:00Z',
      '2026-03-29T01:00',
    ],
    ['the doubled hour, once', ['Sun 02:15-02:45 Europe/Berlin'], '2026-10-25T00:20:00Z', 'open'],
    ['between', ['Sun 02:15-02:45 Europe/Berlin'], '2026-10-25T00:50:00Z', '2026-10-25T01:15'],
    ['and twice', ['Sun 02:15-02:45 Europe/Berlin'], '2026-10-25T01:44:00Z', 'open'],
    [
      'opens anew where the clock goes back',
      ['Sun 01:00-02:30 Europe/Berlin'],
      '2026-10-25T00:31:00Z',
      '2026-10-25T01:00',
    ],
    ['a zone of half an hour', ['Mon 09:00-10:00 Asia/Kolkata'], '2026-03-02T03:30:00Z', 'open'],
    ['another day there', ['Mon 01:00-02:00 Pacific/Auckland'], '2026-03-01T12:00:00Z', 'open'],
    ['all of a day', ['Sat 00:00-24:00 UTC'], '2026-03-07T23:59:59Z', 'open'],
    ['days over the end of the week', ['Sat-Mon 10:00-11:00 UTC'], '2026-03-08T10:30:00Z', 'open'],
    ['days one by one', ['Mon,Wed 10:00-11:00 UTC'], '2026-03-03T10:30:00Z', '2026-03-04T10:00'],
    ['the sooner of two', [...office, 'Sat 06:00-07:00 UTC'], '2026-03-06T15:00:00Z', '2026-03-07T06:00'],
  ])('%s', (_, windows, at, expected) => {
    expect(asked(windows, at)).toBe(expected)
  })
})

describe('a freeze', () => {
  const holidays = '2026-12-20T00:00/2027-01-02T00:00 Europe/Berlin'
  it.each<[string, readonly string[], readonly string[], string, string]>([
    ['not yet', [], [holidays], '2026-12-19T22:59:59Z', 'open'],
    ['from its first moment', [], [holidays], '2026-12-19T23:00:00Z', '2027-01-01T23:00'],
    ['to its end', [], [holidays], '2027-01-01T23:00:00Z', 'open'],
    ['then the next window', ['Mon 09:00-10:00 UTC'], [holidays], '2026-12-21T09:30:00Z', '2027-01-04T09:00'],
    [
      'one after the other',
      [],
      [holidays, '2027-01-01T00:00/2027-01-05T00:00 UTC'],
      '2026-12-24T00:00:00Z',
      '2027-01-05T00:00',
    ],
    [
      'in the middle of a window',
      ['Sun 00:00-24:00 UTC'],
      ['2026-03-01T10:00/2026-03-01T11:00 UTC'],
      '2026-03-01T10:30:00Z',
      '2026-03-01T11:00',
    ],
    [
      'doubled: from the first',
      [],
      ['2026-10-25T02:30/2026-10-25T12:00 Europe/Berlin'],
      '2026-10-25T00:30:00Z',
      '2026-10-25T11:00',
    ],
    [
      'doubled: and no hole',
      [],
      ['2026-10-25T02:30/2026-10-25T12:00 Europe/Berlin'],
      '2026-10-25T01:10:00Z',
      '2026-10-25T11:00',
    ],
    [
      'doubled: to the second',
      [],
      ['2026-10-25T00:00/2026-10-25T02:30 Europe/Berlin'],
      '2026-10-25T01:10:00Z',
      '2026-10-25T01:30',
    ],
    [
      'skipped: the longer',
      [],
      ['2026-03-29T00:00/2026-03-29T02:30 Europe/Berlin'],
      '2026-03-29T01:10:00Z',
      '2026-03-29T01:30',
    ],
  ])('%s', (_, windows, freezes, at, expected) => {
    expect(asked(windows, at, freezes)).toBe(expected)
  })
})

describe('scopes', () => {
  it('of windows the narrowest counts, freezes add up', () => {
    const parsed =
      policyOf(`  - { windows: ["Mon 09:00-10:00 UTC"], freezes: ["2026-01-01T00:00/2026-01-02T00:00 UTC"] }
  - { environment: production, windows: ["Tue 09:00-10:00 UTC"] }
  - { database: app, environment: production, freezes: ["2026-02-01T00:00/2026-02-02T00:00 UTC"] }
`)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    const production = hoursFor(parsed.policy, 'app', 'production')
    expect(production.windows.map((one) => one.days)).toEqual([[2]])
    expect(production.freezes).toHaveLength(2)
    expect(hoursFor(parsed.policy, 'app', 'staging').windows.map((one) => one.days)).toEqual([[1]])
  })
})

describe('is refused with its place', () => {
  it.each([
    ['windows', 'Mon-Fri 9:00-16:00 UTC', /written like/],
    ['windows', 'Mon-Fri 09:00-16:00', /written like/],
    ['windows', 'Monday 09:00-16:00 UTC', /written like/],
    ['windows', 'Mon-Wed-Fri 09:00-16:00 UTC', /written like/],
    ['windows', 'Mon 09:00-25:00 UTC', /written like/],
    ['windows', 'Mon 09:60-10:00 UTC', /written like/],
    ['windows', 'Mon 09:00-09:00 UTC', /written like/],
    ['windows', 'Mon 24:00-09:00 UTC', /written like/],
    ['windows', 'Mon 09:00-10:00 Europe/Atlantis', /unknown time zone/],
    ['windows', 'Mon 09:00-10:00 +02:00', /unknown time zone/],
    ['freezes', '2026-12-20/2027-01-02 UTC', /written like/],
    ['freezes', '2026-02-30T00:00/2026-03-02T00:00 UTC', /written like/],
    ['freezes', '2026-03-02T00:00/2026-03-02T00:00 UTC', /written like/],
    ['freezes', '2026-03-02T00:00/2026-03-03T00:00 Nowhere', /unknown time zone/],
  ])('%s: %s', (key, value, message) => {
    const parsed = policyOf(`  - { ${key}: ["${value}"] }\n`)
    if (parsed.ok) throw new Error('expected a problem')
    expect(parsed.problems).toMatchObject([{ line: 5, column: key.length + 10 }])
    expect(parsed.problems[0]?.message).toMatch(message)
  })

  it('an empty list of windows, which could mean always or never', () => {
    expect(policyOf('  - { windows: [] }\n')).toMatchObject({ ok: false })
  })
})
