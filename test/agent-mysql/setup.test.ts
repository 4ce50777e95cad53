import { createServer } from 'node:net'
import { doctorMysql } from '@dbward/agent/mysql/doctor'
import { executeMysql } from '@dbward/agent/mysql/execute'
import { initMysql } from '@dbward/agent/mysql/init'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type InitOptions, initLedger } from '../../cli/agent-init.ts'
import { realWorld } from '../../cli/world.ts'
import { queryOnce } from '../mysql/mysql.ts'
import { type Mysql, startMariadb } from '../mysql/private.ts'
import { withoutMysql } from '../mysql/skip.ts'
import { count, effects, type Parties, parties, type Target, target, workFor } from './kit.ts'

let server: Mysql
let all: Parties
beforeAll(async () => {
  if (withoutMysql) return
  server = await startMariadb()
  all = await parties('setup')
})
afterAll(() => server?.stop())

/** Grants to everybody would be seen by whatever else runs on another server. */
const notOurs = process.env.DBWARD_TEST_MYSQL_URL !== undefined
const now = () => Date.now()

describe.skipIf(withoutMysql)('init', () => {
  it('makes the ledger and both accounts, and a second time nothing', async () => {
    const name = await server.createDatabase()
    const want = {
      migrator: `${name}_m`,
      migratorPassword: server.password,
      progress: `${name}_p`,
      progressPassword: `it's ${server.password}\\`,
      schemas: [name],
    }
    const first = await initMysql(server.adminUrl, want)
    expect(first.weaknesses).toEqual([])
    expect(first.made).toEqual(expect.arrayContaining([`account ${name}_m@%`, `account ${name}_p@%`]))
    expect(await initMysql(server.adminUrl, { ...want, migratorPassword: 'another' })).toEqual({
      made: [],
      weaknesses: [],
    })
    const progress = new URL(server.url(`${name}_p`, 'dbward'))
    progress.password = encodeURIComponent(want.progressPassword)
    const at = { url: server.url(`${name}_m`, name), progressUrl: progress.href }
    const statements = ['create table effects (what varchar(9))', count('a')]
    const files = [{ path: 'db/1_a.sql', tx: 'none' as const, statements }]
    const done = await executeMysql(
      at,
      await workFor(all, files, { engine: server.engine, db: name, fence: 1 }),
    )
    expect(done.outcome).toBe('applied')
  })

  it('gives a database by its name and not by a pattern', async () => {
    const at = await target(server)
    const twin = at.name.replace('_', 'x')
    await server.query('mysql', `create database ${twin}`)
    await expect(queryOnce(at.url, `create table ${twin}.t (i int)`, [])).rejects.toMatchObject({
      errno: 1142,
    })
    await server.query('mysql', `drop database ${twin}`)
  })

  it('says what is wrong', async () => {
    const at = await target(server)
    const want = { migrator: 'a', progress: 'b', migratorPassword: 'x', progressPassword: 'y' }
    await expect(initMysql(at.url, want)).rejects.toMatchObject({ name: 'ConfigError' })
    await expect(initMysql(at.admin, { ...want, progress: 'a@%' })).rejects.toThrow('two accounts')
    await expect(initMysql(at.admin, { ...want, schemas: ['DBWARD'] })).rejects.toThrow(
      'databases of migrations',
    )
    await expect(initMysql(at.admin, { ...want, migrator: "a'b" })).rejects.toThrow('without quotes')
    await expect(initMysql(at.admin, { migrator: `${at.name}_n`, progress: 'b' })).rejects.toThrow(
      'a password',
    )
  })
})

