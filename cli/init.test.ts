import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parsePolicy } from '@dbward/protocol/policy-parse'
import { configurableRules } from '@dbward/rules/configurable'
import { describe, expect, test } from 'vitest'
import { workflowText } from './init-workflow.ts'
import { dbward, folder, inProcess } from './testing.ts'

function repository(files: Readonly<Record<string, string>>, git = true): string {
  const top = folder()
  for (const [name, text] of Object.entries({ ...(git ? { '.git/HEAD': '' } : {}), ...files })) {
    mkdirSync(dirname(join(top, name)), { recursive: true })
    writeFileSync(join(top, name), text)
  }
  return top
}

const read = (top: string, path: string) => readFileSync(join(top, path), 'utf8')
const policyOf = (text: string) => {
  const parsed = parsePolicy(Buffer.from(text), configurableRules)
  return parsed.ok ? parsed.policy : parsed.problems
}
const plain = { 'db/migrate/1_a.sql': 'select 1::int;' }

describe('in a repository', () => {
  test('writes a policy that is valid and a workflow, to the root also from below', async () => {
    const top = repository(plain)
    const args = ['init', '--environments', 'staging, production', '--approvers', 'acme/dba,octocat,write']
    const { code, out, err } = await dbward([...args, '--server-version', '16'], { cwd: join(top, 'db') })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.split('\n')).toEqual([
      'db/migrate: plain .sql files (1), governed as db/migrate/*.sql',
      'engine: postgres (db/migrate/1_a.sql has a cast with ::)',
      'wrote ../.dbward.yml',
      'wrote ../.github/workflows/dbward.yml',
      expect.stringMatching(/^next: look at who approves \(acme\/dba, octocat, write\)/),
      expect.stringMatching(
        /^next: mind the file that is there already: an agent runs a new one only where the ledger/,
      ),
      'next: replace OWNER/dbward@COMMIT in .github/workflows/dbward.yml as it says there',
      expect.stringMatching(/^next: commit/),
      '',
    ])
    expect(policyOf(read(top, '.dbward.yml'))).toMatchObject({
      databases: [
        {
          name: 'app',
          engine: 'postgres',
          serverVersion: '16',
          migrations: 'db/migrate/*.sql',
          environments: ['staging', 'production'],
        },
      ],
      workflows: [
        {
          database: '*',
          environment: '*',
          steps: [
            {
              mode: 'all',
              approvers: [
                { kind: 'team', name: 'acme/dba', min: 1 },
                { kind: 'user', name: 'octocat', min: 1 },
                { kind: 'role', name: 'write', min: 1 },
              ],
            },
          ],
        },
      ],
    })
    expect(read(top, '.github/workflows/dbward.yml')).toBe(workflowText())
    expect(await dbward(['policy', 'check'], { cwd: top })).toMatchObject({ code: 0 })
  })

  test('a second time changes nothing and says so', async () => {
    const top = repository({ ...plain, '.dbward.yml': 'mine', '.github/workflows/dbward.yml': 'mine, too' })
    const { code, out } = await inProcess(['init'], { cwd: top })
    expect(code).toBe(1)
    expect(out).toContain('.dbward.yml is there already and stays as it is\n')
    expect(out).toContain('.github/workflows/dbward.yml is there already and stays as it is\n')
    expect(out).toContain('dbward init --print shows what it would write\n')
    expect(read(top, '.dbward.yml') + read(top, '.github/workflows/dbward.yml')).toBe('minemine, too')
  })

  test.each(['--print', '--dry-run'])('%s prints the files and writes nothing', async (option) => {
    const top = repository(plain, false)
    const { code, out } = await inProcess(['init', option], { cwd: top })
    expect(code).toBe(0)
    const [, policy = '', workflow = ''] = out.split(/^# \.(?:dbward|github\/workflows\/dbward)\.yml\n/m)
    expect(policyOf(policy)).toMatchObject({ databases: [{ migrations: 'db/migrate/*.sql' }] })
    expect(workflow.trim()).toBe(workflowText().trim())
    expect(existsSync(join(top, '.dbward.yml')) || existsSync(join(top, '.github'))).toBe(false)
  })

  test('writes only what is safe where a part cannot be governed', async () => {
    const top = repository({ ...plain, 'web/prisma/migrations/a/migration.sql': '' })
    const { code, out } = await inProcess(['init', '--json'], { cwd: top })
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      layouts: [
        { folder: 'db/migrate', glob: 'db/migrate/*.sql' },
        { folder: 'web/prisma/migrations', glob: null, problems: [expect.stringMatching(/no|none/)] },
      ],
      files: [
        { path: '.dbward.yml', state: 'written' },
        { path: '.github/workflows/dbward.yml', state: 'written' },
      ],
    })
    expect(policyOf(read(top, '.dbward.yml'))).toMatchObject({ databases: [{ name: 'app' }] })
  })

  test('and nothing where nothing can be, as the Action would have nothing to do', async () => {
    const top = repository({ 'db/migration/R__a.sql': '' })
    const { code, out } = await inProcess(['init'], { cwd: top })
    expect(code).toBe(1)
    expect(out).toMatch(/plain \.sql files \(1\), not governed:\n {2}db\/migration\/R__a\.sql has no version/)
    expect(out).toMatch(
      /nothing was written.*\nnext: dbward review db\/migration reviews them without a policy\n/,
    )
    expect(existsSync(join(top, '.dbward.yml')) || existsSync(join(top, '.github'))).toBe(false)
  })

  test('a folder with a hostile name is shown as one word that a shell leaves alone', async () => {
    const top = repository({ "-$(reboot)'/migrations/a.sql": '' })
    const { out } = await inProcess(['init'], { cwd: top })
    expect(out).toContain("next: dbward review './-$(reboot)'\\''/migrations' reviews")
  })

  test('the workflow beside a policy that is there', async () => {
    const top = repository({ 'db/migration/R__a.sql': '', '.dbward.yml': 'mine' })
    expect(await inProcess(['init'], { cwd: top })).toMatchObject({ code: 1 })
    expect(read(top, '.dbward.yml')).toBe('mine')
    expect(read(top, '.github/workflows/dbward.yml')).toBe(workflowText())
  })
})

