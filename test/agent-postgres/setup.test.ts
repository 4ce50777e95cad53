import { createServer } from 'node:net'
import { doctorPostgres } from '@dbward/agent/doctor'
import { executePostgres } from '@dbward/agent/execute'
import { initPostgres } from '@dbward/agent/init'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { queryOnce } from '../postgres/postgres.ts'
import { type Postgres, startPostgres } from '../postgres/private.ts'
import { count, effects, type Parties, parties, target, workFor } from './kit.ts'
import { transactionPooler } from './pooler.ts'

let server: Postgres
let all: Parties
let major: number
beforeAll(async () => {
  server = await startPostgres()
  all = await parties('setup')
  const [version] = await server.query(
    'postgres',
    "select current_setting('server_version_num')::int / 10000 as major",
  )
  major = Number(version?.major)
})
afterAll(() => server.stop())

const now = () => Date.now()

describe('init', () => {
  it('as the administrator of a managed database: CREATEROLE, no superuser', async () => {
    const name = await server.createDatabase()
    const admin = `${name}_admin`
    await server.query(name, `create role ${admin} login createrole password '${server.password}'`)
    await server.query(name, `alter database ${name} owner to ${admin}`)
    // Roles belong to the server, and an earlier test has made this one: from version 16 its creator has to share it.
    const shared = 'with admin option, inherit false, set false'
    if (major >= 16 && (await ownerExists()))
      await server.query(name, `grant dbward_owner to ${admin} ${shared}`)

    const want = { migrator: `${name}_m`, migratorPassword: server.password, schemas: ['public'] }
    const first = await initPostgres(server.url(admin, name), want)
    expect(first.weaknesses).toEqual([])
    expect(first.made).toEqual(
      expect.arrayContaining([
        `role ${name}_m`,
        'dbward.attempt',
        'dbward.done',
        'dbward.history',
        'dbward.ledger',
        'dbward.step',
      ]),
    )
    const again = await initPostgres(server.url(admin, name), want)
    expect(again).toEqual({ made: [], weaknesses: [] })

    const member = `select pg_has_role('${admin}', 'dbward_owner', '${major >= 16 ? 'set' : 'member'}') as may`
    expect(await server.query(name, member)).toEqual([{ may: false }])
    await expect(queryOnce(server.url(admin, name), 'select from dbward.ledger', [])).rejects.toMatchObject({
      code: '42501',
    })

    const at = { name, role: `${name}_m`, url: server.url(`${name}_m`, name), admin }
    const statements = ['create table effects (what text)', count('a')]
    const done = await executePostgres(
      at.url,
      await workFor(all, [{ path: 'db/1_a.sql', statements }], { fence: 1 }),
    )
    expect(done.outcome).toBe('applied')
    expect(await effects(server, at)).toEqual(['a'])
  })

  it('by a role that may not says what it needs', async () => {
    const at = await target(server)
    const refused = initPostgres(at.url, { migrator: 'somebody' })
    await expect(refused).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining('CREATEROLE'),
    })
    const other = await server.createDatabase()
    await server.query(other, 'create schema dbward')
    const theirs = initPostgres(server.url(undefined, other), { migrator: at.role })
    await expect(theirs).rejects.toThrow('expected the schema dbward to belong to dbward_owner')
  })

  it('keeps a role and its password as they are, and names of any kind', async () => {
    const name = await server.createDatabase()
    const odd = `o'dd "${name}"`
    await initPostgres(server.url(undefined, name), { migrator: odd, migratorPassword: server.password })
    await initPostgres(server.url(undefined, name), { migrator: odd, migratorPassword: 'another' })
    expect(await queryOnce(server.url(odd, name), 'select session_user as me', [])).toEqual([{ me: odd }])
  })
})

describe('what a migrating role may do to the ledger', () => {
  const refused: readonly string[] = [
    'update dbward.ledger set fence = 0',
    'delete from dbward.ledger',
    'truncate dbward.step',
    'drop table dbward.done',
    'drop schema dbward cascade',
    'select nonce from dbward.done',
    'insert into dbward.attempt (started_at) values (now())',
    'alter table dbward.ledger owner to current_user',
    'create trigger x after insert on dbward.done execute function now()',
    'create rule x as on insert to dbward.done do nothing',
    'begin; lock table dbward.ledger in access exclusive mode',
    'grant dbward_owner to current_user',
    'set role dbward_owner',
  ]
  for (const sql of refused) {
    it(`not: ${sql}`, async () => {
      const at = await target(server)
      await expect(queryOnce(at.url, sql, [])).rejects.toMatchObject({
        code: expect.stringMatching(/^(42501|0LP01)$/),
      })
    })
  }
})