describe.skipIf(withoutMysql)('dbward agent init', () => {
  async function command(url: string, options: Partial<InitOptions>) {
    const said: string[] = []
    const env = { ADMIN_URL: url, PASSWORD: server.password }
    const world = { ...realWorld(), env, out: (text: string) => void said.push(text) }
    const code = await initLedger({ urlEnv: 'ADMIN_URL', migrator: 'm', ...options }, world)
    return { code, out: said.join('') }
  }

  it('makes the ledger and both accounts, and says so', async () => {
    const name = await server.createDatabase()
    const passwords = { passwordEnv: 'PASSWORD', progressPasswordEnv: 'PASSWORD' }
    const options = { migrator: `${name}_m`, progress: `${name}_p`, schema: [name], ...passwords }
    const first = await command(server.adminUrl, options)
    expect(first.code).toBe(0)
    expect(first.out).toContain(`made account ${name}_m@%\nmade account ${name}_p@%\n`)
    expect(await command(server.adminUrl, options)).toEqual({
      code: 0,
      out: 'everything was there already\n',
    })
  })

  it('asks for the second account here, and for none on PostgreSQL', async () => {
    await expect(command(server.adminUrl, {})).rejects.toThrow('a second account')
    await expect(command('postgres://a@127.0.0.1:1/b', { progress: 'p' })).rejects.toThrow('--progress')
    await expect(command('sqlite://x', {})).rejects.toThrow('mysql://...')
  })
})

describe.skipIf(withoutMysql)('what the accounts may do to the ledger', () => {
  const refused: readonly string[] = [
    'update dbward.ledger set fence = 0',
    'delete from dbward.ledger',
    'truncate dbward.step',
    'drop table dbward.step',
    'drop database dbward',
    'replace into dbward.step select * from dbward.step',
    'insert into dbward.step select * from dbward.step on duplicate key update fence = 0',
    'lock tables dbward.step write',
    'rename table dbward.step to dbward.other',
    'create trigger dbward.x after insert on dbward.step for each row set @x = 1',
    'create table dbward.other (i int)',
    'set global read_only = 1',
    'create user somebody',
    'grant select on dbward.* to somebody',
  ]
  for (const sql of refused) {
    it(`not: ${sql}`, async () => {
      const at = await target(server)
      for (const url of [at.url, at.progressUrl]) {
        await expect(queryOnce(url, sql, [])).rejects.toMatchObject({
          errno: expect.toBeOneOf([1044, 1045, 1142, 1227, 1410]),
        })
      }
    })
  }

  const unread: readonly string[] = [
    'select * from dbward.ledger',
    'select sig from dbward.ledger',
    'select * from dbward.attempt',
    'select * from dbward.history',
    'select sig from dbward.step',
    'select i from dbward.step order by sig',
    'insert into dbward.step (jti, path, i, phase) select jti, sig, i, phase from dbward.step',
    "insert into dbward.step (jti, path, i, phase) values ('x', 'x', 1, 'x') returning sig",
    'create view v as select * from dbward.ledger',
  ]
  for (const sql of unread) {
    it(`and the migrator does not read a signature: ${sql}`, async () => {
      const at = await target(server)
      await expect(queryOnce(at.url, sql, [])).rejects.toMatchObject({
        errno: expect.toBeOneOf([1142, 1143, 1064]),
      })
    })
  }

  it('and init takes back what an earlier version granted', async () => {
    const at = await target(server)
    const want = { migrator: at.role, progress: at.progress }
    for (const table of ['attempt', 'ledger', 'step', 'history']) {
      await server.query('mysql', `grant select on dbward.${table} to '${at.role}'@'%'`)
    }
    expect(await initMysql(at.admin, want)).toEqual({ made: [], weaknesses: [] })
    await expect(queryOnce(at.url, 'select * from dbward.ledger', [])).rejects.toMatchObject({ errno: 1142 })
    const work = await workFor(all, [{ path: 'db/1_a.sql', statements: [count('a')] }], wants(at))
    expect((await executeMysql(at, work)).outcome).toBe('applied')
  })

  it('and the migrator cannot add an attempt', async () => {
    const at = await target(server)
    const sql = "insert into dbward.attempt (jti) values ('x')"
    await expect(queryOnce(at.url, sql, [])).rejects.toMatchObject({ errno: 1142 })
  })
})

