import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { run } from './main.ts'
import { realWorld } from './world.ts'

const binary = fileURLToPath(new URL('./dbward.mjs', import.meta.url))

export type Ended = { readonly code: number | null; readonly out: string; readonly err: string }

/** Runs the real program as a process of its own, as a shell would. */
export function dbward(
  args: readonly string[],
  options: { readonly cwd?: string; readonly input?: string; readonly node?: readonly string[] } = {},
): Promise<Ended> {
  const { cwd = tmpdir(), input = '', node = [] } = options
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...node, binary, ...args], {
      cwd,
      env: { PATH: process.env.PATH },
    })
    let [out, err] = ['', '']
    child.stdout.on('data', (part) => (out += part))
    child.stderr.on('data', (part) => (err += part))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
    child.stdin.end(input)
  })
}

/** The same without a process, for tables: what a command says does not depend on it. */
export async function inProcess(
  args: readonly string[],
  options: {
    readonly cwd?: string
    readonly input?: string
    readonly env?: Readonly<Record<string, string>>
    /** What happens while a command sleeps; without it there is no terminal to watch on. */
    readonly sleep?: () => Promise<void>
  } = {},
): Promise<Ended> {
  const { cwd = tmpdir(), input = '', env = {}, sleep } = options
  let [out, err] = ['', '']
  const code = await run(['node', 'dbward', ...args], {
    ...realWorld(),
    cwd,
    env,
    colour: false,
    terminal: sleep !== undefined,
    sleep: async () => sleep?.(),
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    input: async function* () {
      yield Buffer.from(input)
    },
  })
  return { code, out, err }
}

/** A folder that is gone when the test is over. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'dbward-cli-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}
