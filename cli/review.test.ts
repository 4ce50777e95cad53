import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalog } from '@dbward/rules/catalog'
import { expect, test } from 'vitest'
import { dbward, folder, inProcess } from './testing.ts'

function write(files: Readonly<Record<string, string>>): string {
  const cwd = folder()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text)
  return cwd
}

test('a file that nothing speaks against exits with 0', async () => {
  const cwd = write({ 'a.sql': 'create table a (x int);' })
  expect(await inProcess(['review', '--engine', 'postgres', 'a.sql'], { cwd })).toEqual({
    code: 0,
    out: '1 file, 1 statement: nothing found\n',
    err: '',
  })
})

test('warnings alone exit with 0', async () => {
  const cwd = write({ 'a.sql': 'alter table a drop column x;' })
  const { code, out } = await inProcess(['review', '--engine', 'postgres', 'a.sql'], { cwd })
  expect(code).toBe(0)
  expect(out).toContain('1 warning')
})

test('a blocking finding exits with 1 and is shown under its line, without colours where nobody looks', async () => {
  const cwd = write({ 'a.sql': 'select 1;\n\tdrop table "größe";\n' })
  const { code, out, err } = await dbward(['review', '--engine', 'postgres', 'a.sql'], { cwd })
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
  const { code, out } = await inProcess(
    ['review', '--engine', 'postgres', '--format', 'json', 'a.sql', 'b.sql'],
    { cwd },
  )
  expect(code).toBe(1)
  const text = expect.stringMatching(/\S/)
  const place = { line: 1, column: 1, end_line: 1, end_column: 11 }
  const { files, ...rest } = JSON.parse(out)
  expect(rest).toStrictEqual({ summary: { block: 1, warn: 0, note: 0, allowed: 0 } })
  expect(files).toMatchObject([
    {
      path: 'a.sql',
      engine: 'postgres',
      statements: 1,
      findings: [{ rule: 'truncate', severity: 'block', ...place, message: text, instead: text }],
      allowed: [],
      touches: [{ how: 'truncate', name: { name: 'a' }, anywhere: false }],
    },
    {
      path: 'b.sql',
      engine: 'postgres',
      statements: 1,
      findings: [],
      allowed: [],
      touches: [expect.anything()],
    },
  ])
})

test('no file name and no SQL can make a workflow command of its own', async () => {
  const name = 'a,line=9::error::x%0A\n::stop-commands::y.sql'
  const cwd = write({ [name]: 'drop table "a\n::set-env name=X::1%0A";' })
  const { code, out } = await inProcess(['review', '--engine', 'postgres', '--format', 'github', name], {
    cwd,
  })
  expect(code).toBe(1)
  const commands = out.split('\n').filter((line) => line.startsWith('::'))
  expect(commands).toHaveLength(1)
  expect(commands[0]).toMatch(
    /^::error file=a%2Cline=9%3A%3Aerror%3A%3Ax%250A%0A%3A%3Astop-commands%3A%3Ay\.sql,line=1,/,
  )
})

test('no file name and no SQL can make a workflow command of the text output', async () => {
  const names = ['::error title=pwned::hello.sql', '\u00a0 ::stop-commands::x.sql', '##[error]pwned.sql']
  const sql = 'drop table "##[a]::b"; drop table c; select ##[error]pwned;\n::add-mask::x;\n'
  const cwd = write(Object.fromEntries(names.map((name) => [name, sql])))
  const { out } = await inProcess(['review', '--engine', 'postgres', ...names], { cwd })
  const lines = out.split('\n')
  expect(lines).toEqual(expect.arrayContaining(['./::error title=pwned::hello.sql', '## [error]pwned.sql']))
  expect(out).not.toContain('##[')
  expect(lines.filter((line) => /^\s*::/.test(line))).toEqual([])
  // The carets stand under the statement, also behind a word that is broken.
  const shown = lines.findIndex((line) => line.endsWith('drop table c; select ## [error]pwned;'))
  const marks = lines.slice(shown).filter((line) => /^ +\| *\^+$/.test(line))
  const marked = (nth: number) => {
    const mark = marks[nth] ?? ''
    return lines[shown]?.slice(mark.indexOf('^'), mark.length)
  }
  expect([marked(0), marked(1)]).toEqual(['drop table "## [a]::b"', 'drop table c'])
})

test('no SQL and no file name can steer the terminal', async () => {
  const name = 'a\u001b[2J.sql'
  const cwd = write({ [name]: 'drop table "a\u001b]0;owned\u0007\u202e";' })
  const { out } = await dbward(['review', '--engine', 'postgres', name], { cwd })
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
  const { code, out, err } = await inProcess(
    ['review', '--engine', 'postgres', 'a.sql', 'b.sql', 'c.sql', 'd.sql'],
    { cwd },
  )
  expect({ code, err }).toEqual({ code: 1, err: '' })
  expect(out.split('\n').filter((line) => line.length > 400)).toEqual([])
})

