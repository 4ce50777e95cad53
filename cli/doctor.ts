import type { Command } from 'commander'
import type { DoctorOptions } from './doctor-run.ts'
import { type Ends, examples } from './wording.ts'
import { type World, withoutUsage } from './world.ts'

export function addDoctor(program: Command, world: World, ends: Ends): void {
  program
    .command('doctor')
    .description('look at what the gate rests on outside of dbward: rules, bypass, Actions, the App, agents')
    .option('--repo <owner/repo>', 'the repository; by default GITHUB_REPOSITORY')
    .option('--branch <name>', 'the branch; by default the default branch')
    .option('--app <slug>', 'how GitHub calls the App', 'dbward')
    .option('--server <url>', 'the address of the server; by default DBWARD_SERVER_URL')
    .option('--json', 'print for a machine')
    .addHelpText(
      'after',
      `\nReads GitHub by your own token in GITHUB_TOKEN, and the server by the one in DBWARD_STATUS_TOKEN.\nExits with 0 where all is in order, 1 with a problem, 2 where something could not be checked, 78 without a token.\n${examples(['dbward doctor --repo acme/shop'])}`,
    )
    .action(
      ends(async (options: DoctorOptions) =>
        withoutUsage((await import('./doctor-run.ts')).examineRepository(options, world)),
      ),
    )
}
