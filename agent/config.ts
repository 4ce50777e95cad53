import { readFileSync, statSync } from 'node:fs'
import { ConfigError } from '@dbward/protocol/errors'
import { parseAgentId, plainName, repoName } from '@dbward/protocol/ids'
import { address, readSettings, type SettingsOf, wholeNumber } from '@dbward/protocol/settings'
import {
  closed,
  flag,
  integer,
  list,
  matching,
  nullable,
  oneOf,
  type Parsed,
  sha256Hex,
  text,
} from '@dbward/protocol/shape'
import { parseAddress } from './mysql/address.ts'

const variable = matching(/^[A-Z][A-Z0-9_]*$/, 'the name of an environment variable')

/**
 * One database that this agent may run migrations on, and the least that it asks for, whatever the server or the
 * repository say. The address is read from the environment, so that no file and no process list shows it.
 */
const target = closed({
  repository: repoName,
  repository_id: integer,
  branches: list(text, 20),
  database: plainName,
  environment: plainName,
  engine: oneOf('postgres', 'mysql', 'mariadb'),
  url_env: variable,
  /** The second account of MySQL and MariaDB, which writes down how a migration gets on. */
  progress_url_env: nullable(variable),
  min_approvals: nullable(integer),
  /** SHA-256 of the policy files that this agent takes; any that is on the base branch where nothing is said. */
  policies: nullable(list(sha256Hex, 100)),
  require_protection: nullable(flag),
  allow_weak_tripwire: nullable(flag),
})
export type DatabaseTarget = Parsed<typeof target>

/** The environment has text only. */
function yesOrNo(value: unknown, at: string): boolean {
  return flag(value === 'true' ? true : value === 'false' ? false : value, at)
}

/** Every setting of the agent; docs/configuration.md explains them, and a test holds the two together. */
export const settings = {
  'agent.id': {
    env: 'DBWARD_AGENT_ID',
    parse: parseAgentId,
    about: 'the id under which the server knows this agent',
  },
  'agent.key': { env: 'DBWARD_AGENT_KEY', parse: text, about: "the file of this agent's own private key" },
  'agent.spool': {
    env: 'DBWARD_AGENT_SPOOL',
    parse: text,
    about: 'a folder for receipts that are not delivered yet',
  },
  'agent.poll_ms': {
    env: 'DBWARD_AGENT_POLL_MS',
    parse: wholeNumber(50, 60_000),
    fallback: 2_000,
    about: 'how long to wait where there is no work, in milliseconds',
  },
  'agent.schema_snapshot': {
    env: 'DBWARD_AGENT_SCHEMA_SNAPSHOT',
    parse: yesOrNo,
    fallback: true,
    about: 'whether the server is told what the databases look like: true or false',
  },
  'agent.schema_minutes': {
    env: 'DBWARD_AGENT_SCHEMA_MINUTES',
    parse: wholeNumber(1, 7 * 24 * 60),
    fallback: 60,
    about: 'after how many minutes the server is told again what the databases look like',
  },
  'server.url': { env: 'DBWARD_SERVER_URL', parse: address, about: 'the address of the dbward server' },
  'server.token_env': {
    parse: variable,
    fallback: 'DBWARD_AGENT_TOKEN',
    about: "the environment variable that holds this agent's token for the server",
  },
  'github.api_url': {
    env: 'DBWARD_GITHUB_API_URL',
    parse: address,
    fallback: 'https://api.github.com',
    about: "GitHub's REST API",
  },
  'github.app_id': {
    env: 'DBWARD_GITHUB_APP_ID',
    parse: wholeNumber(1, Number.MAX_SAFE_INTEGER),
    about: "the id of the agent's own read-only GitHub App",
  },
  'github.private_key': {
    env: 'DBWARD_GITHUB_PRIVATE_KEY',
    parse: text,
    about: "the file of that App's private key",
  },
  'trust.bundle': { env: 'DBWARD_TRUST_BUNDLE', parse: text, about: 'the file of the signed trust bundle' },
  'trust.roots': {
    parse: list(text, 16),
    about: 'the files of the public root keys that sign trust bundles',
  },
  'trust.threshold': {
    parse: wholeNumber(1, 16),
    about: 'how many of the roots must have signed the bundle',
  },
  databases: { parse: list(target, 1_000), about: 'the databases that this agent serves' },
  'policy.floor_repository': {
    env: 'DBWARD_POLICY_FLOOR_REPOSITORY',
    parse: repoName,
    fallback: null,
    about: "the repository with the organisation's floor, such as acme/.github",
  },
  'log.level': {
    env: 'DBWARD_LOG_LEVEL',
    parse: oneOf('debug', 'info', 'warn', 'error', 'silent'),
    fallback: 'info' as const,
    about: 'how much to log',
  },
} as const

