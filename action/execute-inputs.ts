import type { DatabaseTarget } from '@dbward/agent/config'
import { ConfigError } from '@dbward/protocol/errors'
import { type AgentId, branchName, parseAgentId, plainName, repoName } from '@dbward/protocol/ids'
import { type LocalSigner, parseSigner } from '@dbward/protocol/keys'
import { address, wholeNumber } from '@dbward/protocol/settings'
import { matching, nullable, oneOf, type Parser, ShapeError } from '@dbward/protocol/shape'
import { maskSecrets } from './execute-secrets.ts'
import { readTrust, type Trust } from './execute-trust.ts'
import type { ActionWorld } from './world.ts'

/** Everything that one run of execute mode is told: by its inputs, and by the runner about the job itself. */
export type ExecuteInputs = {
  readonly server: string
  readonly audience: string
  readonly agent: AgentId
  readonly signer: LocalSigner
  readonly trust: Trust
  readonly target: DatabaseTarget
  readonly url: string
  /** MySQL and MariaDB: the account that writes progress. */
  readonly progressUrl: string | null
  readonly github: GitHubAccess
  /** The repository with the organisation's floor. */
  readonly floorRepository: string | null
  readonly waitMs: number
  readonly temporary: string
  readonly job: JobFacts
}

/** The read-only App of agents where there is one, and otherwise the job's own token. */
export type GitHubAccess = { readonly apiUrl: string } & (
  | { readonly by: 'app'; readonly appId: number; readonly privateKey: string }
  | { readonly by: 'token'; readonly token: string }
)

export type JobFacts = {
  readonly repository: string
  readonly repositoryId: number
  readonly sha: string
  readonly runId: string
  readonly runAttempt: string
}

/**
 * Reads the inputs of execute mode, secrets masked before anything else is done with them. Throws one ConfigError that
 * says everything that is missing or wrong, and the value of no secret.
 */
export function readInputs(world: ActionWorld): ExecuteInputs {
  maskSecrets(world)
  const { env } = world
  const engine = world.input('engine')
  const given = <T>(name: string, parse: Parser<T>, fallback?: T): T => {
    const value = world.input(name)
    if (value !== '') return unquoted(() => parse(value, name))
    if (fallback !== undefined) return fallback
    throw new ConfigError([`${name} is missing; docs/action.md says what it is`])
  }
  const found = readAll({
    server: () => given('server-url', address),
    audience: () =>
      given('audience', matching(/^[\x21-\x7e]{8,255}$/, '8 to 255 characters, no white space')),
    agent: () => given('agent-id', parseAgentId),
    signer: () => given('agent-key', (text, at) => parseSigner(String(text), 'agent', at)),
    trust: () => readTrust(world),
    database: () => given('database', plainName),
    environment: () => given('environment', plainName),
    engine: () => given('engine', oneOf('postgres', 'mysql', 'mariadb')),
    url: () => given('database-url', databaseUrl(engine)),
    progressUrl: () =>
      engine === 'mysql' || engine === 'mariadb' ? given('progress-url', databaseUrl(engine)) : null,
    branches: () => readBranches(world),
    floor: () => given('min-approvals', wholeNumber(0, 100), 0),
    floorRepository: () => given('floor-repository', nullable(repoName), null),
    github: () => readGitHub(world),
    wait: () => given('wait-minutes', wholeNumber(1, 350), 30),
    temporary: () =>
      matching(/^\/|^[A-Za-z]:/, 'the folder of the runner for temporary files')(
        env.RUNNER_TEMP,
        'RUNNER_TEMP',
      ),
    repository: () => repoName(env.GITHUB_REPOSITORY, 'GITHUB_REPOSITORY'),
    repositoryId: () =>
      wholeNumber(1, Number.MAX_SAFE_INTEGER)(env.GITHUB_REPOSITORY_ID, 'GITHUB_REPOSITORY_ID'),
    sha: () => matching(/^[0-9a-f]{40}$/, '40 hex digits')(env.GITHUB_SHA, 'GITHUB_SHA'),
    runId: () => matching(/^[1-9]\d{0,19}$/, 'a number')(env.GITHUB_RUN_ID, 'GITHUB_RUN_ID'),
    runAttempt: () => matching(/^[1-9]\d{0,5}$/, 'a number')(env.GITHUB_RUN_ATTEMPT, 'GITHUB_RUN_ATTEMPT'),
  })
  const { repository, repositoryId, sha, runId, runAttempt } = found
  return {
    server: found.server,
    audience: found.audience,
    agent: found.agent,
    signer: found.signer,
    trust: found.trust,
    target: {
      repository,
      repository_id: repositoryId,
      branches: found.branches,
      database: found.database,
      environment: found.environment,
      engine: found.engine,
      // The address is an input here, and no variable.
      url_env: 'DATABASE_URL',
      progress_url_env: null,
      min_approvals: found.floor,
      policies: null,
      require_protection: null,
      allow_weak_tripwire: null,
    },
    url: found.url,
    progressUrl: found.progressUrl,
    github: found.github,
    floorRepository: found.floorRepository,
    waitMs: found.wait * 60_000,
    temporary: found.temporary,
    job: { repository, repositoryId, sha, runId, runAttempt },
  }
}

