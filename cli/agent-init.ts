import { type InitDone, initPostgres } from '@dbward/agent/init'
import { initMysql } from '@dbward/agent/mysql/init'
import { printable } from './files.ts'
import { type Exit, toJson, UsageError, type World } from './world.ts'

export type InitOptions = {
  readonly urlEnv: string
  readonly migrator: string
  readonly passwordEnv?: string
  readonly progress?: string
  readonly progressPasswordEnv?: string
  readonly schema?: readonly string[]
  readonly json?: true
}

/** Credentials come from the environment: an argument would show in every list of processes. */
export async function initLedger(options: InitOptions, world: World): Exit {
  const url = variable(options.urlEnv, world)
  const mysql = /^(mysql|mariadb):\/\//.test(url)
  if (!mysql && !/^postgres(ql)?:\/\//.test(url)) {
    throw new UsageError(
      `--url-env: expected ${options.urlEnv} to hold an address (postgres://... or mysql://...), got something else`,
    )
  }
  const { made, weaknesses } = await (mysql ? onMysql(url, options, world) : onPostgres(url, options, world))
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

async function onPostgres(url: string, options: InitOptions, world: World): Promise<InitDone> {
  if (options.progress !== undefined || options.progressPasswordEnv !== undefined) {
    throw new UsageError(
      '--progress: expected it for MySQL and MariaDB only, as PostgreSQL needs one account',
    )
  }
  const password =
    options.passwordEnv === undefined ? {} : { migratorPassword: variable(options.passwordEnv, world) }
  return initPostgres(url, { migrator: options.migrator, schemas: options.schema ?? [], ...password })
}

async function onMysql(url: string, options: InitOptions, world: World): Promise<InitDone> {
  const { passwordEnv, progress, progressPasswordEnv } = options
  if (progress === undefined) {
    throw new UsageError('--progress: expected the name of a second account, which MySQL and MariaDB need')
  }
  const schemas = options.schema ?? []
  if (schemas.length > 1) {
    throw new UsageError(
      `--schema: expected one database on MySQL and MariaDB, got ${schemas.length}; give each a migrator of its own`,
    )
  }
  return initMysql(url, {
    migrator: options.migrator,
    progress,
    schemas,
    ...(passwordEnv === undefined ? {} : { migratorPassword: variable(passwordEnv, world) }),
    ...(progressPasswordEnv === undefined ? {} : { progressPassword: variable(progressPasswordEnv, world) }),
  })
}

function variable(name: string, { env }: World): string {
  const value = env[name] ?? ''
  if (value === '')
    throw new UsageError(`expected the environment variable ${name} to hold a value, got none`)
  return value
}
