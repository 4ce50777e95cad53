import { logLine } from '@dbward/rules/annotation'
import { Halt } from './halt.ts'
import { type ReviewWorld, review } from './review.ts'
import { type ExitCode, exits } from './world.ts'

/** Runs the mode that the inputs name, and says why where it cannot. */
export async function run(world: ReviewWorld): Promise<ExitCode> {
  try {
    if (world.workspace === '')
      throw new Halt(exits.usage, 'expected the environment variable GITHUB_WORKSPACE, found none')
    return await modeOf(world)
  } catch (error) {
    if (world.signal.aborted) {
      world.fail('the run was cancelled before it had an answer')
      return exits.cannotVerify
    }
    if (error instanceof Halt) {
      world.fail(logLine(error.message))
      return error.exit
    }
    // A message that is not ours may quote what others wrote, or a credential; where it came from cannot.
    const { name, stack = '' } = error instanceof Error ? error : { name: typeof error }
    world.fail(`this should not have happened (${logLine(name)}); please report it with the lines below`)
    for (const line of stack.split('\n').filter((one) => /^ +at /.test(one))) world.say(line)
    return exits.cannotVerify
  }
}

async function modeOf(world: ReviewWorld): Promise<ExitCode> {
  const mode = world.input('mode')
  if (mode === '' || mode === 'review') return review(world)
  if (mode === 'execute') throw new Halt(exits.usage, 'mode: execute is not in this version; expected review')
  throw new Halt(exits.usage, 'mode: expected review or execute, got something else')
}