/** A secret that was put into the wrong input must not be in the message about it. */
function unquoted<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    throw new ConfigError([error.message.replace(/, got .*$/s, ', got something else')])
  }
}

type Readers = Readonly<Record<string, () => unknown>>

function readAll<S extends Readers>(readers: S): { readonly [K in keyof S]: ReturnType<S[K]> } {
  const problems: string[] = []
  const entries = Object.entries(readers).map(([name, read]) => {
    try {
      return [name, read()]
    } catch (error) {
      if (error instanceof ConfigError) problems.push(...error.problems)
      else if (error instanceof ShapeError) problems.push(error.message)
      else throw error
      return [name, undefined]
    }
  })
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.fromEntries(entries) as { readonly [K in keyof S]: ReturnType<S[K]> }
}

/** What is wrong with an address of a database is said without the address. */
function databaseUrl(engine: string): Parser<string> {
  const scheme = schemes[engine] ?? /^(postgres(ql)?|mysql|mariadb):$/
  return (value, at) => {
    const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null
    if (url !== null && scheme.test(url.protocol) && typeof value === 'string') return value
    throw new ConfigError([`${at}: expected the address of a database of this engine, got something else`])
  }
}
const schemes: Readonly<Record<string, RegExp>> = {
  postgres: /^postgres(ql)?:$/,
  mysql: /^(mysql|mariadb):$/,
  mariadb: /^(mysql|mariadb):$/,
}

/** The branch of the run is one of them in any case: a merge into another branch is not this run's. */
function readBranches(world: ActionWorld): readonly string[] {
  const [, own] = /^refs\/heads\/(.+)$/.exec(world.env.GITHUB_REF ?? '') ?? []
  if (own === undefined) {
    throw new ConfigError([
      'execute mode runs for a branch: expected GITHUB_REF to be refs/heads/..., got another one; run it on push or workflow_dispatch',
    ])
  }
  const said = world.input('branches')
  const listed = said.split(/[\s,]+/).filter((one) => one !== '')
  const branches = (listed.length === 0 ? [own] : listed).map((one) =>
    unquoted(() => branchName(one, 'branches')),
  )
  if (branches.includes(own)) return branches
  throw new ConfigError([`branches: this run is on ${own}, which is not among them`])
}

function readGitHub(world: ActionWorld): GitHubAccess {
  const apiUrl = address(world.env.GITHUB_API_URL ?? 'https://api.github.com', 'GITHUB_API_URL')
  const [appId, privateKey] = [world.input('verifier-app-id'), world.input('verifier-private-key')]
  if (appId !== '' && privateKey !== '') {
    const id = unquoted(() => wholeNumber(1, Number.MAX_SAFE_INTEGER)(appId, 'verifier-app-id'))
    if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(privateKey))
      return { by: 'app', apiUrl, appId: id, privateKey }
    throw new ConfigError(['verifier-private-key: expected a private key in PEM, got something else'])
  }
  if (appId !== '' || privateKey !== '') {
    throw new ConfigError(['verifier-app-id and verifier-private-key: expected both or none'])
  }
  const token = world.input('github-token')
  if (/^[\x21-\x7e]{10,}$/.test(token)) return { by: 'token', apiUrl, token }
  throw new ConfigError(['github-token is missing: expected the token of the job (github.token)'])
}
