import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { root } from './tree.ts'

const folder = mkdtempSync(join(tmpdir(), 'dbward-run-'))
// A test must not install anew what it runs on: where that would be due, it fails instead.
const npm = join(folder, 'npm.mjs')
writeFileSync(npm, "console.error('node_modules is not what package-lock.json says')\nprocess.exitCode = 1")
const env = { ...process.env, npm_execpath: npm }
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a script gets its arguments, our Node and our tools, and its exit code is ours', async () => {
  const script = `const major: number = Number(process.versions.node.split('.')[0])
    console.log(JSON.stringify([major >= 24, process.argv.slice(2), process.env.PATH?.split(':')[0]]))
    process.exitCode = 7`
  const { ended, output } = start(script, ['--keep', 'a b'])
  expect(await ended).toBe(7)
  expect(JSON.parse(output())).toEqual([true, ['--keep', 'a b'], join(root, 'node_modules', '.bin')])
})

test('a signal reaches the script, which may end in its own way', async () => {
  const script = `process.on('SIGTERM', () => process.exit(5))
    setInterval(() => undefined, 1_000)
    console.log('up')`
  const { child, ended } = start(script, [])
  await new Promise((resolve) => child.stdout.once('data', resolve))
  child.kill('SIGTERM')
  expect(await ended).toBe(5)
})

test('a script that a signal ends has the exit code that a shell would give it', async () => {
  const { ended } = start("process.kill(process.pid, 'SIGKILL')\nsetInterval(() => undefined, 1_000)", [])
  expect(await ended).toBe(137)
})

test('without a script it says how it is called', async () => {
  const child = spawn(process.execPath, [join(root, 'tools', 'run.mjs')], { env })
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(2)
})

function start(text: string, args: readonly string[]) {
  const script = join(folder, `${Math.random().toString(36).slice(2)}.ts`)
  writeFileSync(script, text)
  const child = spawn(process.execPath, [join(root, 'tools', 'run.mjs'), script, ...args], { env })
  let out = ''
  child.stdout.on('data', (part) => (out += part))
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { child, ended, output: () => out }
}
