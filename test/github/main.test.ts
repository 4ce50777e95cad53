import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const main = new URL('main.ts', import.meta.url).pathname
const git = promisify(execFile)
let dir: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'main-test-'))
})
afterAll(async () => rm(dir, { recursive: true, force: true }))

/** Starts the command with a temporary directory of its own, so that one sees what it leaves behind. */
function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, TMPDIR: dir } })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk
  })
  child.stderr.on('data', (chunk: Buffer) => {
    said.err += chunk
  })
  return { child, said, ended: once(child, 'close').then(([code]) => code as number | null) }
}

test('it tells how to clone and push, the push shows on the pull request, and Ctrl-C leaves nothing', async () => {
  const { child, said, ended } = start()
  while (!said.out.includes('Ask the API')) await once(child.stdout, 'data')
  const url = /^ {2}git clone (\S+)$/m.exec(said.out)?.[1] ?? ''
  const pull = /^ {2}Pull request {2}(\S+)$/m.exec(said.out)?.[1] ?? ''
  expect(await readdir(dir)).not.toEqual([])

  const clone = join(dir, 'clone')
  await git('git', ['clone', '-q', url, clone])
  const inClone = (...args: readonly string[]) =>
    git('git', ['-C', clone, '-c', 'user.name=Alice', '-c', 'user.email=alice@example.com', ...args])
  await inClone('switch', '-q', 'add-email')
  await inClone('commit', '-q', '--allow-empty', '-m', 'One more, by git')
  await inClone('push', '-q')
  const page = await fetch(pull, { headers: { accept: 'text/html' } })
  expect(await page.text()).toContain('One more, by git')

  await rm(clone, { recursive: true })
  child.kill('SIGINT')
  expect(await ended).toBe(0)
  expect(said.err).toBe('')
  expect(await readdir(dir)).toEqual([])
})

test.each([
  [['--help'], 0, 'out', 'npm run github [-- --port N]'],
  [['--port', 'x'], 64, 'err', 'expected --port 0 to 65535, got x'],
  [['--port', '70000'], 64, 'err', 'got 70000'],
  [['--colour'], 64, 'err', "'--colour'"],
] as const)('%s', async (args, code, where, text) => {
  const { said, ended } = start(...args)
  expect(await ended).toBe(code)
  expect(said[where]).toContain(text)
})

test('a port that is taken is said in one sentence', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const address = taken.address()
  const port = typeof address === 'object' ? address?.port : null
  const { said, ended } = start('--port', String(port))
  expect(await ended).toBe(78)
  expect(said.err).toBe(
    `expected port ${port} to be free, but something listens on it: choose another with --port\n`,
  )
  taken.close()
})
