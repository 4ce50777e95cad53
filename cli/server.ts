import type { Command } from 'commander'
import { startPart } from './process.ts'
import { type Ends, examples } from './wording.ts'

type Options = { readonly config: string }

export function addServer(program: Command, ends: Ends): void {
  program
    .command('server')
    .description('run the server: the GitHub App, its store and the queue')
    .requiredOption('--config <file>', "the server's configuration (docs/configuration.md)")
    .addHelpText('after', examples(['dbward server --config /etc/dbward/server.yml']))
    .action(ends(({ config }: Options) => startPart('app/main.ts', ['--config', config])))
}
