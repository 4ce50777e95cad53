import { createTokenGitHub } from '@dbward/agent/github'
import { ConfigError, Refusal, Undecidable } from '@dbward/protocol/errors'
import type { GitHubReader } from '@dbward/protocol/github'
import { printable } from './files.ts'
import { UsageError, type World } from './world.ts'

/** The repository that is meant: what the option says, or where a job of GitHub Actions runs. */
export function repositoryOf(given: string | undefined, { env }: World): string {
  const name = given ?? env.GITHUB_REPOSITORY ?? ''
  if (/^[\w.-]+\/[\w.-]+$/.test(name)) return name
  throw new UsageError(
    `expected --repo OWNER/REPO (or GITHUB_REPOSITORY), got ${name === '' ? 'none' : printable(name)}`,
  )
}

/** Reads GitHub with the operator's own token, by GET and nothing else. */
export async function operatorGitHub(repository: string, { env }: World): Promise<GitHubReader> {
  const token = env.GITHUB_TOKEN ?? env.GH_TOKEN ?? ''
  if (token === '') {
    throw new ConfigError([
      'GITHUB_TOKEN is missing: set it (or GH_TOKEN) to a token of yours that may read this repository; gh auth token prints one',
    ])
  }
  const apiUrl = env.GITHUB_API_URL ?? 'https://api.github.com'
  return seeingTeams(await createTokenGitHub({ apiUrl, token })(repository))
}

/**
 * GitHub answers 404 for somebody who is not in a team, and for a team that the token may not see. Whether the team shows
 * tells the two apart; where it does not, nobody knows who is in it.
 */
function seeingTeams(github: GitHubReader): GitHubReader {
  const one: GitHubReader['one'] = async (route, params) => {
    try {
      return await github.one(route, params)
    } catch (error) {
      const { org, team_slug } = params
      const missing = (error as { readonly cause?: { readonly status?: unknown } }).cause
      if (!route.endsWith('/memberships/{username}') || missing?.status !== 404) throw error
      if (org === undefined || team_slug === undefined) throw error
      await github.one('GET /orgs/{org}/teams/{team_slug}', { org, team_slug })
      throw missing
    }
  }
  return { one, all: github.all }
}

/** What GitHub does not say decides nothing, and the operator can mend it: exit code 78. */
export async function asking<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof ConfigError || error instanceof UsageError) throw error
    throw new ConfigError([`${printable(what)}: ${printable(reasonOf(error))}`], { cause: error })
  }
}

function reasonOf(error: unknown): string {
  const { status } = error as { readonly status?: unknown }
  if (error instanceof Refusal && error.code === 'GITHUB_CREDENTIAL') {
    const [route = ''] = error.message.replace(/^the job's token may not read /, '').split(':')
    return `your token may not read ${route}; give it contents, pull requests, metadata and, for teams, members of the organization (read:org), to read`
  }
  if (status === 404) return 'GitHub knows no such thing, or your token may not see it'
  if (error instanceof Undecidable) return error.message
  return `GitHub did not answer in full (${typeof status === 'number' ? `status ${status}` : messageOf(error)}); try again`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'no answer'
}
