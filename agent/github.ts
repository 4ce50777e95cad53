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
}): (repository: string) => Promise<GitHubReader> {
  const shared = {
    baseUrl: config.apiUrl,
    userAgent: 'dbward-agent',
    log: silent,
    request: { fetch: timedFetch },
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

const timedFetch: typeof fetch = (input, init) => {
  const timeout = AbortSignal.timeout(timeoutMs)
  return fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout })
}

const quiet = () => undefined
const silent = { debug: quiet, info: quiet, warn: quiet, error: quiet }
