import { expect, test } from 'vitest'
import { aboutFile, type Report } from './report.ts'
import { mostBytes, summary, verdictOf } from './summary.ts'

const report: Report = {
  base: 'b'.repeat(40),
  head: 'a'.repeat(40),
  policyPath: '.dbward.yml',
  policy: 'read',
  policyChange: 'none',
  files: [],
  notes: [],
  failures: [],
}
const file = (path: string) => ({ path, database: 'app', status: 'added', statements: 1 }) as const

test.each<[string, Partial<Report>]>([
  ['no governed SQL in this change', {}],
  ['1 file, nothing found', { files: [file('a')] }],
  ['2 files, nothing found', { files: [file('a'), file('b')] }],
  ['1 blocking finding, 0 warnings', { notes: [aboutFile('a', 'r', 'block', 'm')] }],
  ['0 blocking findings, 1 warning', { notes: [aboutFile('a', 'r', 'warn', 'm')] }],
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

test('what does not fit is counted, and the summary stays below what GitHub takes', () => {
  const long = 'x'.repeat(1_900)
  const shown = summary(
    {
      ...report,
      files: Array.from({ length: 5_000 }, (_, i) => file(`${i}${'a'.repeat(200)}.sql`)),
      notes: Array.from({ length: 5_000 }, (_, i) => aboutFile(`${i}.sql`, 'r', 'block', long)),
      failures: Array.from({ length: 500 }, () => long),
    },
    'v',
  )
  expect(Buffer.byteLength(shown)).toBeLessThan(mostBytes)
  expect(shown.match(/…and \d+ more\./g)).toHaveLength(3)
})
