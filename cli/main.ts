import { ConfigError, configExitCode, Refusal } from '@dbward/protocol/errors'
import { CommanderError } from 'commander'
import { createProgram } from './program.ts'
import { type Exit, realWorld, UsageError, usageExitCode, type World } from './world.ts'

/** `EX_SOFTWARE` of sysexits.h: a fault of dbward itself, which no finding and no refusal may be taken for. */
const faultExitCode = 70

/** Runs one command line, from the program's name on. The process ends by itself, so that all output gets out. */
export async function main(argv: readonly string[]): Promise<void> {
  // Whoever reads us may stop reading: `dbward review ... | head` is no fault of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit()
  })
  process.exitCode = await run(argv, realWorld())
}

/** The same in a world of the caller's. Resolves to the exit code. */
export async function run(argv: readonly string[], world: World): Exit {
  let code = 0
  try {
    await createProgram(world, (ended) => {
      code = ended
    }).parseAsync([...argv])
  } catch (error) {
    return explain(error, world.err)
  }
  return code
}

function explain(error: unknown, say: (text: string) => void): number {
  // Commander has said already what is wrong, or has shown the help or the version that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExitCode
  if (error instanceof UsageError) {
    say(`dbward: ${error.message}\n`)
    return usageExitCode
  }
  if (error instanceof ConfigError) {
    say(error.problems.map((problem) => `dbward: ${problem}\n`).join(''))
    return configExitCode
  }
  if (error instanceof Refusal) {
    say(`dbward: ${error.code}: ${error.message}\n`)
    return 1
  }
  say(`dbward: this should not have happened; please report it with these lines\n${traceOf(error)}\n`)
  return faultExitCode
}

function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\ncaused by ${traceOf(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}