test.each([
  [['review'], /expected \.dbward\.yml or \.sql files in one of db\/migrate, .* found none; name the files/],
  [['review', 'nope.sql'], /nope\.sql: .*no such file/],
  [
    ['review', 'a.sql'],
    /expected to know the engine, and nothing here says which; say --engine postgres, mysql/,
  ],
  [['review', '--engine', 'postgres', '--stdin', 'a.sql'], /--stdin: expected no files with it/],
  [['review', '--stdin-filename', 'a.sql'], /--stdin-filename: expected --stdin with it/],
  [['review', '--fail-on', 'error', 'a.sql'], /Allowed choices are block, warn, never/],
  [['review', '--explain', 'no-such'], /--explain: expected a rule, got no-such; dbward review --list-rules/],
  [['review', '--engine', 'oracle', 'a.sql'], /Allowed choices are postgres/],
  [['review', '--format', 'xml', 'a.sql'], /Allowed choices/],
  [['review', '--server-version', 'new', 'a.sql'], /expected a version such as 16/],
  [['review', '--nope', 'a.sql'], /unknown option/],
])('%j exits with 2 and says why', async (args, why) => {
  const { code, out, err } = await inProcess(args, { cwd: write({ 'a.sql': 'select 1' }) })
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(why)
})

test('standard input is a file with the name that it is given, judged by the policy of that name', async () => {
  const cwd = write({
    '.dbward.yml': `version: 1
databases: { app: { engine: postgres, migrations: db/*.sql, environments: [staging, production] } }
review: [ { environment: production, rules: { drop-column: block } } ]
`,
  })
  const input = 'alter table a drop column x;'
  const args = ['review', '--stdin', '--stdin-filename', 'db/1_x.sql', '--json']
  const governed = await dbward(args, { cwd, input })
  expect(governed).toMatchObject({ code: 1, err: 'policy: .dbward.yml (app: postgres)\n' })
  expect(JSON.parse(governed.out)).toMatchObject({ files: [{ path: 'db/1_x.sql' }], summary: { block: 1 } })
  const alone = await inProcess([...args, '--no-policy', '--engine', 'postgres'], { cwd, input })
  expect(alone).toMatchObject({ code: 0, err: '' })
  const other = await inProcess([...args, '--engine', 'mysql'], { cwd, input })
  expect(other).toMatchObject({ code: 2, out: '' })
  expect(other.err).toMatch(
    /--engine: \.dbward\.yml says postgres for app, got mysql; leave it out, or .*--no-policy/,
  )
})

test.each([
  ['block', 0],
  ['warn', 1],
  ['never', 0],
])('--fail-on %s makes of a warning the exit code %i', async (severity, code) => {
  const args = ['review', '--engine', 'postgres', '--stdin', '--fail-on', severity]
  expect(await inProcess(args, { input: 'alter table a drop column x;' })).toMatchObject({ code })
})

test('--list-rules and --explain say what the catalogue says', async () => {
  const { code, out } = await inProcess(['review', '--list-rules', '--json'])
  expect(code).toBe(0)
  const { rules } = JSON.parse(out) as { readonly rules: readonly { readonly id: string }[] }
  expect(rules.map(({ id }) => id)).toEqual(catalog.map(({ id }) => id))
  const explained = await inProcess(['review', '--explain', 'drop-column'])
  const { why, instead, bad, good } = catalog.find(({ id }) => id === 'drop-column') ?? {}
  expect(explained).toMatchObject({ code: 0, err: '' })
  for (const part of [why, instead, bad, good]) expect(explained.out).toContain(part)
  const rule = catalog.find((one) => one.mysql?.instead !== undefined)
  if (rule === undefined) throw new Error('expected a rule that says something of its own for MySQL')
  const onMysql = await inProcess(['review', '--explain', rule.id, '--engine', 'mysql'])
  expect(onMysql.out).toContain(rule.mysql?.instead)
  expect(onMysql.out).not.toContain(rule.instead)
  expect((await inProcess(['review', '--explain', rule.id])).out).toContain(rule.mysql?.instead)
  expect((await inProcess(['review', '--list-rules'])).out).toMatch(/^drop-table +block +DROP TABLE/m)
})

test.each(['mysql', 'mariadb'])('reads the SQL of %s', async (engine) => {
  const cwd = write({ 'a.sql': 'alter table `a` modify x bigint;' })
  const { code, out } = await inProcess(['review', '--engine', engine, 'a.sql'], { cwd })
  expect(code).toBe(0)
  expect(out).toContain('alter-column-type')
})