describe.skipIf(withoutMysql)('the doctor', () => {
  it('finds nothing where all is well', async () => {
    const at = await target(server)
    const serverVersion = server.version.split('.').slice(0, 2).join('.')
    const checks = await doctorMysql(at, server.engine, { serverVersion, now })
    expect(checks.filter((one) => !one.ok)).toEqual([])
    expect(checks.map((one) => one.name)).toEqual([
      'connection',
      'primary',
      'version',
      'progress',
      'direct',
      'ledger',
      'tripwire',
      'databases',
      'durable',
      'clock',
    ])
  })

  it('says what is wrong with an administrator, another version, another engine and a clock', async () => {
    const at = await target(server)
    const early = () => Date.now() - 90_000
    const both = { url: at.admin, progressUrl: at.admin }
    const checks = await doctorMysql(both, server.engine, { serverVersion: '9', now: early })
    const wrong = checks.filter((one) => !one.ok)
    expect(wrong.map((one) => one.name)).toEqual(['version', 'progress', 'tripwire', 'clock'])
    for (const one of wrong) expect(one.fix).not.toBe('')
    expect(wrong[2]?.message).toContain('is the progress account too')
    const other = server.engine === 'mysql' ? 'mariadb' : 'mysql'
    const found = (await doctorMysql(at, other, { now })).find((one) => one.name === 'version')
    expect(found).toMatchObject({
      ok: false,
      message: expect.stringContaining(`expected a server of ${other}`),
    })
  })

  const weak: Readonly<Record<string, readonly [string, string]>> = {
    'has UPDATE on dbward.ledger': [
      'grant update on dbward.ledger to R',
      'revoke update on dbward.ledger from R',
    ],
    'has DELETE on the database dbward': [
      'grant delete on dbward.* to R',
      'revoke delete on dbward.* from R',
    ],
    'has DELETE on the database': ['grant delete on `dbw%`.* to R', 'revoke delete on `dbw%`.* from R'],
    'has INSERT on dbward.attempt': [
      'grant insert on dbward.attempt to R',
      'revoke insert on dbward.attempt from R',
    ],
    'has SELECT on dbward.ledger': [
      'grant select on dbward.ledger to R',
      'revoke select on dbward.ledger from R',
    ],
    'has SELECT on dbward.step (sig)': [
      'grant select (sig) on dbward.step to R',
      'revoke select (sig) on dbward.step from R',
    ],
    'has UPDATE on dbward.step': [
      'grant update (fence) on dbward.step to R',
      'revoke update (fence) on dbward.step from R',
    ],
    'has INSERT on every database': ['grant insert on *.* to R', 'revoke insert on *.* from R'],
    'has CREATE TEMPORARY TABLES on every database': [
      'grant create temporary tables on *.* to R',
      'revoke create temporary tables on *.* from R',
    ],
    'has FILE on every database': ['grant file on *.* to R', 'revoke file on *.* from R'],
    'has SUPER on every database': ['grant super on *.* to R', 'revoke super on *.* from R'],
    'has SELECT on mysql': ['grant select on mysql.* to R', 'revoke select on mysql.* from R'],
    'may grant what it has': [
      'grant select on S.* to R with grant option',
      'revoke grant option on S.* from R',
    ],
    'has the role': ['grant S_role to R', 'revoke S_role from R'],
  }
  for (const [sentence, [make, undo]] of Object.entries(weak)) {
    it(`sees that the account ${sentence}, and so does an execution: ${make}`, async () => {
      const at = await target(server)
      const filled = (sql: string) => sql.replaceAll('R', `'${at.role}'@'%'`).replaceAll('S', at.name)
      if (make.includes('S_role')) await server.query(at.name, `create role ${at.name}_role`)
      await server.query(at.name, filled(make))
      const found = (await doctorMysql(at, server.engine, { now })).find((one) => one.name === 'tripwire')
      expect(found).toMatchObject({ ok: false, message: expect.stringContaining(sentence) })
      const work = await workFor(all, [{ path: 'db/1_a.sql', statements: [count('a')] }], wants(at))
      await expect(executeMysql(at, work)).rejects.toMatchObject({ code: 'TRIPWIRE_WEAK' })
      await server.query(at.name, filled(undo))
      expect((await executeMysql(at, work)).outcome).toBe('applied')
    })
  }

  // By a grant to everybody, or to an account without a name, which the account's own privileges do not show.
  const everybody: Readonly<Record<string, string>> = {
    'may DELETE in dbward.step': 'delete',
    'may UPDATE in dbward.ledger': 'update',
    'may SELECT in dbward.ledger': 'select',
    'may INSERT in dbward.attempt': 'insert',
    'may DROP in dbward': 'drop',
  }
  for (const [sentence, privilege] of Object.entries(everybody)) {
    it.skipIf(notOurs)(`sees that anybody ${sentence}`, async () => {
      const at = await target(server)
      const work = await workFor(all, [{ path: 'db/1_a.sql', statements: [count('a')] }], wants(at))
      for (const whom of ['public', "''@'%'"]) {
        if (whom !== 'public') await server.query('mysql', `create user ${whom}`)
        await server.query('mysql', `grant ${privilege} on dbward.* to ${whom}`)
        const checks = await doctorMysql(at, server.engine, { now })
        await server.query('mysql', `revoke ${privilege} on dbward.* from ${whom}`)
        if (whom !== 'public') await server.query('mysql', `drop user ${whom}`)
        expect(checks.find((one) => one.name === 'tripwire')).toMatchObject({
          ok: false,
          message: expect.stringContaining(sentence),
        })
      }
      expect((await executeMysql(at, work)).outcome).toBe('applied')
    })
  }

  it('says where a migrator reaches other databases', async () => {
    const [at, other] = [await target(server), await target(server)]
    const look = async () =>
      (await doctorMysql(at, server.engine, { now })).find((one) => one.name === 'databases')
    for (const [database, name] of [
      [`\`${other.name.replace('_', '\\_')}\`.*`, other.name],
      [`${other.name}.effects`, other.name],
      ['`app%`.*', 'app*'],
    ]) {
      await server.query('mysql', `grant select on ${database} to '${at.role}'@'%'`)
      expect(await look()).toMatchObject({ ok: false, message: expect.stringContaining(` ${name} too`) })
      await server.query('mysql', `revoke select on ${database} from '${at.role}'@'%'`)
    }
    expect(await look()).toMatchObject({ ok: true })
  })

  it('lets a weak account run where the operator says so', async () => {
    const at = await target(server)
    const files = [{ path: 'db/1_a.sql', statements: [count('a')] }]
    const work = await workFor(all, files, { ...wants(at), allowWeakTripwire: true })
    expect((await executeMysql({ ...at, url: at.admin }, work)).outcome).toBe('applied')
    expect(await effects(server, at)).toEqual(['a'])
  })

  it('says that a database cannot be reached, and shows no password', async () => {
    const at = await target(server)
    const listener = createServer((socket) => socket.destroy())
    await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done))
    const address = listener.address()
    const port = typeof address === 'object' ? address?.port : 0
    for (const url of [`mysql://a:CANARY@127.0.0.1:${port}/x`, 'mysql://a:CANARY@127.0.0.1:1/x']) {
      const checks = await doctorMysql({ ...at, url }, server.engine, { now })
      expect(checks).toMatchObject([{ name: 'connection', ok: false }])
      expect(JSON.stringify(checks)).not.toContain('CANARY')
      const second = await doctorMysql({ ...at, progressUrl: url }, server.engine, { now })
      expect(second.find((one) => one.name === 'progress')).toMatchObject({ ok: false })
      expect(JSON.stringify(second)).not.toContain('CANARY')
    }
    listener.close()
  })
})

function wants(at: Target) {
  return { engine: server.engine, db: at.name, fence: 1 }
}
