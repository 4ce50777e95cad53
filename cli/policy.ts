import { policyPath } from '@dbward/protocol/policy'
import type { Command } from 'commander'
import type { CheckOptions } from './policy-check.ts'
import type { ExplainOptions, SimulateOptions } from './policy-explain.ts'
import { type Ends, examples } from './wording.ts'
import { type World, withoutUsage } from './world.ts'

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
  const codes =
    '\nExits with 0 where all of it may run, 1 where something is refused, 2 where it waits, 78 without a token.\n'
  policy
    .command('explain')
    .description(
      'say who could approve what of a pull request, who counts already and who does not, by your own token',
    )
    .requiredOption('--pr <number>', 'the pull request')
    .option('--repo <owner/repo>', 'its repository; by default GITHUB_REPOSITORY')
    .option('--record <file>', "keep GitHub's answers in a file that is not there yet, for policy simulate")
    .option('--json', 'print for a machine')
    .addHelpText('after', `${codes}${examples(['dbward policy explain --repo acme/shop --pr 12'])}`)
    .action(
      ends(async (options: ExplainOptions) =>
        withoutUsage((await import('./policy-explain.ts')).explainPolicy(options, world)),
      ),
    )
  policy
    .command('simulate')
    .description('say what a policy in a file would decide of a pull request, or of a recorded one')
    .argument('<file>', 'the policy')
    .option('--pr <number>', 'the pull request')
    .option('--repo <owner/repo>', 'its repository; by default GITHUB_REPOSITORY')
    .option('--recorded <file>', 'what policy explain --record wrote, in place of --pr')
    .option('--json', 'print for a machine')
    .addHelpText(
      'after',
      `${codes}${examples(['dbward policy simulate new.yml --repo acme/shop --pr 12', 'dbward policy simulate new.yml --recorded facts.json'])}`,
    )
    .action(
      ends(async (file: string, options: SimulateOptions) =>
        withoutUsage((await import('./policy-explain.ts')).simulatePolicy(file, options, world)),
      ),
    )
}
