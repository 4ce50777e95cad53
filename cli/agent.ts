import type { Command } from 'commander'
import type { DoctorOptions } from './agent-doctor.ts'
import type { InitOptions } from './agent-init.ts'
import { type Ends, examples, repeated } from './wording.ts'
import type { World } from './world.ts'

type RunOptions = { readonly config: string }

// Its parts are loaded when they are called for: nobody who reviews a file waits for a database driver.
export function addAgent(program: Command, world: World, ends: Ends): void {
  const agent = program.command('agent').description('the executor, which alone holds database credentials')
  agent
    .command('run')
    .description('ask the server for work, verify it, run it; outbound connections only')
    .requiredOption('--config <file>', "the agent's configuration (docs/configuration.md)")
    .addHelpText('after', examples(['dbward agent run --config /etc/dbward/agent.yml']))
    .action(ends(async ({ config }: RunOptions) => (await import('@dbward/agent/main')).main(config)))
  agent
    .command('init')
    .description(
      'set up the ledger in a database, and the role that runs migrations; a second time changes nothing',
    )
    .requiredOption(
      '--url-env <variable>',
      'the environment variable with the address of the database as an administrator',
    )
    .requiredOption('--migrator <role>', 'the role that runs migrations; made where it is missing')
    .option('--password-env <variable>', 'the environment variable with the password of a role that is made')
    .option('--progress <account>', 'MySQL and MariaDB: the second account, which writes down progress')
    .option(
      '--progress-password-env <variable>',
      'the environment variable with the password of that account, where it is made',
    )
    .option(
      '--schema <name>',
      'a schema in which the role may make things, which may be given more than once; on MySQL and MariaDB the database',
      repeated,
    )
    .option('--json', 'print for a machine')
    .addHelpText(
      'after',
      `\nOn PostgreSQL the administrator needs CREATEROLE, and CREATE on the database; a superuser is not needed.
On MySQL and MariaDB it may make databases and users, and grant what it has (docs/mysql.md).\n${examples([
        'dbward agent init --url-env ADMIN_URL --migrator app_migrator --password-env MIGRATOR_PASSWORD --schema public',
        'dbward agent init --url-env ADMIN_URL --migrator app_m --password-env M --progress app_p --progress-password-env P --schema app',
      ])}`,
    )
    .action(
      ends(async (options: InitOptions) => (await import('./agent-init.ts')).initLedger(options, world)),
    )
  agent
    .command('doctor')
    .description('look at everything that a run needs, and say what to do; changes nothing')
    .requiredOption('--config <file>', "the agent's configuration (docs/configuration.md)")
    .option('--json', 'print for a machine')
    .addHelpText(
      'after',
      `\nExits with 0 where all is well and 1 where something is to be done.\n${examples(['dbward agent doctor --config /etc/dbward/agent.yml'])}`,
    )
    .action(
      ends(async (options: DoctorOptions) => (await import('./agent-doctor.ts')).examine(options, world)),
    )
}
