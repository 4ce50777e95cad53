import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ConfigError } from '@dbward/protocol/errors'
import { parseAgentId, plainName, repoName } from '@dbward/protocol/ids'
import { type KeyRole, loadSigner, parsePublicFile } from '@dbward/protocol/keys'
import { address, readSettings, type SettingsOf, wholeNumber } from '@dbward/protocol/settings'
import { closed, list, matching, nullable, oneOf, ShapeError, sha256Hex } from '@dbward/protocol/shape'
import { actionsRule } from './actions-rule.ts'
import { targetPattern } from './flow/queue.ts'
import { readKeyFile, readSecret } from './keys/read.ts'
import { logLevels } from './log.ts'

/** A file that a setting names and that cannot be used: the sentence stands as it is. */
class Unusable extends ShapeError {
  constructor(at: string, problem: string) {
    super(at, 'a file that can be used', null)
    this.message = `${at}: ${problem}`
  }
}

const path = matching(/^[^\0]+$/, 'a path')
const entry = closed({
  id: parseAgentId,
  token_sha256: nullable(sha256Hex),
  actions: nullable(actionsRule),
  databases: list(matching(targetPattern, 'database@environment, or owner/name:database@environment'), 200),
  public_key: path,
})

const operator = closed({ id: parseAgentId, token_sha256: sha256Hex })

/** Every setting of the server; docs/configuration.md explains them, and a test holds the two together. */
export const settings = {
  'server.id': {
    env: 'DBWARD_SERVER_ID',
    parse: plainName,
    about: 'the name of this server in what it signs; the trust bundle lists its keys under it',
  },
  'server.listen.host': {
    env: 'DBWARD_SERVER_HOST',
    parse: matching(/^[A-Za-z0-9.:_-]{1,255}$/, 'a host or an address'),
    fallback: '127.0.0.1',
    about: 'where to listen; a proxy that speaks TLS stands in front',
  },
  'server.listen.port': {
    env: 'DBWARD_SERVER_PORT',
    parse: wholeNumber(0, 65_535),
    fallback: 3_000,
    about: 'the port to listen on; 0 takes a free one',
  },
  'server.public_url': {
    env: 'DBWARD_PUBLIC_URL',
    parse: address,
    about: 'the address under which GitHub and agents reach this server',
  },
  'store.path': { env: 'DBWARD_STORE', parse: path, about: 'the SQLite file that keeps all state' },
  'github.api_url': {
    env: 'DBWARD_GITHUB_API_URL',
    parse: address,
    fallback: 'https://api.github.com',
    about: "GitHub's REST API",
  },
  'github.app_id': {
    env: 'DBWARD_GITHUB_APP_ID',
    parse: wholeNumber(1, Number.MAX_SAFE_INTEGER),
    about: 'the id of the GitHub App',
  },
  'github.private_key': {
    env: 'DBWARD_GITHUB_PRIVATE_KEY',
    parse: pem,
    about: "the file of the GitHub App's private key",
  },
  'github.webhook_secret': {
    env: 'DBWARD_GITHUB_WEBHOOK_SECRET',
    parse: secret('DBWARD_GITHUB_WEBHOOK_SECRET'),
    about: "the file of the App's webhook secret; only the environment variable holds the secret itself",
  },
  'github.webhook_secret_previous': {
    env: 'DBWARD_GITHUB_WEBHOOK_SECRET_PREVIOUS',
    parse: secret('DBWARD_GITHUB_WEBHOOK_SECRET_PREVIOUS'),
    fallback: null,
    about: 'the webhook secret before this one, for as long as GitHub may still use it',
  },
  'keys.authz': { env: 'DBWARD_KEY_AUTHZ', parse: signer('authz'), about: 'the key for authorizations' },
  'keys.exec': { env: 'DBWARD_KEY_EXEC', parse: signer('exec'), about: 'the key for tokens' },
  'keys.checkpoint': {
    env: 'DBWARD_KEY_CHECKPOINT',
    parse: signer('checkpoint'),
    about: 'the key for checkpoints of the audit log',
  },
  agents: {
    parse: agents,
    fallback: [],
    about:
      'the agents that may ask for work: id, SHA-256 of the token or the job of GitHub Actions, databases, file of the public key',
  },
  operators: {
    parse: operators,
    fallback: [],
    about:
      'who may ask how things stand (dbward status): id and SHA-256 of the token; it opens no other door',
  },
  'actions.issuer': {
    env: 'DBWARD_ACTIONS_ISSUER',
    parse: address,
    fallback: 'https://token.actions.githubusercontent.com',
    about: 'who signs what a job of GitHub Actions says of itself',
  },
  'actions.audience': {
    env: 'DBWARD_ACTIONS_AUDIENCE',
    parse: matching(/^[\x21-\x7e]{8,255}$/, '8 to 255 characters without white space'),
    fallback: null,
    about: 'the audience that a job must ask its token for; an agent with actions needs it',
  },
  lease_seconds: {
    env: 'DBWARD_LEASE_SECONDS',
    parse: wholeNumber(2, 3_600),
    fallback: 60,
    about: 'after how long an agent that says nothing is thought lost',
  },
  sweep_seconds: {
    env: 'DBWARD_SWEEP_SECONDS',
    parse: wholeNumber(1, 86_400),
    fallback: 300,
    about: 'how often to look for what no webhook told',
  },
  'policy.floor_repository': {
    env: 'DBWARD_POLICY_FLOOR_REPOSITORY',
    parse: repoName,
    fallback: null,
    about: "the repository with the organisation's floor, such as acme/.github",
  },
  'log.level': {
    env: 'DBWARD_LOG_LEVEL',
    parse: oneOf(...logLevels),
    fallback: 'info' as const,
    about: 'how much to log',
  },
} as const

