import { Undecidable } from '@dbward/protocol/errors'
import { logLine } from '@dbward/rules/annotation'
import { execute } from './execute.ts'
import { Halt } from './halt.ts'
import { type ReviewWorld, review } from './review.ts'
import { type ExitCode, exits } from './world.ts'

/** Runs the mode that the inputs name, and says why where it cannot. */
export async function run(world: ReviewWorld): Promise<ExitCode> {
  const mode = world.input('mode')
  if (mode === 'execute') return ended(world, exits.unknown, () => execute(world))
  if (mode === '' || mode === 'review') return ended(world, exits.cannotVerify, () => review(world))
  world.fail('mode: expected review or execute, got something else')
  return exits.usage
}

/** `fault` is how the step ends by an error that nobody foresaw: in execute mode SQL may have run before it. */
async function ended(world: ReviewWorld, fault: ExitCode, act: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    if (world.workspace !== '') return await act()
    world.fail('expected the environment variable GITHUB_WORKSPACE, found none')
    return exits.usage
  } catch (error) {
    if (world.signal.aborted) {
      world.fail('the run was cancelled before it had an answer')
      return fault
    }
    if (error instanceof Halt) {
      world.fail(logLine(error.message))
      return error.exit
    }
    if (error instanceof Undecidable) {
      world.fail(logLine(error.message))
      return exits.cannotVerify
    }
    // A message that is not ours may quote what others wrote, or a credential; where it came from cannot.
    const { name, stack = '' } = error instanceof Error ? error : { name: typeof error }
    world.fail(`this should not have happened (${logLine(name)}); please report it with the lines below`)
    for (const line of stack.split('\n').filter((one) => /^ +at /.test(one))) world.say(line)
    return fault
  }
}
