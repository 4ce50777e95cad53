import { expect, test } from 'vitest'
import { type AllowedNote, aboutFile, type Report } from './report.ts'
import { mostBytes, summary, verdictOf } from './summary.ts'

const report: Report = {
  base: 'b'.repeat(40),
  head: 'a'.repeat(40),
  policyPath: '.dbward.yml',
  policy: 'read',
  policyChange: 'none',
  files: [],
  notes: [],
  allowed: [],
  failures: [],
}
const allowed = (text: string): AllowedNote => ({
  ...{
    rule: 'drop-table',
    severity: 'block',
    line: 3,
    reason: text,
    path: 'a.sql',
    targets: ['app@production'],
  },
  finding: aboutFile('a.sql', 'drop-table', 'block', text),
})
const file = (path: string) => ({ path, database: 'app', status: 'added', statements: 1 }) as const

test.each<[string, Partial<Report>]>([
  ['no governed SQL in this change', {}],
  ['1 file, nothing found', { files: [file('a')] }],
  ['2 files, nothing found', { files: [file('a'), file('b')] }],
  ['1 blocking finding, 0 warnings', { notes: [aboutFile('a', 'r', 'block', 'm')] }],
  ['0 blocking findings, 1 warning', { notes: [aboutFile('a', 'r', 'warn', 'm')] }],
  [
    '1 blocking finding, 0 warnings, 2 notes',
    {
      notes: [
        aboutFile('a', 'r', 'block', 'm'),
        aboutFile('a', 'r', 'note', 'm'),
        aboutFile('b', 'r', 'note', 'm'),
      ],
    },
  ],
  ['1 file, nothing found, 1 allowed by comments', { files: [file('a')], allowed: [allowed('why')] }],
  ['nothing is governed here', { policy: 'none' }],
  ['adds a policy, which can be read', { policy: 'none', policyChange: 'added' }],
  ['cannot judge: the policy of the base is broken', { policy: 'broken', failures: ['x'] }],
  ['cannot judge all of it: 1 not reviewed', { files: [file('a')], failures: ['x'] }],
])('the verdict: %s', (expected, change) => {
  expect(verdictOf({ ...report, ...change })).toBe(expected)
})

test('nothing of what others wrote is Markdown', () => {
  const evil = '`</details>\n\n# x @octocat <img src=x> [a](https://b) ```` | \u202e'
  const shown = summary(
    {
      ...report,
      files: [file(`${evil}.sql`)],
      notes: [{ ...aboutFile(`${evil}.sql`, evil, 'block', evil), instead: evil, targets: [evil] }],
      failures: [`${evil}\n\`\`\`\n# out`],
      allowed: [{ ...allowed(evil), targets: [evil], path: evil, rule: evil }],
    },
    'v',
  )
  // What is in code of any kind is text; outside of it no sign is left that GitHub would obey.
  const fences = shown.replace(/^(`{3,})\n[\s\S]*?^\1$/gm, '')
  expect(fences).not.toMatch(/^# /m)
  const bare = fences.replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, '')
  expect(bare).not.toMatch(/(?<!\\)<(?!br>)|(?<!\\)\]\(|@octocat/)
  expect(bare).not.toContain('\u202e')
})

test('what comments allow is said with its reason, and what it lets through', () => {
  const shown = summary({ ...report, allowed: [allowed('nobody asks')] }, 'v')
  expect(shown).toContain('To approve this change is to accept each of them')
  expect(shown).toContain(
    '- `drop-table` in `a.sql:3` (`app@production`): nobody asks<br>It lets through: 🛑 nobody asks',
  )
})

test('what does not fit is counted, and the summary stays below what GitHub takes', () => {
  const long = 'x'.repeat(1_900)
  const shown = summary(
    {
      ...report,
      files: Array.from({ length: 5_000 }, (_, i) => file(`${i}${'a'.repeat(200)}.sql`)),
      notes: Array.from({ length: 5_000 }, (_, i) => aboutFile(`${i}.sql`, 'r', 'block', long)),
      failures: Array.from({ length: 500 }, () => long),
      allowed: Array.from({ length: 5_000 }, () => allowed(long.slice(0, 500))),
    },
    'v',
  )
  expect(Buffer.byteLength(shown)).toBeLessThan(mostBytes)
  expect(shown.match(/…and \d+ more\./g)).toHaveLength(4)
})
