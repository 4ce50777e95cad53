import { Command } from 'commander'
import { addAgent } from './agent.ts'
import { addAudit } from './audit.ts'
import { addDoctor } from './doctor.ts'
import { addInit } from './init.ts'
import { addKeys } from './keys.ts'
import { addPolicy } from './policy.ts'
import { addReview } from './review.ts'
import { addServer } from './server.ts'
import { addStatus } from './status.ts'
import { version } from './version.ts'
import { type Ends, examples } from './wording.ts'
import type { World } from './world.ts'

/** The whole command line. `ended` is told the exit code of the command that ran. */
export function createProgram(world: World, ended: (code: number) => void): Command {
  const program = new Command('dbward')
    .description('A pull-request-driven gate for database migrations')
    .version(version(), '-V, --version')
    .configureOutput({
      writeOut: world.out,
      writeErr: world.err,
      outputError: (text, write) => write(text.replace(/^error: /, 'dbward: ')),
    })
    .configureHelp({ showGlobalOptions: false })
    .helpCommand(false)
    .enablePositionalOptions()
    .showHelpAfterError('(--help says more)')
    .exitOverride()
    .addHelpText(
      'after',
      examples([
        'dbward review db/migrate',
        'dbward init',
        'dbward policy check .dbward.yml',
        'dbward audit verify log.jsonl --key checkpoint.pub.json',
      ]),
    )
  const ends: Ends =
    (command) =>
    async (...args) =>
      ended(await command(...args))
  addReview(program, world, ends)
  addInit(program, world, ends)
  addPolicy(program, world, ends)
  addStatus(program, world, ends)
  addDoctor(program, world, ends)
  addAudit(program, world, ends)
  addKeys(program, world, ends)
  addAgent(program, world, ends)
  addServer(program, ends)
  return program
}
