import type { ChainFault } from '@dbward/protocol/verify-chain'
import type { Command } from 'commander'
import type { VerifyOptions } from './audit-verify.ts'
import { startPart } from './process.ts'
import { type Ends, examples, repeated } from './wording.ts'
import type { World } from './world.ts'

type ExportOptions = { readonly store: string }

/** One exit code for each thing that can be wrong with a log, so that a script need not read sentences. */
export const verifyExitCodes: Readonly<Record<ChainFault | 'ok', number>> = {
  ok: 0,
  'broken-link': 3,
  'bad-signature': 4,
  truncated: 5,
  gap: 6,
  fork: 7,
}

export function addAudit(program: Command, world: World, ends: Ends): void {
  const audit = program.command('audit').description('the tamper-evident log of the server')
  audit
    .command('verify')
    .description(
      'verify an exported log, offline: every entry, every signature, against what others have kept',
    )
    .argument('<file>', 'the exported log, or - for standard input')
    .option('--key <file>', 'a public checkpoint key; may be given more than once', repeated)
    .option(
      '--anchor <file>',
      "a head that was kept elsewhere: a result comment, an agent's audit-head.json; may be given more than once",
      repeated,
    )
    .option('--json', 'print for a machine')
    .addHelpText(
      'after',
      `\n${exitText()}\n${examples([
        'dbward audit verify log.jsonl --key checkpoint.pub.json',
        'dbward audit verify log.jsonl --key checkpoint.pub.json --anchor comment.md',
      ])}`,
    )
    .action(
      ends(async (file: string, options: VerifyOptions) =>
        (await import('./audit-verify.ts')).verify(file, options, world),
      ),
    )
  audit
    .command('export')
    .description('print the log of a server, one entry a line')
    .requiredOption('--store <path>', "the server's store, which is only read")
    .addHelpText('after', examples(['dbward audit export --store /var/lib/dbward/dbward.sqlite > log.jsonl']))
    .action(ends(({ store }: ExportOptions) => startPart('app/export.ts', ['--store', store])))
}

function exitText(): string {
  const codes = Object.entries(verifyExitCodes).map(([name, code]) => `${code} ${name}`)
  return `Exit codes: ${codes.join(', ')}; 2 for a file that cannot be read.`
}
