import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parsePolicy } from '@dbward/protocol/policy-parse'
import { configurableRules } from '@dbward/rules/configurable'
import { expect, test } from 'vitest'
import { placeOf } from './repository.ts'
import { pickGoverned } from './review-files.ts'
import { readPolicy, strictestSeverities } from './review-policy.ts'
import { dbward, folder, inProcess } from './testing.ts'

function repository(files: Readonly<Record<string, string>>): string {
  const top = folder()
  for (const [name, text] of Object.entries({ '.git/HEAD': '', ...files })) {
    mkdirSync(dirname(join(top, name)), { recursive: true })
    writeFileSync(join(top, name), text)
  }
  return top
}

const policy = `version: 1
databases:
  app: { engine: postgres, server_version: "16", migrations: db/migrate/*.sql, environments: [staging, production] }
  log: { engine: postgres, migrations: log/**/*.sql, environments: [production] }
review:
  - { database: app, environment: staging, rules: { drop-column: "off" } }
  - { database: log, rules: { drop-table: warn } }
`

test('without arguments every governed file of the working tree is reviewed as its database says', async () => {
  const top = repository({
    '.dbward.yml': policy,
    'db/migrate/2_b.sql': 'alter table a drop column b;',
    'db/migrate/old/1_a.sql': 'drop table x;',
    'log/a/.b/3_c.sql': 'drop table c;',
    'other/4_d.sql': 'drop table d;',
  })
  const { code, out, err } = await dbward(['review', '--json'], { cwd: join(top, 'db') })
  expect(err).toBe('policy: .dbward.yml (app: postgres 16)\npolicy: .dbward.yml (log: postgres)\n')
  expect(code).toBe(0)
  const { files } = JSON.parse(out) as {
    files: readonly { path: string; findings: readonly { rule: string; severity: string }[] }[]
  }
  expect(
    files.map(({ path, findings }) => [path, findings.map(({ rule, severity }) => `${rule} ${severity}`)]),
  ).toEqual([
    ['migrate/2_b.sql', ['drop-column warn']],
    ['../log/a/.b/3_c.sql', ['drop-table warn']],
  ])
})

test('files that the policy does not govern are judged by what else is certain, and it is said', async () => {
  const top = repository({
    '.dbward.yml': policy,
    'db/migrate/2_b.sql': 'select 1;',
    'other/4_d.sql': 'select 1;',
  })
  const { code, err } = await inProcess(['review', 'other/4_d.sql', 'db/migrate'], { cwd: top })
  expect({ code, err }).toEqual({
    code: 0,
    err: 'policy: .dbward.yml (app: postgres 16)\nengine: postgres (.dbward.yml says postgres)\n',
  })
})

test('a file with both ways in it is reviewed whole, and it is said', async () => {
  const cwd = repository({ 'migrations/1_a.sql': '-- +goose Up\nselect 1;\n-- +goose Down\ndrop table a;\n' })
  const { code, err } = await inProcess(['review', '--engine', 'postgres', 'migrations'], { cwd })
  expect(code).toBe(1)
  expect(err).toBe(
    'note: migrations/1_a.sql: to dbward the lines of goose are comments, so both the way forth and the way back are reviewed\n',
  )
})

test('what one repository says is no word about the files of another', async () => {
  const here = repository({ 'package.json': '{"dependencies":{"pg":"1"}}', 'migrations/1_a.sql': '' })
  const there = repository({ Gemfile: "gem 'mysql2'\n", '.dbward.yml': policy, 'db/migrate/1_a.sql': '' })
  const governed = await inProcess(['review', join(there, 'db/migrate')], { cwd: here })
  expect(governed).toMatchObject({ code: 0, err: 'policy: .dbward.yml (app: postgres 16)\n' })
  const free = await inProcess(['review', '--no-policy', join(there, 'db')], { cwd: here })
  expect(free.err).toMatch(/may be mysql or mariadb; .*\ndbward: {3}Gemfile has the driver mysql2\n$/)
  const both = await inProcess(['review', '--no-policy', 'migrations', join(there, 'db')], { cwd: here })
  expect(both).toMatchObject({ code: 2, err: expect.stringMatching(/nothing here says which/) })
})

test('the strictest severity of all environments counts, the default where one does not name the rule', () => {
  const parsed = parsePolicy(Buffer.from(policy), configurableRules)
  if (!parsed.ok) throw new Error('expected a policy without problems')
  const [app, log] = parsed.policy.databases
  const of = (database: typeof app) =>
    database === undefined ? {} : strictestSeverities(parsed.policy, database)
  expect(of(app)).toMatchObject({ 'drop-column': 'warn', 'drop-table': 'block' })
  expect(of(log)).toMatchObject({ 'drop-column': 'warn', 'drop-table': 'warn' })
})

test.each<[string, Readonly<Record<string, string>>, RegExp]>([
  [
    'has a problem',
    { '.dbward.yml': 'version: 2\n' },
    /^\.dbward\.yml:1:10: version must be 1[\s\S]*--no-policy$/,
  ],
  [
    'governs nothing that is there',
    { '.dbward.yml': policy },
    /names \(db\/migrate\/\*\.sql, log.*found none/,
  ],
])('a policy that %s is said', (_name, files, why) => {
  const place = placeOf(repository(files))
  const run = () => {
    const found = readPolicy(place)
    if (found !== null) pickGoverned(found, place)
  }
  expect(run).toThrow(why)
})

test('a governed link is not passed over', () => {
  const top = repository({ '.dbward.yml': policy, 'db/migrate/1_a.sql': '', 'elsewhere.sql': '' })
  symlinkSync('../../elsewhere.sql', join(top, 'db/migrate/2_b.sql'))
  const place = placeOf(top)
  const found = readPolicy(place)
  expect(found).not.toBeNull()
  if (found !== null) expect(() => pickGoverned(found, place)).toThrow(/2_b\.sql is a symbolic link/)
})

test('no name and no text of a repository can steer the terminal or begin a line', async () => {
  const name = 'a\u001b[2J\n::error::x'
  const top = repository({
    [`${name}/migrations/1_x.sql`]: 'select 1::int;',
    [`${name}/migrations/1_y.up.sql`]: '',
    [`${name}/migrations/1_y.down.sql`]: '',
  })
  symlinkSync('x', join(top, name, 'migrations', 'b\n::warning::.sql'))
  const { code, err } = await inProcess(['review', name], { cwd: top })
  expect(code).toBe(0)
  expect(err.split('\n').map((line) => line.slice(0, 10))).toEqual([
    'left out: ',
    'left out: ',
    'engine: po',
    '',
  ])
  expect(err).not.toContain('\u001b')
})

test('all that cannot be read is named', async () => {
  const top = repository({ 'db/migrate/1_a.sql': '', file: '' })
  symlinkSync('loop.sql', join(top, 'loop.sql'))
  const { code, err } = await inProcess(['review', 'db/migrate', 'loop.sql', 'file/2_b.sql', 'none'], {
    cwd: top,
  })
  expect(code).toBe(2)
  expect(err.split('\n')).toEqual([
    'dbward: loop.sql: expected a file that can be read, and got ELOOP',
    'dbward: file/2_b.sql: expected a file that can be read, and got ENOTDIR',
    'dbward: none: expected a file that can be read, and there is no such file',
    '',
  ])
})
