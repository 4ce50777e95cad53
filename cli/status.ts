import type { Command } from 'commander'
import type { StatusOptions } from './status-run.ts'
import { type Ends, examples } from './wording.ts'
import { type World, withoutUsage } from './world.ts'

export function addStatus(program: Command, world: World, ends: Ends): void {
  program
    .command('status')
    .description('say what waits, for whom and why, what runs, and which agents are online')
    .option('--server <url>', 'the address of the server; by default DBWARD_SERVER_URL')
    .option('--pr <number>', 'only the requests of one pull request, ended ones too')
    .option('--request <id>', 'only this request')
    .option('--watch', 'draw it anew on the terminal until it has ended')
    .option('--json', 'print for a machine')
    .addHelpText(
      'after',
      `\nThe token of an operator is in DBWARD_STATUS_TOKEN.\nExits with 0 where nothing is open, 1 where something is refused, failed or unknown, 2 where it waits or runs, 78 without an answer.\n${examples(
        ['dbward status', 'dbward status --pr 12 --watch', 'dbward status --json'],
      )}`,
    )
    .action(
      ends(async (options: StatusOptions) =>
        withoutUsage((await import('./status-run.ts')).showStatus(options, world)),
      ),
    )
}
