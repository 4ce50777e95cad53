import { initPostgres } from '@dbward/agent/init'
import { printable } from './files.ts'
import { type Exit, toJson, UsageError, type World } from './world.ts'

export type InitOptions = {
  readonly urlEnv: string
  readonly migrator: string
  readonly passwordEnv?: string
  readonly schema?: readonly string[]
  readonly json?: true
}

/** Credentials come from the environment: an argument would show in every list of processes. */
export async function initLedger(options: InitOptions, world: World): Exit {
  const url = variable(options.urlEnv, world)
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new UsageError(
      `--url-env: expected ${options.urlEnv} to hold an address (postgres://...), got something else`,
    )
  }
  const password =
    options.passwordEnv === undefined ? {} : { migratorPassword: variable(options.passwordEnv, world) }
  const { made, weaknesses } = await initPostgres(url, {
    migrator: options.migrator,
    schemas: options.schema ?? [],
    ...password,
  })
  if (options.json) world.out(toJson({ made, weaknesses }))
  else {
    world.out(
      made.length === 0
        ? 'everything was there already\n'
        : made.map((one) => `made ${printable(one)}\n`).join(''),
    )
    world.out(weaknesses.map((one) => `weak: ${options.migrator} ${printable(one)}\n`).join(''))
  }
  return weaknesses.length === 0 ? 0 : 1
}

function variable(name: string, { env }: World): string {
  const value = env[name] ?? ''
  if (value === '')
    throw new UsageError(`expected the environment variable ${name} to hold a value, got none`)
  return value
}