export type AgentConfig = SettingsOf<typeof settings> & {
  readonly token: string
  readonly urls: ReadonlyMap<DatabaseTarget, string>
  readonly progressUrls: ReadonlyMap<DatabaseTarget, string>
}

/** Reads the file and the environment; throws one ConfigError with everything that is wrong. */
export function readConfig(path: string, env: Readonly<Record<string, string | undefined>>): AgentConfig {
  const source = readText(path, 'the configuration')
  const base = readSettings({ name: path, text: source }, env, settings)
  const problems: string[] = []
  const token = env[base['server.token_env']] ?? ''
  if (!/^dba_[A-Za-z0-9._-]+_[A-Za-z0-9_-]{43}$/.test(token)) {
    problems.push(`${base['server.token_env']} must hold this agent's token for the server (dba_..._...)`)
  }
  const urls = new Map<DatabaseTarget, string>()
  const progressUrls = new Map<DatabaseTarget, string>()
  const names = new Set<string>()
  for (const one of base.databases) {
    const name = `${one.repository} ${one.database}@${one.environment}`
    if (names.has(name)) problems.push(`databases: ${name} is listed twice`)
    names.add(name)
    if (one.branches.length === 0) problems.push(`databases: ${name} needs at least one branch`)
    const url = env[one.url_env] ?? ''
    problems.push(...wrongAddress(one.engine, one.url_env, url).map((why) => `${why}, for ${name}`))
    urls.set(one, url)
    const progress = one.progress_url_env
    if (progress === null && one.engine !== 'postgres') {
      problems.push(`databases: ${name} needs progress_url_env, as its engine is ${one.engine}`)
    }
    if (progress !== null && one.engine === 'postgres') {
      problems.push(`databases: ${name} must not have progress_url_env, which postgres does not need`)
    }
    if (progress !== null && one.engine !== 'postgres') {
      const second = env[progress] ?? ''
      problems.push(...wrongAddress(one.engine, progress, second).map((why) => `${why}, for ${name}`))
      progressUrls.set(one, second)
    }
  }
  if (base['trust.threshold'] > base['trust.roots'].length) {
    problems.push(`trust.threshold is ${base['trust.threshold']}, with ${base['trust.roots'].length} roots`)
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return { ...base, token, urls, progressUrls }
}

/** What is wrong with the address in a variable, in words that hold no part of it. */
function wrongAddress(engine: DatabaseTarget['engine'], variable: string, url: string): readonly string[] {
  if (engine === 'postgres') {
    return /^postgres(ql)?:\/\//.test(url) ? [] : [`${variable} must hold an address (postgres://...)`]
  }
  try {
    parseAddress(url)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map((one) => `${variable}: ${one}`)
  }
}

/** A file's text, or a ConfigError that names it. */
export function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new ConfigError([`${path}: cannot read ${what} (${(cause as NodeJS.ErrnoException).code})`], {
      cause,
    })
  }
}

/** The file with its permission bits, as `loadSigner` wants it. */
export function readKeyFile(path: string): { readonly text: string; readonly mode: number } | null {
  try {
    return { mode: statSync(path).mode, text: readFileSync(path, 'utf8') }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new ConfigError([`${path}: cannot read the key (${(cause as NodeJS.ErrnoException).code})`], {
      cause,
    })
  }
}
