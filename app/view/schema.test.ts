import { describe, expect, test } from 'vitest'
import { gateCheck } from './checks.ts'
import type { RequestView } from './model.ts'
import { ago, rowsWords } from './schema.ts'
import { change, request } from './testing.ts'

const seen = { agent: 'agent-1', taken: '2026-01-31T14:00:00.000Z', old: false, truncated: false }
const users = { schema: 'public', name: 'users', rows: 1_200_000, bytes: 340_000_000, referencedBy: 3 }
const risk: RequestView['risk'] = {
  level: 'medium',
  factors: [{ level: 'medium', message: 'public.users is locked: it is large' }],
  moreFactors: 0,
  tables: [users],
  moreTables: 0,
}
const gate = (over: Partial<RequestView>) => gateCheck(change({ requests: [request(over)] }))

describe('the gate', () => {
  test('tells the risk, why, and how large what is touched is', () => {
    const { summary } = gate({ risk, schema: seen })
    expect(summary).toContain('**`app@production`: risk medium** · sizes by a schema snapshot')
    expect(summary).toContain('- medium: public.users is locked: it is large')
    expect(summary).toContain(
      '- `public.users`: about 1.2 million rows, 340 MB, referenced by 3 foreign keys',
    )
  })

  test('tells how old that is, apart from what is a reason to write', () => {
    const { summary, stamp } = gate({ risk, schema: seen })
    expect(stamp).toBe(
      '<sub>`app@production`: schema seen 3 minutes ago by `agent-1` (2026-01-31 14:00 UTC)</sub>',
    )
    expect(summary).not.toContain('minutes')
    const later = { ...seen, taken: '2026-01-31T14:02:00.000Z' }
    expect(gate({ risk, schema: later }).summary).toBe(summary)
  })

  test('says where nothing is known, where it is old, and where it was cut', () => {
    const { summary, stamp } = gate({ schema: null })
    expect(summary).toContain('no schema snapshot: sizes are not known')
    expect(stamp).toBeNull()
    expect(gate({ schema: { ...seen, old: true } }).summary).toContain('the schema snapshot is old')
    expect(gate({ schema: { ...seen, truncated: true } }).summary).toContain(', and not of all tables')
  })

  test('shows names as they are, and lets none out of its place', () => {
    const name = '`x` | **b**\n- <!-- @acme/dba #1'
    const message = `"${name}" is locked`
    const factors = [{ level: 'high' as const, message }]
    const { summary } = gate({ risk: { ...risk, factors, tables: [{ ...users, name }] }, schema: seen })
    expect(summary).toContain('``public.`x` | **b** - <!-- @acme/dba #1``')
    expect(summary.replaceAll(/`+[^`].*?[^`]``/g, '')).not.toMatch(/[^\\]<!--|@acme|[^\\]\*\*b/)
  })

  test('has an end, whatever is in it', () => {
    const name = '\u202e'.repeat(64)
    const tables = Array.from({ length: 20 }, () => ({ ...users, schema: name, name }))
    const factors = Array.from({ length: 20 }, () => ({ level: 'high' as const, message: '&'.repeat(300) }))
    const one = request({
      risk: { ...risk, factors, tables, moreTables: 7, moreFactors: 1_234 },
      schema: seen,
    })
    const check = gateCheck(change({ requests: Array.from({ length: 50 }, () => one) }))
    expect(Buffer.byteLength(`${check.summary}${check.stamp}`)).toBeLessThan(65_000)
    const { summary } = gateCheck(change({ requests: [{ ...one, risk: { ...risk, moreTables: 7 } }] }))
    expect(summary).toContain('…and 7 more.')
  })
})

test.each([
  [0, 'about 0 rows'],
  [1, 'about 1 row'],
  [99, 'about 99 rows'],
  [1_200, 'about 1,200 rows'],
  [990_000, 'about 990,000 rows'],
  [1_200_000, 'about 1.2 million rows'],
  [45_000_000, 'about 45 million rows'],
  [2_000_000_000, 'about 2 billion rows'],
])('%d rows', (rows, words) => expect(rowsWords(rows)).toBe(words))

test.each([
  [-5_000, 'just now'],
  [59_000, 'just now'],
  [60_000, '1 minute ago'],
  [119 * 60_000, '119 minutes ago'],
  [3 * 3_600_000, '3 hours ago'],
  [50 * 3_600_000, '2 days ago'],
])('%d ms', (ms, words) => expect(ago(ms)).toBe(words))
