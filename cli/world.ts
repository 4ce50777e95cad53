import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { ConfigError } from '@dbward/protocol/errors'

/** What a command may know of the world around it. */
export type World = {
  /** The folder that one is in, as an absolute path. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether standard output is a terminal that wants colours. */
  readonly colour: boolean
  /** Whether standard output is a terminal, on which one may draw. */
  readonly terminal: boolean
  readonly now: () => Date
  readonly sleep: (ms: number) => Promise<void>
  readonly random: (bytes: number) => Uint8Array
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly input: () => AsyncIterable<Uint8Array>
}

/** What a command ends with; docs/cli.md lists the codes. */
export type Exit = Promise<number>

/** The command cannot start as it was given: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const usageExitCode = 2

/** For commands whose exit code 2 says that something waits: a script must not wait for a slip of the pen. */
export async function withoutUsage(exit: Exit): Exit {
  try {
    return await exit
  } catch (error) {
    if (error instanceof UsageError) throw new ConfigError([error.message], { cause: error })
    throw error
  }
}

export function realWorld(): World {
  return {
    cwd: process.cwd(),
    env: process.env,
    colour: wantsColour(process.env, process.stdout.isTTY === true),
    terminal: process.stdout.isTTY === true,
    now: () => new Date(),
    sleep: (ms) => setTimeout(ms),
    random: (bytes) => randomBytes(bytes),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    input: () => process.stdin,
  }
}

/** https://no-color.org and https://force-color.org; where both are set, the one that forces counts, as in Node. */
export function wantsColour(env: World['env'], terminal: boolean): boolean {
  const { FORCE_COLOR: forced = '', NO_COLOR: unwanted = '', TERM } = env
  if (forced !== '') return forced !== '0' && forced !== 'false'
  return terminal && unwanted === '' && TERM !== 'dumb'
}

export function toJson(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}
