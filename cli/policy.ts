import { policyPath } from '@dbward/protocol/policy'
import type { Command } from 'commander'
import type { CheckOptions } from './policy-check.ts'
import { type Ends, examples } from './wording.ts'
import type { World } from './world.ts'

export function addPolicy(program: Command, world: World, ends: Ends): void {
  const policy = program.command('policy').description('the policy of a repository')
  policy
    .command('check')
    .description(`check a ${policyPath} as the server and the agent will read it`)
    .argument('[file]', 'the policy', policyPath)
    .option('--json', 'print for a machine')
    .addHelpText(
      'after',
      `\nExits with 0 where it is valid and 1 where it is not.\n${examples(['dbward policy check .dbward.yml'])}`,
    )
    .action(
      ends(async (file: string, options: CheckOptions) =>
        (await import('./policy-check.ts')).checkPolicy(file, options, world),
      ),
    )
}
