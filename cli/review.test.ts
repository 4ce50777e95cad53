import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dbward, folder } from './testing.ts'

function write(files: Readonly<Record<string, string>>): string {
  const cwd = folder()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text)
  return cwd
}

test('a file that nothing speaks against exits with 0', async () => {
  const cwd = write({ 'a.sql': 'create table a (x int);' })
  expect(await dbward(['review', 'a.sql'], { cwd })).toEqual({
    code: 0,
    out: '1 file, 1 statement: nothing found\n',
    err: '',
  })
})

test('warnings alone exit with 0', async () => {
  const cwd = write({ 'a.sql': 'alter table a drop column x;' })
  const { code, out } = await dbward(['review', 'a.sql'], { cwd })
  expect(code).toBe(0)
  expect(out).toContain('1 warning')
})

test('a blocking finding exits with 1 and is shown under its line, without colours where nobody looks', async () => {
  const cwd = write({ 'a.sql': 'select 1;\n\tdrop table "größe";\n' })
  const { code, out, err } = await dbward(['review', 'a.sql'], { cwd })
  expect({ code, err }).toEqual({ code: 1, err: '' })
  const lines = out.split('\n')
  expect(lines[0]).toBe('a.sql')
  expect(lines[1]).toMatch(/^ {2}2:2 {2}block {2}drop-table {2}\S/)
  expect(lines[2]).toBe('    2 | \tdrop table "größe";')
  expect(lines[3]).toBe('      | \t^^^^^^^^^^^^^^^^^^')
  expect(out).not.toContain('\u001b')
})

test('JSON has the shape that scripts rely on', async () => {
  const cwd = write({ 'a.sql': 'truncate a;', 'b.sql': 'select 1;' })
  const { code, out } = await dbward(['review', '--format', 'json', 'a.sql', 'b.sql'], { cwd })
  expect(code).toBe(1)
  const text = expect.stringMatching(/\S/)
  const place = { line: 1, column: 1, end_line: 1, end_column: 11 }
  expect(JSON.parse(out)).toStrictEqual({
    files: [
      {
        path: 'a.sql',
        engine: 'postgres',
        statements: 1,
        findings: [{ rule: 'truncate', severity: 'block', ...place, message: text, instead: text }],
      },
      { path: 'b.sql', engine: 'postgres', statements: 1, findings: [] },
    ],
    summary: { block: 1, warn: 0 },
  })
})

test('no file name and no SQL can make a workflow command of its own', async () => {
  const name = 'a,line=9::error::x%0A\n::stop-commands::y.sql'
  const cwd = write({ [name]: 'drop table "a\n::set-env name=X::1%0A";' })
  const { code, out } = await dbward(['review', '--format', 'github', name], { cwd })
  expect(code).toBe(1)
  const commands = out.split('\n').filter((line) => line.startsWith('::'))
  expect(commands).toHaveLength(1)
  expect(commands[0]).toMatch(
    /^::error file=a%2Cline=9%3A%3Aerror%3A%3Ax%250A%0A%3A%3Astop-commands%3A%3Ay\.sql,line=1,/,
  )
})

test('no SQL and no file name can steer the terminal', async () => {
  const name = 'a\u001b[2J.sql'
  const cwd = write({ [name]: 'drop table "a\u001b]0;owned\u0007\u202e";' })
  const { out } = await dbward(['review', name], { cwd })
  expect(out).toMatch(/drop table/)
  expect(['\u001b', '\u0007', '\u202e'].filter((sign) => out.includes(sign))).toEqual([])
})

test('whatever is in a file, it is judged and never crashes', async () => {
  const cwd = write({
    'a.sql': '\u0000',
    'b.sql': '',
    'c.sql': `select ${'('.repeat(20_000)}`,
    'd.sql': `select '${'x'.repeat(5_000)}'; truncate a;`,
  })
  const { code, out, err } = await dbward(['review', 'a.sql', 'b.sql', 'c.sql', 'd.sql'], { cwd })
  expect({ code, err }).toEqual({ code: 1, err: '' })
  expect(out.split('\n').filter((line) => line.length > 400)).toEqual([])
})

test.each([
  [['review'], /missing required argument/],
  [['review', 'nope.sql'], /nope\.sql: .*no such file/],
  [['review', '.'], /it is a folder/],
  [['review', '--engine', 'oracle', 'a.sql'], /Allowed choices are postgres/],
  [['review', '--format', 'xml', 'a.sql'], /Allowed choices/],
  [['review', '--server-version', 'new', 'a.sql'], /expected a version such as 16/],
  [['review', '--nope', 'a.sql'], /unknown option/],
])('%j exits with 2 and says why', async (args, why) => {
  const { code, out, err } = await dbward(args, { cwd: write({ 'a.sql': 'select 1' }) })
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(why)
})

test.each(['mysql', 'mariadb'])('reads the SQL of %s', async (engine) => {
  const cwd = write({ 'a.sql': 'alter table `a` modify x bigint;' })
  const { code, out } = await dbward(['review', '--engine', engine, 'a.sql'], { cwd })
  expect(code).toBe(0)
  expect(out).toContain('alter-column-type')
})
