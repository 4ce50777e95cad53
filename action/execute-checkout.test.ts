import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makePlan } from '@dbward/protocol/plan'
import { outcomeOf } from '@dbward/protocol/samples'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkCheckout } from './execute-checkout.ts'

const sql = 'create table users (id int);\n'
const planOf = (path: string) =>
  makePlan([
    { path, bytes: Buffer.from(sql), tx: 'auto', stmts: [{ off: 0, len: 27, kind: 'create-table' }] },
  ])
const path = 'db/migrate/1_users.sql'
let folder: string
let workspace: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dbward-checkout-'))
  workspace = join(folder, 'work')
  mkdirSync(join(workspace, 'db/migrate'), { recursive: true })
  writeFileSync(join(workspace, path), sql)
})
afterEach(() => rmSync(folder, { recursive: true }))

test('the planned bytes pass', async () => {
  expect(await outcomeOf(() => checkCheckout(workspace, planOf(path)))).toBe('accepted')
})

const elsewhere = () => {
  mkdirSync(join(folder, 'other'))
  writeFileSync(join(folder, 'other/1_users.sql'), sql)
}
const wrong: Readonly<Record<string, () => void>> = {
  'other bytes of the same length': () => writeFileSync(join(workspace, path), sql.replace('users', 'trust')),
  'more bytes': () => writeFileSync(join(workspace, path), `${sql}drop table users;\n`),
  'other line ends': () => writeFileSync(join(workspace, path), sql.replace('\n', '\r\n')),
  'no file': () => rmSync(join(workspace, path)),
  'a folder': () => {
    rmSync(join(workspace, path))
    mkdirSync(join(workspace, path))
  },
  'a link to a file with these bytes': () => {
    elsewhere()
    rmSync(join(workspace, path))
    symlinkSync(join(folder, 'other/1_users.sql'), join(workspace, path))
  },
  'a folder that is a link': () => {
    elsewhere()
    rmSync(join(workspace, 'db/migrate'), { recursive: true })
    symlinkSync(join(folder, 'other'), join(workspace, 'db/migrate'))
  },
  'a pipe that nobody writes to': () => {
    rmSync(join(workspace, path))
    execFileSync('mkfifo', [join(workspace, path)])
  },
}
test.each(Object.keys(wrong))('%s do not pass', async (name) => {
  wrong[name]?.()
  expect(await outcomeOf(() => checkCheckout(workspace, planOf(path)))).toBe('SQL_DIGEST')
})

test.each([
  '../work/db/migrate/1_users.sql',
  '/etc/passwd',
  'db//migrate/1_users.sql',
  './db/migrate/1_users.sql',
])('the path %s is not followed', async (odd) =>
  expect(await outcomeOf(() => checkCheckout(workspace, planOf(odd)))).toBe('SQL_DIGEST'),
)
