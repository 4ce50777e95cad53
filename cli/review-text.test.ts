import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ReviewedFile } from './review-run.ts'
import { asText } from './review-text.ts'
import { folder, inProcess } from './testing.ts'

const at = { line: 2, column: 1, end_line: 2, end_column: 13 }
const finding = { rule: 'one-rule', severity: 'warn', ...at, message: 'It waits.', instead: 'Wait.' } as const
const file: ReviewedFile = {
  ...{ path: 'a.sql', inside: null, engine: 'postgres', statements: 2 },
  bytes: Buffer.from('select 1;\ndrop table a;\n'),
  classes: { structural: 1, semantic: 1, opaque: 0 },
  ...{ findings: [finding], allowed: [], locks: [], touches: [] },
}
const none = { block: 0, warn: 0, note: 0, allowed: 0 }

test('findings about the same text are shown over one copy of it, each with what to do', () => {
  const worse = { ...finding, rule: 'other-rule', severity: 'block', instead: 'Stop.' } as const
  const shown = asText([{ ...file, findings: [finding, worse] }], { ...none, block: 1, warn: 1 }, false)
  expect(shown).toBe(`a.sql
  2:1  warn   one-rule  It waits.
  2:1  block  other-rule  It waits.
    2 | drop table a;
      | ^^^^^^^^^^^^
      = one-rule: Wait.
      = other-rule: Stop.

1 file, 2 statements: 1 blocking finding, 1 warning
`)
})

test('SQL to paste keeps its lines, and none of them is a command or steers a terminal', () => {
  const instead = 'Write:\nALTER TABLE a\n  ADD x int;\n::error::x\n\u001b[2J##[x]'
  const lines = asText([{ ...file, findings: [{ ...finding, instead }] }], none, false).split('\n')
  expect(lines.slice(4, 9)).toEqual([
    '      = Write:',
    '        ALTER TABLE a',
    '          ADD x int;',
    '        : :error::x',
    '        \ufffd[2J## [x]',
  ])
})

test('a finding over several lines says how far it goes', () => {
  const long = { ...file, bytes: Buffer.from('\ndrop table\n a;'), findings: [{ ...finding, end_line: 3 }] }
  expect(asText([long], none, false)).toContain('      | ^^^^^^^^^^ to line 3\n')
})

test('what a comment allows is shown with its reason, and a note in a colour of its own', () => {
  const allowed = { rule: 'one-rule', severity: 'block', line: 1, reason: 'no\u202e one', finding } as const
  const shown = asText([{ ...file, findings: [], allowed: [allowed] }], { ...none, allowed: 1 }, false)
  expect(shown).toBe(`a.sql
  2:1  allowed  one-rule  It waits.
    2 | drop table a;
      | ^^^^^^^^^^^^
      = the comment in line 1 allows it: no\ufffd one

1 file, 2 statements: nothing found; 1 more is allowed by comments
`)
  const note = asText([{ ...file, findings: [{ ...finding, severity: 'note' }] }], { ...none, note: 1 }, true)
  expect(note).toContain('\u001b[36mnote\u001b[39m')
  expect(note).toContain('\u001b[36m0 blocking findings, 0 warnings, 1 note\u001b[39m')
})

const sql = `-- dbward: allow drop-table: nobody asks
drop table a;
alter table b alter c drop not null;
`
const run = (...args: readonly string[]) => {
  const cwd = folder()
  writeFileSync(join(cwd, '1_a.sql'), sql)
  return inProcess(['review', '--engine', 'postgres', '1_a.sql', ...args], { cwd })
}

test('what is allowed, and notes, fail nothing, whatever --fail-on says', async () => {
  for (const level of ['block', 'warn', 'never']) {
    const { code, out } = await run('--fail-on', level)
    expect(code).toBe(0)
    expect(out).toMatch(/0 blocking findings, 0 warnings, 1 note; 1 more is allowed by comments\n$/)
  }
})

test('JSON, annotations and SARIF say what is allowed, and why', async () => {
  const json = JSON.parse((await run('--json')).out)
  expect(json.summary).toEqual({ block: 0, warn: 0, note: 1, allowed: 1 })
  expect(json.files[0].allowed).toMatchObject([
    { rule: 'drop-table', severity: 'block', line: 1, reason: 'nobody asks', finding: { line: 2 } },
  ])
  const [note, allowed, summary] = (await run('--format', 'github')).out.split('\n')
  expect(note).toMatch(/^::notice file=1_a\.sql,line=3,.*,title=drop-not-null::/)
  expect(allowed).toMatch(
    /^::notice file=1_a\.sql,line=2,.*,title=drop-table%2C allowed::Allowed by the comment in line 1: nobody asks \(/,
  )
  expect(summary).toBe('dbward: 0 blocking findings, 0 warnings, 1 note; 1 allowed by comments')
  const [{ results, tool }] = JSON.parse((await run('--format', 'sarif')).out).runs
  expect(tool.driver).toMatchObject({ name: 'dbward', semanticVersion: '0.1.0' })
  expect(results).toMatchObject([
    { ruleId: 'drop-not-null', level: 'note', suppressions: [] },
    {
      ruleId: 'drop-table',
      level: 'error',
      suppressions: [{ kind: 'inSource', justification: 'nobody asks' }],
    },
  ])
})

test('--list-rules lists those of one engine where it is named', async () => {
  const { out } = await inProcess(['review', '--list-rules', '--engine', 'mysql'])
  expect(out).toMatch(/^drop-table +block/m)
  expect(out).not.toMatch(/^no-transaction/m)
})
