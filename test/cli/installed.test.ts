import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../stage/program.ts'
import { type Stage, serverReady, stage, statusToken } from '../stage/stage.ts'

// The commands that need what an installation has: a database, GitHub, a server and its store.
let it: Stage
let env: Readonly<Record<string, string>>

beforeAll(async () => {
  it = await stage()
  const postgres = await it.servers.postgres()
  const database = await postgres.createDatabase('other')
  env = {
    PATH: process.env.PATH ?? '',
    ...it.agentEnv,
    ADMIN_URL: postgres.url(undefined, database),
    PASSWORD: postgres.password,
  }
})
afterAll(() => it.stop())

describe('agent init', () => {
  test('makes the ledger and the role, and says so; a second time there is nothing to do', async () => {
    const args = [
      'agent',
      'init',
      '--url-env',
      'ADMIN_URL',
      '--migrator',
      'other_migrator',
      '--password-env',
      'PASSWORD',
    ]
    const first = await dbward([...args, '--schema', 'public'])
    expect(first).toMatchObject({ code: 0, err: '' })
    expect(first.out).toMatch(/made role other_migrator\n[\s\S]*made dbward\.ledger\n/)
    expect(await dbward(args)).toEqual({ code: 0, out: 'everything was there already\n', err: '' })
  })

  test('shows no address and no password where it fails', async () => {
    const wrong = { ADMIN_URL: 'postgres://postgres:hunter2@127.0.0.1:1/none' }
    const { code, out, err } = await dbward(
      ['agent', 'init', '--url-env', 'ADMIN_URL', '--migrator', 'm'],
      wrong,
    )
    expect(code).not.toBe(0)
    expect(out + err).not.toContain('hunter2')
  })

  test('takes one database on MySQL and MariaDB', async () => {
    const address = { ADMIN_URL: 'mysql://root@127.0.0.1:1/none' }
    const args = ['agent', 'init', '--url-env', 'ADMIN_URL', '--migrator', 'm', '--progress', 'p']
    const { code, err } = await dbward([...args, '--schema', 'app', '--schema', 'crm'], address)
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/^dbward: --schema: expected one database .*, got 2;/),
    ])
  })

  test('says which variable is empty', async () => {
    const { code, err } = await dbward(['agent', 'init', '--url-env', 'NO_SUCH', '--migrator', 'm'])
    expect({ code, err }).toEqual({
      code: 2,
      err: 'dbward: expected the environment variable NO_SUCH to hold a value, got none\n',
    })
  })
})

describe('agent doctor', () => {
  test('finds nothing to do where all is well', async () => {
    it.server.start()
    await serverReady(it)
    const { code, out, err } = await dbward(['agent', 'doctor', '--config', it.agentConfig])
    await it.server.stop()
    expect({ code, err, fails: out.match(/FAIL.*/g) }).toEqual({ code: 0, err: '', fails: null })
    for (const name of ['bundle', 'own key', 'server', 'connection', 'ledger', 'tripwire', 'github'])
      expect(out).toContain(`ok    ${name}`)
  })

  test('goes on after a fault and says what to do about each', async () => {
    const config = join(it.folder, 'agent-wrong.yml')
    const text = readFileSync(it.agentConfig, 'utf8').replace(/("repository_id":)\d+/, '$1999999')
    writeFileSync(config, text)
    const { code, out } = await dbward(['agent', 'doctor', '--config', config, '--json'], {
      SHOP_DATABASE_URL: 'postgres://a:hunter2@127.0.0.1:1/none',
    })
    expect(code).toBe(1)
    expect(out).not.toContain('hunter2')
    const { ok, found } = JSON.parse(out) as {
      ok: boolean
      found: readonly { checks: readonly { name: string; ok: boolean; fix: string }[] }[]
    }
    const faults = found.flatMap(({ checks }) => checks.filter((one) => !one.ok))
    expect(ok).toBe(false)
    expect(faults.map(({ name }) => name)).toEqual(['server', 'connection', 'github'])
    expect(faults.every(({ fix }) => fix !== '')).toBe(true)
  })

  test('says everything that is wrong with a configuration, with exit code 78', async () => {
    const { code, err } = await dbward(['agent', 'doctor', '--config', it.serverConfig])
    expect(code).toBe(78)
    expect(err.split('\n').length).toBeGreaterThan(3)
  })
})

describe('server', () => {
  test('runs until it is told to stop, ends with 0, and its log verifies offline', async () => {
    const secret = { DBWARD_GITHUB_WEBHOOK_SECRET: randomBytes(20).toString('hex') }
    const server = start(['server', '--config', it.serverConfig], secret)
    await serverReady(it)
    const operator = { DBWARD_SERVER_URL: it.server.url, DBWARD_STATUS_TOKEN: statusToken }
    const status = await dbward(['status'], operator)
    expect(status).toMatchObject({ code: 0, err: '' })
    expect(status.out).toMatch(/requests: none\nqueues: empty\nagents:\n {2}agent-1 \(app@production\): /)
    const stranger = { ...operator, DBWARD_STATUS_TOKEN: `dbo_ops_${'a'.repeat(43)}` }
    expect((await dbward(['status'], stranger)).code).toBe(78)
    server.child.kill('SIGTERM')
    expect(await server.ended).toMatchObject({ code: 0 })

    const log = join(it.folder, 'log.jsonl')
    const exported = await dbward(['audit', 'export', '--store', it.storePath])
    expect(exported).toMatchObject({ code: 0, err: '' })
    expect(exported.out).toContain('agent.registered')
    writeFileSync(log, exported.out)
    const verified = await dbward(['audit', 'verify', log, '--key', it.keys.path('checkpoint', 'public')])
    expect(verified).toMatchObject({ code: 0, err: '' })
    writeFileSync(log, exported.out.replace('agent.registered', 'agent.revoked'))
    expect((await dbward(['audit', 'verify', log])).code).toBe(3)
  })

  test('passes on the exit code of a wrong configuration', async () => {
    const { code, err } = await dbward(['server', '--config', it.agentConfig])
    expect(code).toBe(78)
    expect(err).toMatch(/\S/)
  })

  test('a store that is not there is no empty log', async () => {
    const { code, out } = await dbward(['audit', 'export', '--store', join(it.folder, 'none.sqlite')])
    expect(code).not.toBe(0)
    expect(out).toBe('')
  })
})

type Ended = { readonly code: number | null; readonly out: string; readonly err: string }

function start(args: readonly string[], extra: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [join(root, 'cli', 'dbward.mjs'), ...args], {
    env: { ...env, ...extra },
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (part) => (out += part))
  child.stderr.on('data', (part) => (err += part))
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, out, err })))
  return { child, ended }
}

async function dbward(args: readonly string[], extra: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const { child, ended } = start(args, extra)
  const limit = sleep(60_000, null, { ref: false }).then(() => child.kill('SIGKILL'))
  const result = await Promise.race([ended, limit])
  if (typeof result === 'boolean') throw new Error(`dbward ${args.join(' ')} did not end`)
  return result
}
