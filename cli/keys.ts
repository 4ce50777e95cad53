import type { KeyRole } from '@dbward/protocol/keys'
import { type Command, Option } from 'commander'
import type { BundleOptions } from './keys-bundle.ts'
import type { GenerateOptions } from './keys-generate.ts'
import type { ShowOptions } from './keys-show.ts'
import { type Ends, examples, repeated } from './wording.ts'
import type { World } from './world.ts'

// Not taken from protocol/keys.ts: its mathematics take longer to load than this whole file takes to run.
const roles: readonly KeyRole[] = ['authz', 'exec', 'checkpoint', 'agent', 'root']

export function addKeys(program: Command, world: World, ends: Ends): void {
  const keys = program
    .command('keys')
    .description('the keys that sign, and the bundle that says whom to trust')
    .enablePositionalOptions()
  keys
    .command('generate')
    .description('make a key pair; an existing file is never overwritten')
    .addOption(new Option('--role <role>', 'what the key signs').choices(roles).makeOptionMandatory())
    .requiredOption('--out <folder>', 'where NAME.key.json (mode 0600) and NAME.pub.json go')
    .option('--name <name>', 'the name of the files, if not that of the role')
    .option('--json', 'print for a machine')
    .addHelpText(
      'after',
      examples([
        'dbward keys generate --role exec --out keys',
        'dbward keys generate --role agent --name agent-1 --out keys',
      ]),
    )
    .action(
      ends(async (options: GenerateOptions) => (await import('./keys-generate.ts')).generate(options, world)),
    )
  keys
    .command('bundle')
    .description('sign the trust bundle that agents pin: which key may sign what, and until when')
    .requiredOption('--root <file>', 'a private root key to sign with; may be given more than once', repeated)
    .requiredOption(
      '--keys <id=file>',
      'a public key and whose it is: the id of the agent, or that of the server; more than once',
      repeated,
    )
    .option('--revoke <kid>', 'a key id that counts no more; may be given more than once', repeated)
    .requiredOption('--version <number>', 'one more than that of the bundle before')
    .option('--expires <days>', 'how long it is good for, at most 90d', '30d')
    .requiredOption('--out <file>', 'where the bundle goes')
    .addHelpText(
      'after',
      examples([
        'dbward keys bundle --root root.key.json --keys dbward=authz.pub.json --keys dbward=exec.pub.json --keys agent-1=agent-1.pub.json --version 1 --expires 30d --out bundle.json',
      ]),
    )
    .action(
      ends(async (options: BundleOptions) => (await import('./keys-bundle.ts')).makeBundle(options, world)),
    )
  keys
    .command('show')
    .description(
      'say what is in a key file, or in a bundle after checking its signatures; never shows a private key',
    )
    .argument('<file>', 'a key file or a trust bundle')
    .option('--root <file>', 'for a bundle: a public root key; may be given more than once', repeated)
    .option('--threshold <number>', 'for a bundle: how many of the roots must have signed', '1')
    .option('--json', 'print for a machine')
    .addHelpText(
      'after',
      examples(['dbward keys show exec.pub.json', 'dbward keys show bundle.json --root root.pub.json']),
    )
    .action(
      ends(async (file: string, options: ShowOptions) =>
        (await import('./keys-show.ts')).show(file, options, world),
      ),
    )
}
