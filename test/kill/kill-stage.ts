import { fileURLToPath } from 'node:url'
import type { Program } from '../stage/program.ts'
import { examplePolicy } from '../stage/setting.ts'
import { type Stage, type StageOptions, serverReady, stage } from '../stage/stage.ts'
import type { Engine } from '../stage/targets.ts'
import { type Change, merged, opened } from './change.ts'
import { settled } from './standing.ts'

const killSwitch = fileURLToPath(new URL('../stage/kill-switch.ts', import.meta.url))

/** Where a program is to end itself by SIGKILL: see test/stage/kill-switch.ts. */
export type Kill = { readonly at: string; readonly count?: number; readonly after?: string }

/** A stage whose programs can be killed at a step, with a short lease, and a table to count effects in. */
export async function killStage(options: StageOptions = {}): Promise<Stage> {
  const it = await stage({
    policy: policyFor(options.engine ?? 'postgres'),
    nodeArgs: ['--import', killSwitch],
    leaseSeconds: 2,
    sweepSeconds: 5,
    ...options,
  })
  it.server.start()
  await serverReady(it)
  it.agent.start()
  const table: Change = {
    name: 'effects',
    files: { [migration(0)]: 'create table effects (what varchar(100) not null);\n' },
    leaves: [],
  }
  await settled(it, await merged(it, await opened(it, table)), 'applied')
  return it
}

/** The path of the nth migration. */
export function migration(n: number): string {
  return `db/migrate/${2_026_000_000 + n}_change.sql`
}

/** Two statements in one transaction, either of which would be counted twice if it ran twice. */
export function counted(n: number): Change {
  const leaves = [`${n} first`, `${n} second`]
  const sql = leaves.map((what) => `insert into effects values ('${what}');\n`).join('')
  return { name: `change-${n}`, files: { [migration(n)]: sql }, leaves }
}

/**
 * What no transaction undoes: one statement on PostgreSQL, and on MariaDB several that are written down one by one.
 */
export function alone(n: number, engine: Engine = 'postgres'): Change {
  const index = `effects_${n}_index`
  const sql =
    engine === 'postgres'
      ? `-- migrate:up transaction:false\ncreate index concurrently ${index} on effects (what);\n`
      : `create table once_${n} (x int);\ncreate index ${index} on effects (what);\nalter table once_${n} add column y int;\n`
  return { name: `change-${n}`, files: { [migration(n)]: sql }, leaves: [], index }
}

function policyFor(engine: Engine): string {
  return engine === 'postgres'
    ? examplePolicy
    : examplePolicy.replace('engine: postgres', 'engine: mariadb').replace('"18"', '"10.11"')
}

/** Starts a program that will kill itself. */
export function arm(program: Program, { at, count, after }: Kill): void {
  program.start({
    KILL_AT: at,
    ...(count === undefined ? {} : { KILL_COUNT: String(count) }),
    ...(after === undefined ? {} : { KILL_AFTER: after }),
  })
}

/** Waits until an armed program has killed itself, and starts it again, unarmed. */
export async function revived(it: Stage, program: Program, { at }: Kill): Promise<void> {
  await it.until(`the program to be killed at ${at}`, async () => !program.running())
  if (program.signal() !== 'SIGKILL') {
    throw new Error(`expected an end by SIGKILL at ${at}, got ${program.signal()}:\n${program.output()}`)
  }
  program.start()
}
