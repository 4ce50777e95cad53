import { execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundleCli } from '../../tools/bundle-build.ts'
import { root } from '../house/tree.ts'
import { withoutMysql } from '../mysql/skip.ts'
import { examplePolicy } from '../stage/setting.ts'
import { serverReady, stage } from '../stage/stage.ts'

// What somebody has who installs the package and has never seen this repository.
const folder = mkdtempSync(join(tmpdir(), 'dbward-packed-'))
const [built, place] = [join(folder, 'built'), join(folder, 'place')]
const installed = join(place, 'node_modules', 'dbward')
const own = [dirname(process.execPath), process.env.PATH ?? ''].join(':')

beforeAll(async () => {
  await bundleCli(built)
  mkdirSync(place)
  writeFileSync(join(place, 'package.json'), '{"private":true}\n')
  await npm(['pack', '--silent', '--pack-destination', folder, built], folder)
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
  await npm(['install', '--prefer-offline', '--ignore-scripts', ...quiet, join(folder, `${tarball}`)], place)
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the package', () => {
  const files = () => readdirSync(installed, { recursive: true, encoding: 'utf8' })
  const manifest = () => JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))

  test('has code, its licences and what it is, and nothing else', () => {
    const odd = files().filter(
      (name) => !/^([\w-]+\.js|dbward\.mjs|package\.json|README\.md|LICENSE|LICENSES\.txt)$/.test(name),
    )
    expect(odd).toEqual([])
    expect(manifest().files.every((name: string) => files().includes(name))).toBe(true)
  })

  test('asks for what cannot be bundled, and for nothing that is not published', () => {
    expect(Object.keys(manifest().dependencies)).toEqual(['better-sqlite3'])
    expect(manifest().scripts).toBe(undefined)
  })

  test('names no folder of the machine that it was made on, and holds no key', () => {
    for (const name of files()) {
      const text = readFileSync(join(installed, name), 'utf8')
      expect(text.includes(root.replace(/\/$/, '')), name).toBe(false)
      expect(text.includes('sourceMappingURL='), name).toBe(false)
      expect(/-----BEGIN [A-Z ]*PRIVATE KEY-----\\?n?[A-Za-z0-9+/]{40}/.test(text), name).toBe(false)
    }
  })
})

describe('npx dbward', () => {
  test('says its version and its help', async () => {
    expect(await npx(['--version'])).toMatchObject({ code: 0, out: '0.1.0\n' })
    const help = await npx(['--help'])
    expect(help.code).toBe(0)
    expect(help.out).toMatch(/Usage: dbward[\s\S]*review[\s\S]*server/)
  })

  test('reviews a file by PostgreSQL’s own grammar', async () => {
    writeFileSync(join(place, 'a.sql'), 'select 1;\ndrop table a;\n')
    const { code, out, err } = await npx(['review', '--engine', 'postgres', '--format', 'json', 'a.sql'])
    expect(code, err).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      files: [{ statements: 2, findings: [{ rule: 'drop-table', line: 2 }] }],
    })
  })

  test('reviews a file for MariaDB', async () => {
    writeFileSync(join(place, 'b.sql'), 'drop table `a`;\n')
    const { code, out, err } = await npx(['review', '--engine', 'mariadb', '--json', 'b.sql'])
    expect(code, err).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      files: [{ engine: 'mariadb', findings: [{ rule: 'drop-table' }] }],
    })
  })

  test('says what is missing where a server cannot start', async () => {
    const { code, err } = await npx(['server', '--config', 'missing'])
    expect({ code, err }).toEqual({
      code: 78,
      err: 'dbward server: missing: expected the configuration, got ENOENT\n',
    })
    expect((await npx(['audit', 'export', '--store', 'missing'])).code).toBe(78)
  })
})

if (withoutMysql) console.log('left out: the package on MariaDB (DBWARD_TEST_SKIP_MYSQL=1)')
const engines = withoutMysql ? (['postgres'] as const) : (['postgres', 'mariadb'] as const)
test.each(engines)('its server and agent go the main path on %s', { timeout: 300_000 }, async (engine) => {
  const policy = examplePolicy
    .replace('engine: postgres', `engine: ${engine}`)
    .replace('    server_version: "18"\n', '')
  const it = await stage({ installed: join(installed, 'dbward.mjs'), engine, policy })
  try {
    it.server.start()
    await serverReady(it)
    it.agent.start()
    const { ann, bob } = it.people
    await ann.push('users', { 'db/migrate/20260101000001_users.sql': 'create table users (id bigint);\n' })
    const pr = await ann.open('users', 'Add users')
    const gate = async (conclusion: string) =>
      (await ann.checks(await ann.head(pr))).some(
        (one) => one.name === 'dbward/gate' && one.conclusion === conclusion,
      )
    await it.until('a gate that waits', () => gate('action_required'))
    await bob.approve(pr)
    await it.until('a green gate', () => gate('success'))
    const sha = await ann.merge(pr)
    const execution = await it.until('the execution check', async () =>
      (await ann.checks(sha)).find(
        (one) => one.name.startsWith('dbward/execution') && one.status === 'completed',
      ),
    )
    expect(execution.conclusion).toBe('success')
    expect(await it.query('select id from users')).toEqual([])
    expect(await it.agent.stop()).toBe(0)
    expect(await it.server.stop()).toBe(0)
  } finally {
    await it.stop()
  }
})

type Ended = { readonly code: number | null; readonly out: string; readonly err: string }

function npx(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn('npx', ['--no-install', 'dbward', ...args], {
      cwd: place,
      env: { PATH: own, HOME: process.env.HOME },
    })
    let [out, err] = ['', '']
    child.stdout.on('data', (part) => (out += part))
    child.stderr.on('data', (part) => (err += part))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })
}

async function npm(args: readonly string[], cwd: string): Promise<void> {
  await promisify(execFile)('npm', args, { cwd })
}
