import { engines } from '@dbward/rules/engine'
import { type Command, Option } from 'commander'
import type { InitOptions } from './init-run.ts'
import { type Ends, examples, listed } from './wording.ts'
import type { World } from './world.ts'

export function addInit(program: Command, world: World, ends: Ends): void {
  program
    .command('init')
    .description('write a .dbward.yml and a workflow for this repository; nothing that is there is changed')
    .addOption(
      new Option(
        '--engine <engine>',
        'the database; without it, what the repository says where that is certain',
      ).choices(engines),
    )
    .option('--server-version <version>', 'its version, such as 16')
    .option(
      '--migrations <glob>',
      'where the migrations are, such as db/migrate/*.sql, instead of looking for them',
    )
    .option('--database <name>', 'what the policy calls the database, where there is one (default: app)')
    .addOption(
      new Option('--environments <names>', 'in the order of promotion, with commas between them')
        .argParser(listed)
        .default(['production'], 'production'),
    )
    .addOption(
      new Option(
        '--approvers <names>',
        'who must approve, with commas between them: teams (acme/dba), accounts, or roles (write, maintain, admin)',
      )
        .argParser(listed)
        .default(['maintain'], 'maintain'),
    )
    .option('--action <repository@commit>', 'the Action that the workflow uses (default: a place to fill in)')
    .option('--print', 'write nothing, and print the files instead')
    .addOption(new Option('--dry-run', 'the same as --print').implies({ print: true }))
    .option('--json', 'print for a machine')
    .addHelpText(
      'after',
      `\nWrites to the root of the git repository. Exits with 0 where all was written, 1 where a file was there already or\nmigrations cannot be governed safely as they are, and 2 where the command line does not fit or the engine is not\ncertain; with 2 nothing is written.\n${examples(
        [
          'dbward init',
          'dbward init --print',
          'dbward init --engine postgres --server-version 16 --environments staging,production --approvers acme/dba',
        ],
      )}`,
    )
    .action(ends(async (options: InitOptions) => (await import('./init-run.ts')).runInit(options, world)))
}
