import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { generateKey } from '@dbward/protocol/keys'
import { afterEach, beforeEach, expect, test } from 'vitest'

let dir: string
const running: ChildProcess[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'dbward-main-'))
})
afterEach(() => {
  for (const one of running.splice(0)) one.kill('SIGKILL')
  rmSync(dir, { recursive: true })
})

function put(name: string, text: string): string {
  const path = join(dir, name)
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

function start(...args: readonly string[]) {
  const main = join(import.meta.dirname, 'main.ts')
  const child = spawn(process.execPath, [main, ...args], { env: { PATH: process.env.PATH } })
  running.push(child)
  const said = { out: '', err: '' }
  child.stdout.on('data', (text) => {
    said.out += text
  })
  child.stderr.on('data', (text) => {
    said.err += text
  })
  return { child, said, ended: once(child, 'close') }
}

function configuration(github: string): string {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  const key = (role: 'authz' | 'exec' | 'checkpoint', seed: number) =>
    put(`${role}.key`, generateKey(role, (n) => new Uint8Array(n).fill(seed)).privateFile)
  return put(
    'dbward.yml',
    `server: { id: dbward-1, listen: { port: 0 }, public_url: "http://localhost:1" }
store: { path: ${join(dir, 'state.db')} }
github:
  api_url: ${github}
  app_id: 12
  private_key: ${put('app.pem', privateKey)}
  webhook_secret: ${put('webhook', 'a secret of some length')}
keys: { authz: ${key('authz', 1)}, exec: ${key('exec', 2)}, checkpoint: ${key('checkpoint', 3)} }
`,
  )
}

test('without a configuration that can be used it says everything that is wrong, and exits 78', async () => {
  const { said, ended } = start('--config', put('bad.yml', 'server: { id: "a b" }\nextra: 1\n'))
  expect(await ended).toEqual([78, null])
  expect(said.err).toContain('dbward server: server.id: expected a plain name')
  expect(said.err).toContain('unknown setting extra')
  expect(said.err).toContain('dbward server: keys.authz is missing')
  expect(await start().ended).toEqual([78, null])
})

test.each(['SIGTERM', 'SIGINT'] as const)(
  'it starts unknown to GitHub, says so, and stops on %s',
  async (signal) => {
    const github = createServer((_, answer) => void answer.writeHead(404).end('{}')).listen(0, '127.0.0.1')
    await once(github, 'listening')
    const { port } = github.address() as AddressInfo
    const { child, said, ended } = start('--config', configuration(`http://127.0.0.1:${port}`))
    let address: string | undefined
    while (address === undefined && child.exitCode === null) {
      await sleep(20)
      address = /"address":"([^"]+)"/.exec(said.out)?.[1]
    }
    expect((await fetch(`${address}/health`)).status).toBe(200)
    const ready = await fetch(`${address}/ready`)
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'not ready', reasons: ['GitHub has not answered yet'] },
    ])
    child.kill(signal)
    expect(await ended).toEqual([0, null])
    expect(said.err).toBe('')
    github.close()
  },
)
