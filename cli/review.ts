import { engines } from '@dbward/rules/engine'
import { type Command, Option } from 'commander'
import type { ReviewOptions } from './review-run.ts'
import { type Ends, examples } from './wording.ts'
import type { World } from './world.ts'

export function addReview(program: Command, world: World, ends: Ends): void {
  program
    .command('review')
    .description('review migration files as a pull request would, without a server and without a database')
    .argument(
      '[paths...]',
      'files, and folders with .sql files; without any: what .dbward.yml governs, else the usual places',
    )
    .addOption(
      new Option(
        '--engine <engine>',
        'the database; without it, what the repository says where that is certain',
      ).choices(engines),
    )
    .option('--server-version <version>', 'its version, such as 16, where that makes a difference')
    .option('--no-policy', 'do as if there were no .dbward.yml')
    .option('--stdin', 'review standard input')
    .option('--stdin-filename <path>', 'the name of what comes from standard input')
    .addOption(
      new Option('--fail-on <severity>', 'from which findings on to exit with 1; notes never count')
        .choices(['block', 'warn', 'never'])
        .default('block'),
    )
    .addOption(
      new Option('--format <format>', 'how to print')
        .choices(['text', 'json', 'github', 'sarif'])
        .default('text'),
    )
    .option('--json', 'the same as --format json')
    .option('--explain <rule>', 'say why there is this rule and what to do instead, and end')
    .option('--list-rules', 'list all rules, and end')
    .addHelpText(
      'after',
      `\nExits with 0 where nothing blocks, 1 where something does, and 2 where the command line does not fit, a file\ncannot be read, or the engine is not certain. Which policy and engine it used is said on standard error.\n${examples(
        [
          'dbward review',
          'dbward review db/migrate --engine postgres',
          'dbward review --server-version 16 --format json db/migrate/20260101_add_email.sql',
          'git show HEAD:db/migrate/20260101_add_email.sql | dbward review --stdin --stdin-filename db/migrate/20260101_add_email.sql',
          'dbward review --format sarif db/migrate > dbward.sarif',
          'dbward review --explain drop-column',
        ],
      )}`,
    )
    .action(
      ends(async (paths: readonly string[], options: ReviewOptions) =>
        (await import('./review-run.ts')).runReview(paths, options, world),
      ),
    )
}
