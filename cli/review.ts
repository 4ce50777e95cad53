import { engines } from '@dbward/rules/engine'
import { type Command, Option } from 'commander'
import type { ReviewOptions } from './review-run.ts'
import { type Ends, examples } from './wording.ts'
import type { World } from './world.ts'

export function addReview(program: Command, world: World, ends: Ends): void {
  program
    .command('review')
    .description('review migration files as a pull request would, without a server and without a database')
    .argument('<files...>', 'the .sql files')
    .addOption(new Option('--engine <engine>', 'the database').choices(engines).default('postgres'))
    .option('--server-version <version>', 'its version, such as 16, where that makes a difference')
    .addOption(
      new Option('--format <format>', 'how to print').choices(['text', 'json', 'github']).default('text'),
    )
    .addHelpText(
      'after',
      `\nExits with 0 where nothing blocks, 1 where something does, and 2 where a file cannot be read.\n${examples(
        [
          'dbward review db/migrate/*.sql',
          'dbward review --server-version 16 --format json db/migrate/20260101_add_email.sql',
        ],
      )}`,
    )
    .action(
      ends(async (files: readonly string[], options: ReviewOptions) =>
        (await import('./review-run.ts')).runReview(files, options, world),
      ),
    )
}