test('migrations of tests and of others are not looked at; several layouts become several databases', async () => {
  const top = repository({
    'apps/shop/migrations/1_a.sql': 'select 1::int;',
    'apps/log/db/migrations/1_a.up.sql': 'select 1::int;',
    'apps/log/db/migrations/1_a.down.sql': '',
    'test/migrations/1_a.sql': '',
    'vendor/x/migrations/1_a.sql': '',
    'node_modules/x/migrations/1_a.sql': '',
    '.cache/migrations/1_a.sql': '',
  })
  expect(await inProcess(['init'], { cwd: top })).toMatchObject({ code: 0 })
  expect(policyOf(read(top, '.dbward.yml'))).toMatchObject({
    databases: [
      { name: 'log', migrations: 'apps/log/db/migrations/*.up.sql' },
      { name: 'shop', migrations: 'apps/shop/migrations/*.sql' },
    ],
  })
})

test('each layout has the engine of its own project', async () => {
  const files = {
    'a/migrations/1_a.sql': '',
    'a/package.json': '{"dependencies":{"pg":"1"}}',
    'b/migrations/1_a.sql': '',
    'b/compose.yml': 'services:\n  db:\n    image: mariadb:11\n',
  }
  const { out } = await inProcess(['init', '--print', '--json'], { cwd: repository(files) })
  const [policy] = JSON.parse(out).files
  expect(policyOf(policy.text)).toMatchObject({
    databases: [
      { name: 'a', engine: 'postgres' },
      { name: 'b', engine: 'mariadb' },
    ],
  })
})

test('a project without migrations says where they will be', async () => {
  const top = repository({})
  const args = ['init', '--migrations', 'db/changes/*.sql', '--engine', 'postgres', '--database', 'shop']
  const { code, out } = await inProcess([...args, '--action', `acme/dbward@${'a'.repeat(40)}`], { cwd: top })
  expect(code).toBe(0)
  expect(out).toMatch(
    /^db\/changes: no files yet \(0\), governed as db\/changes\/\*\.sql\nengine: postgres \(--engine/,
  )
  expect(out).not.toMatch(/mind|replace/)
  expect(policyOf(read(top, '.dbward.yml'))).toMatchObject({
    databases: [{ name: 'shop', migrations: 'db/changes/*.sql' }],
  })
})

test.each<[string, Readonly<Record<string, string>>, readonly string[], RegExp]>([
  ['nothing', {}, [], /expected \.sql files in a folder called migrations.* say where they will be/],
  ['only programs', { 'db/migrate/1_a.rb': '' }, [], /db\/migrate has \.rb files, which are no SQL/],
  ['no certain engine', { 'db/migrate/1_a.sql': '' }, [], /nothing here says which; say --engine/],
  ['an odd environment', plain, ['--environments', 'a b'], /make no valid policy: an environment name/],
  [
    'text that would be YAML',
    plain,
    ['--approvers', 'x}]\nversion: 2'],
    /make no valid policy: a user is written/,
  ],
  [
    'a glob that leads out',
    plain,
    ['--migrations', '../*.sql'],
    /--migrations: expected a path from the root/,
  ],
  [
    'one name for two',
    { ...plain, 'b/migrations/1_a.sql': '' },
    ['--database', 'x'],
    /--database: expected migrations of one/,
  ],
  [
    'an action by its tag',
    plain,
    ['--action', 'acme/dbward@v1'],
    /--action: expected a repository and the full id/,
  ],
])('%s: exits with 2, says why and writes nothing', async (_name, files, args, why) => {
  const top = repository(files)
  const { code, out, err } = await inProcess(['init', ...args], { cwd: top })
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(why)
  expect(existsSync(join(top, '.dbward.yml')) || existsSync(join(top, '.github'))).toBe(false)
})

test('outside of a git repository it only prints', async () => {
  const { code, err } = await inProcess(['init'], { cwd: repository(plain, false) })
  expect(code).toBe(2)
  expect(err).toMatch(/expected a git repository.* run git init first, or look with --print/)
})

test.each(['.github', '.github/workflows'])(
  'no link at %s leads a file out of the repository',
  async (link) => {
    const [top, outside] = [
      repository({ ...plain, ...(link === '.github' ? {} : { '.github/x': '' }) }),
      folder(),
    ]
    symlinkSync(outside, join(top, link))
    const { code, err } = await inProcess(['init'], { cwd: top })
    expect(code).toBe(2)
    expect(err).toBe(`dbward: ${link}: expected a folder, and it is a symbolic link; nothing was written\n`)
    expect(existsSync(join(top, '.dbward.yml'))).toBe(false)
    expect(readdirSync(outside)).toEqual([])
  },
)

test('a link that leads nowhere is no place to write through', async () => {
  const [top, outside] = [repository(plain), folder()]
  symlinkSync(join(outside, 'policy.yml'), join(top, '.dbward.yml'))
  expect(await inProcess(['init'], { cwd: top })).toMatchObject({ code: 1 })
  expect(readdirSync(outside)).toEqual([])
})
