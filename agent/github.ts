import { Refusal } from '@dbward/protocol/errors'
import type { GitHubReader } from '@dbward/protocol/github'
import { readerBy } from '@dbward/protocol/reader'
import { integer, open } from '@dbward/protocol/shape'
import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'

const timeoutMs = 10_000

/**
 * The agent's own eyes: a GitHub App of its own with read permissions only (agent/app.yml), never the server's. The
 * reader takes GET routes and nothing else, so that nothing here could approve, merge or comment by mistake.
 */
export function createGitHub(config: {
  readonly apiUrl: string
  readonly appId: number
  readonly privateKey: string
  readonly fetch?: typeof globalThis.fetch
}): (repository: string) => Promise<GitHubReader> {
  const shared = {
    baseUrl: config.apiUrl,
    userAgent: 'dbward-agent',
    log: silent,
    request: { fetch: timed(config.fetch) },
  }
  const auth = { appId: config.appId, privateKey: config.privateKey }
  const app = new Octokit({ ...shared, authStrategy: createAppAuth, auth })
  const installations = new Map<string, Promise<Octokit>>()

  const install = async (repository: string): Promise<Octokit> => {
    const [owner = '', repo = ''] = repository.split('/')
    const answer = await app.request('GET /repos/{owner}/{repo}/installation', { owner, repo })
    const installationId = open({ id: integer })(answer.data, 'installation').id
    return new Octokit({ ...shared, authStrategy: createAppAuth, auth: { ...auth, installationId } })
  }

  return async (repository) => {
    const kept = installations.get(repository) ?? install(repository)
    installations.set(repository, kept)
    kept.catch(() => installations.delete(repository))
    const octokit = await kept
    return readerBy(async (route, params) => {
      try {
        return await octokit.request(route, { ...params })
      } catch (error) {
        // An App that was installed anew has another installation, which is found out again the next time.
        if ([401, 403, 404].includes((error as { status?: number }).status ?? 0))
          installations.delete(repository)
        throw error
      }
    })
  }
}

/**
 * The same by a token that somebody else was given, such as that of a job of GitHub Actions. What it may not read is
 * refused: GitHub hides teams from a token without `members` behind a 404, which must not read as "is in no team".
 */
export function createTokenGitHub(config: {
  readonly apiUrl: string
  readonly token: string
  readonly fetch?: typeof globalThis.fetch
}): (repository: string) => Promise<GitHubReader> {
  const octokit = new Octokit({
    baseUrl: config.apiUrl,
    userAgent: 'dbward-agent',
    log: silent,
    request: { fetch: timed(config.fetch) },
    auth: config.token,
  })
  const reader = readerBy(async (route, params) => {
    try {
      return await octokit.request(route, { ...params })
    } catch (cause) {
      if (!mayNotRead(cause, route)) throw cause
      const what = route.replace(/^GET https?:.*/, 'the next page of a list')
      throw new Refusal(
        'GITHUB_CREDENTIAL',
        `the job's token may not read ${what}: give the job the permissions contents: read and pull-requests: read, and for teams the inputs verifier-app-id and verifier-private-key of an App as in agent/app.yml`,
        { cause },
      )
    }
  })
  return async () => reader
}

/** A limit of requests is answered by 403 too, and passes. */
function mayNotRead(error: unknown, route: string): boolean {
  const { status, response } = error as {
    readonly status?: number
    readonly response?: { readonly headers?: Readonly<Record<string, unknown>> }
  }
  if (status === 401) return true
  if (status === 404) return /^GET \/orgs\//.test(route)
  const headers = response?.headers ?? {}
  const limited = headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0'
  return status === 403 && !limited
}

function timed(by: typeof fetch = fetch): typeof fetch {
  return (input, init) => {
    const timeout = AbortSignal.timeout(timeoutMs)
    return by(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout })
  }
}

const quiet = () => undefined
const silent = { debug: quiet, info: quiet, warn: quiet, error: quiet }
