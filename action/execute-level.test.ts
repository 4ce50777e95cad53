import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { DatabaseTarget } from '@dbward/agent/config'
import { sha256 } from '@dbward/protocol/plan'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { missingFiles } from './execute-level.ts'

let workspace: string
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'dbward-level-'))
})
afterEach(() => rmSync(workspace, { recursive: true }))

const usual = 'select 1;\n'

function put(path: string, text = usual) {
  mkdirSync(dirname(join(workspace, path)), { recursive: true })
  writeFileSync(join(workspace, path), text)
}
const policy = (migrations = 'db/**/*.sql') => `version: 1
databases:
  app: { engine: postgres, migrations: "${migrations}", environments: [staging, production] }
`
const target = (changes: Partial<DatabaseTarget> = {}): DatabaseTarget => ({
  repository: 'acme/shop',
  repository_id: 4711,
  branches: ['main'],
  database: 'app',
  environment: 'production',
  engine: 'postgres',
  url_env: 'DATABASE_URL',
  progress_url_env: null,
  min_approvals: 0,
  policies: null,
  require_protection: null,
  allow_weak_tripwire: null,
  ...changes,
})
const look = (had: readonly string[], changes: Partial<DatabaseTarget> = {}) =>
  missingFiles(workspace, target(changes), (path) => (had.includes(path) ? sha256(usual) : null))

test('what the checkout has and the ledger has not', async () => {
  put('.dbward.yml', policy())
  for (const path of ['db/1_a.sql', 'db/deep/er/2_b.sql', 'db/readme.md', 'other/3_c.sql']) put(path)
  symlinkSync('1_a.sql', join(workspace, 'db/4_d.sql'))
  expect(await look([])).toEqual(['db/1_a.sql', 'db/4_d.sql', 'db/deep/er/2_b.sql'])
  expect(await look(['db/1_a.sql', 'db/4_d.sql'])).toEqual(['db/4_d.sql', 'db/deep/er/2_b.sql'])
  put('db/1_a.sql', 'select 2;\n')
  expect(await look(['db/1_a.sql', 'db/deep/er/2_b.sql'])).toEqual(['db/1_a.sql', 'db/4_d.sql'])
})

test('a glob that begins at the root, and a folder that is not there', async () => {
  put('.dbward.yml', policy('*.sql'))
  put('1_a.sql')
  expect(await look([])).toEqual(['1_a.sql'])
  put('.dbward.yml', policy('none/*.sql'))
  expect(await look([])).toEqual([])
})

test.each<[string, () => void, Partial<DatabaseTarget>, RegExp]>([
  ['no policy', () => undefined, {}, /no \.dbward\.yml that can be read/],
  [
    'a policy that is broken',
    () => put('.dbward.yml', 'version: 2\n'),
    {},
    /no \.dbward\.yml that can be read/,
  ],
  ['no such database', () => put('.dbward.yml', policy()), { database: 'log' }, /no log in production/],
  ['no such environment', () => put('.dbward.yml', policy()), { environment: 'dev' }, /no app in dev/],
])('%s is no level database', async (_, act, changes, why) => {
  act()
  await expect(look([], changes)).rejects.toThrow(why)
})