export type Config = SettingsOf<typeof settings>
export type ConfiguredAgent = Config['agents'][number]

/** Reads the file and the environment; throws one ConfigError with everything that is wrong. */
export function readConfig(file: string, env: Readonly<Record<string, string | undefined>>): Config {
  const source = readSource(file)
  const problems = databaseAddresses(file, source, env)
  try {
    const config = readSettings({ name: file, text: source }, env, settings)
    if (config['actions.audience'] === null && config.agents.some((one) => one.actions !== null)) {
      problems.push(
        'actions.audience is missing: an agent with actions needs it; choose one for this server alone',
      )
    }
    if (problems.length === 0) return config
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    problems.push(...error.problems)
  }
  throw new ConfigError(problems)
}

function readSource(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new ConfigError([`${file}: expected the configuration, got ${code}`], { cause })
  }
}

/** The server holds no credential of a database and reaches none: an address of one here is a mistake to be stopped. */
function databaseAddresses(
  file: string,
  source: string,
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const address = /\b(?:postgres(?:ql)?|mysql|mariadb):\/\//i
  const fix = 'the server must never hold one; give it to the agent'
  const found = source
    .split('\n')
    .flatMap((line, i) =>
      address.test(line) ? [`${file}:${i + 1}: looks like a database's address; ${fix}`] : [],
    )
  const variables = Object.entries(env).flatMap(([name, value]) =>
    name.startsWith('DBWARD_') && address.test(value ?? '')
      ? [`${name}: looks like a database's address; ${fix}`]
      : [],
  )
  return [...found, ...variables]
}

function pem(value: unknown, at: string): string {
  const file = path(value, at)
  const found = usable(at, () => readSecret(file, "the GitHub App's private key"))
  try {
    createPrivateKey(found)
  } catch {
    throw new Unusable(
      at,
      `${file}: expected a private key in PEM, as GitHub hands it out, got something else`,
    )
  }
  return found
}

/** From the environment the secret itself, from the file the path of one. Its errors never say the value. */
function secret(variable: string): (value: unknown, at: string) => string {
  return (value, at) => {
    const given = typeof value === 'string' ? value : ''
    if (at !== variable && !/[/\\]/.test(given)) {
      const problem = `expected the path of a file; the secret itself must not stand here (set ${variable}, or write ./FILE)`
      throw new Unusable(at, problem)
    }
    const found = at === variable ? given : usable(at, () => readSecret(given, 'the webhook secret'))
    if (found.length < 16) throw new Unusable(at, 'expected a secret of at least 16 characters, got fewer')
    return found
  }
}

function signer(role: KeyRole) {
  return (value: unknown, at: string) => {
    const file = path(value, at)
    return usable(at, () => loadSigner(file, role, readKeyFile))
  }
}

function agents(value: unknown, at: string) {
  const found = list(entry, 1_000)(value, at).map((one) => ({
    ...one,
    publicKey: usable(`${at}: ${one.id}`, () => readPublicKey(one.public_key)),
  }))
  for (const one of found) {
    if ((one.token_sha256 === null) === (one.actions === null)) {
      throw new Unusable(`${at}: ${one.id}`, 'expected either token_sha256 or actions, got both or none')
    }
    // A job has the address of one database, and would be given the turns of the others, too.
    if (one.actions !== null && one.databases.length !== 1) {
      throw new Unusable(
        `${at}: ${one.id}`,
        `expected one database for a job of Actions, got ${one.databases.length}; give each an agent of its own`,
      )
    }
  }
  for (const member of ['id', 'token_sha256'] as const) {
    const given = found.map((one) => one[member]).filter((one) => one !== null)
    if (new Set(given).size < given.length) {
      throw new Unusable(at, `expected every ${member} once, got one twice`)
    }
  }
  return found
}

function operators(value: unknown, at: string) {
  const found = list(operator, 100)(value, at)
  for (const member of ['id', 'token_sha256'] as const) {
    if (new Set(found.map((one) => one[member])).size < found.length) {
      throw new Unusable(at, `expected every ${member} once, got one twice`)
    }
  }
  return found
}

function readPublicKey(file: string) {
  const found = readKeyFile(file)
  if (found !== null) return parsePublicFile(found.text, 'agent', file)
  throw new ConfigError([
    `${file}: expected the agent's public key, got no file; dbward keys generate makes both`,
  ])
}

function usable<T>(at: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof ConfigError) throw new Unusable(at, error.message)
    throw error
  }
}