describe('the doctor', () => {
  it('finds nothing where all is well', async () => {
    const at = await target(server)
    const checks = await doctorPostgres(at.url, { serverVersion: String(major), now })
    expect(checks.map((one) => [one.name, one.ok])).toEqual(
      ['connection', 'primary', 'version', 'direct', 'ledger', 'tripwire', 'clock'].map((name) => [
        name,
        true,
      ]),
    )
  })

  it('says what is wrong with a superuser, another version and a clock', async () => {
    const at = await target(server)
    const checks = await doctorPostgres(at.admin, { serverVersion: '9', now: () => Date.now() - 90_000 })
    const wrong = checks.filter((one) => !one.ok)
    expect(wrong.map((one) => one.name)).toEqual(['version', 'tripwire', 'clock'])
    for (const one of wrong) expect(one.fix).not.toBe('')
    expect(wrong[1]?.message).toContain('is a superuser')
  })

  const weak: Readonly<Record<string, readonly [string, string]>> = {
    'may create roles': ['alter role R createrole', 'alter role R nocreaterole'],
    'is a member of pg_write_all_data': ['grant pg_write_all_data to R', 'revoke pg_write_all_data from R'],
    'is a member of dbward_owner': ['grant dbward_owner to R', 'revoke dbward_owner from R'],
    'is a member of postgres': ['alter role R noinherit; grant postgres to R', 'revoke postgres from R'],
    'may set session_replication_role': [
      'grant set on parameter session_replication_role to R',
      'revoke set on parameter session_replication_role from R',
    ],
    'may change, empty or add triggers': [
      'grant delete on dbward.ledger to R',
      'revoke delete on dbward.ledger from R',
    ],
    'missing, not deferred or disabled': [
      'alter table dbward.ledger disable trigger all',
      'alter table dbward.ledger enable trigger all',
    ],
  }
  for (const [sentence, [make, undo]] of Object.entries(weak)) {
    it(`sees that the role ${sentence}, and so does an execution`, async () => {
      const at = await target(server)
      await server.query(at.name, make.replaceAll('R', at.role))
      const found = (await doctorPostgres(at.url, { now })).find((one) => one.name === 'tripwire')
      expect(found).toMatchObject({ ok: false, message: expect.stringContaining(sentence) })
      const work = await workFor(all, [{ path: 'db/1_a.sql', statements: [count('a')] }], { fence: 1 })
      await expect(executePostgres(at.url, work)).rejects.toMatchObject({ code: 'TRIPWIRE_WEAK' })
      await server.query(at.name, undo.replaceAll('R', at.role))
      expect((await executePostgres(at.url, work)).outcome).toBe('applied')
    })
  }

  it('misses a ledger that is not there', async () => {
    const name = await server.createDatabase()
    const checks = await doctorPostgres(server.url(undefined, name), { now })
    expect(checks.find((one) => one.name === 'ledger')).toMatchObject({
      ok: false,
      fix: 'run dbward agent init',
    })
  })

  for (const order of ['first in, first out', 'last in, first out'] as const) {
    it(`sees a pooler that gives out servers per transaction, ${order}`, async () => {
      const at = await target(server)
      const pooler = await transactionPooler(at.url, 2, order)
      const checks = await doctorPostgres(pooler.url, { now })
      expect(checks.find((one) => one.name === 'direct')).toMatchObject({ ok: false })
      await pooler.close()
    })
  }

  it('says that a database cannot be reached, and shows no password', async () => {
    const listener = createServer((socket) => socket.destroy())
    await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done))
    const address = listener.address()
    const port = typeof address === 'object' ? address?.port : 0
    for (const url of [`postgres://a:CANARY@127.0.0.1:${port}/x`, 'postgres://a:CANARY@127.0.0.1:1/x']) {
      const checks = await doctorPostgres(url, { now })
      expect(checks).toMatchObject([{ name: 'connection', ok: false }])
      expect(JSON.stringify(checks)).not.toContain('CANARY')
    }
    listener.close()
  })
})

async function ownerExists(): Promise<boolean> {
  return (await server.query('postgres', "select from pg_roles where rolname = 'dbward_owner'")).length > 0
}
