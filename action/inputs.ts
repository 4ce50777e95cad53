import { plainPath } from '@dbward/protocol/glob'
import { policyPath } from '@dbward/protocol/policy'
import { Halt } from './halt.ts'
import { type ActionWorld, exits } from './world.ts'

export type Inputs = {
  readonly policy: string
  readonly failOn: 'block' | 'warn' | 'never'
  readonly annotations: boolean
  /** Null where none is to be written. */
  readonly sarifFile: string | null
  /** '' where the event says it. */
  readonly base: string
}

/** The inputs of review mode. What is wrong with them is said at once, all of it. */
export function readInputs({ input }: Pick<ActionWorld, 'input'>): Inputs {
  const problems: string[] = []
  const oneOf = <T extends string>(name: string, given: string, allowed: readonly [T, ...T[]]): T => {
    const found = allowed.find((one) => one === (given === '' ? allowed[0] : given))
    if (found === undefined) problems.push(`${name}: expected ${allowed.join(', ')}; got something else`)
    return found ?? allowed[0]
  }
  const policy = input('policy') === '' ? policyPath : input('policy')
  if (!plainPath(policy))
    problems.push('policy: expected a path in the repository such as .dbward.yml, got something else')
  const inputs: Inputs = {
    policy,
    failOn: oneOf('fail-on', input('fail-on'), ['block', 'warn', 'never']),
    annotations: oneOf('annotations', input('annotations'), ['true', 'false']) === 'true',
    sarifFile: input('sarif-file') === '' ? null : input('sarif-file'),
    base: input('base'),
  }
  if (problems.length > 0) throw new Halt(exits.usage, problems.join('; '))
  return inputs
}
