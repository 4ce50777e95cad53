import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A program of ours as a process of its own, as an operator runs it. */
export type Program = {
  readonly pid: () => number
  readonly running: () => boolean
  /** What ended it last, where that was a signal. */
  readonly signal: () => NodeJS.Signals | null
  /** What it has written since it was first started. */
  readonly output: () => string
  start(extra?: Readonly<Record<string, string>>): void
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>
  /** SIGTERM, and waits; gives the exit code. */
  stop(): Promise<number | null>
  /** Waits until it is gone by itself. */
  gone(): Promise<void>
}

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** A program that is started hundreds of times need not be compiled as often. */
const compiled = join(root, 'node_modules', '.cache', 'node-compile')

export function program(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  nodeArgs: readonly string[] = [],
): Program {
  let child: ChildProcess | null = null
  let output = ''
  const alive = () => child !== null && child.exitCode === null && child.signalCode === null
  const gone = () =>
    new Promise<void>((resolve) => {
      if (!alive()) resolve()
      else child?.once('exit', () => resolve())
    })
  return {
    pid: () => child?.pid ?? 0,
    running: alive,
    signal: () => child?.signalCode ?? null,
    output: () => output,
    start(extra = {}) {
      const { PATH = '', HOME = '', TMPDIR } = process.env
      const own = {
        PATH,
        HOME,
        NODE_COMPILE_CACHE: compiled,
        ...(TMPDIR === undefined ? {} : { TMPDIR }),
        ...env,
        ...extra,
      }
      child = spawn(process.execPath, [...nodeArgs, ...args], {
        cwd: root,
        env: own,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on('data', (chunk: Buffer) => {
          output = (output + chunk.toString('utf8')).slice(-2_000_000)
        })
      }
    },
    async kill() {
      child?.kill('SIGKILL')
      await gone()
    },
    async stop() {
      child?.kill('SIGTERM')
      await gone()
      return child?.exitCode ?? null
    },
    gone,
  }
}

/** Ends a program with the process that started it, whatever ends that. */
export function endWith(programs: () => readonly Program[]): void {
  process.once('exit', () => {
    for (const one of programs()) {
      if (one.running()) process.kill(one.pid(), 'SIGKILL')
    }
  })
}
