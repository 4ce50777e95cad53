import { account, repository } from '@dbward/protocol/github'
import { flag, gitId, integer, list, nullable, open, type Parser, record, text } from '@dbward/protocol/shape'
import type { Probot, ProbotOctokit } from 'probot'
import { attemptDelivery, hookDeliveries } from './deliveries.ts'
import type { Permissions } from './permissions.ts'
import { type Octokit, reader } from './reader.ts'

export type InstalledRepository = {
  readonly octokit: Octokit
  readonly installationId: number
  /** As GitHub names it now: after a rename the name that was asked for is another one. */
  readonly repo: { readonly id: number; readonly name: string }
}
export type GitHub = ReturnType<typeof createGitHub>

/** An installation that was moved or narrowed is noticed after this time at the latest. */
const keptMs = 10 * 60_000

/**
 * GitHub as our App sees it. Every error keeps the HTTP `status`; what GitHub answers is parsed here, so that a broken
 * answer is an error and never an empty one.
 */
export function createGitHub({
  probot,
  now = Date.now,
}: {
  readonly probot: Probot
  readonly now?: () => number
}) {
  const clients = new Map<number, Promise<ProbotOctokit>>()
  const found = new Map<string, { readonly until: number; readonly answer: Promise<InstalledRepository> }>()
  const asApp = () => probot.auth()

  /** One client an installation, as GitHub's limits are an installation's too. */
  function client(installationId: number): Promise<ProbotOctokit> {
    const kept = clients.get(installationId) ?? probot.auth(installationId)
    clients.set(installationId, kept)
    return kept
  }

  async function find(fullName: string): Promise<InstalledRepository> {
    const app = reader(await asApp())
    const answer = await app.one('GET /repos/{owner}/{repo}/installation', ownerAndRepo(fullName))
    const { id } = open({ id: integer })(answer, 'installation')
    const octokit = await client(id)
    const repo = repository(
      await reader(octokit).one('GET /repos/{owner}/{repo}', ownerAndRepo(fullName)),
      'repo',
    )
    return { octokit, installationId: id, repo: { id: repo.id, name: repo.full_name } }
  }

  /** Kept for a while; what failed is not kept, so that a repository without our App is asked for again. */
  function forRepository(fullName: string): Promise<InstalledRepository> {
    const kept = found.get(fullName)
    if (kept !== undefined && kept.until > now()) return kept.answer
    const answer = find(fullName)
    found.set(fullName, { until: now() + keptMs, answer })
    answer.catch(() => forget(fullName))
    return answer
  }

  function forget(fullName: string): void {
    found.delete(fullName)
  }

  async function self() {
    const answer = await reader(await asApp()).one('GET /app', {})
    const app = open({ id: integer, slug: text, permissions })(answer, 'app')
    return { id: app.id, slug: app.slug, permissions: app.permissions }
  }

  async function installations() {
    const answer = await reader(await asApp()).all('GET /app/installations', {})
    return answer.map((one, i) => installation(one, `installations[${i}]`))
  }

  async function installationRepositories(installationId: number) {
    const answer = await reader(await client(installationId)).all('GET /installation/repositories', {})
    return answer.map((one, i) => {
      const { id, full_name } = repository(one, `repositories[${i}]`)
      return { id, name: full_name }
    })
  }

  async function deliveries(since: Date) {
    return hookDeliveries(await asApp(), since)
  }

  async function attempt(deliveryId: number) {
    return attemptDelivery(await asApp(), deliveryId)
  }

  async function openPulls(fullName: string): Promise<readonly ListedPull[]> {
    const { octokit } = await forRepository(fullName)
    const params = { ...ownerAndRepo(fullName), state: 'open' }
    return (await reader(octokit).all('GET /repos/{owner}/{repo}/pulls', params)).map(listed)
  }

  /** Those that were closed or changed since, merged ones too; read from the newest on. */
  async function recentlyClosedPulls(fullName: string, since: Date): Promise<readonly ListedPull[]> {
    const { octokit } = await forRepository(fullName)
    const params = {
      ...ownerAndRepo(fullName),
      state: 'closed',
      sort: 'updated',
      direction: 'desc',
      per_page: 20,
    }
    const pulls: ListedPull[] = []
    for (let page = 1; ; page++) {
      const answer = await reader(octokit).one('GET /repos/{owner}/{repo}/pulls', { ...params, page })
      const next = list(pulled)(answer, 'pulls').map(toListed)
      const recent = next.filter((one) => Date.parse(one.updatedAt) >= since.getTime())
      pulls.push(...recent)
      if (recent.length < next.length || next.length < params.per_page) return pulls
    }
  }

  return {
    forRepository,
    forget,
    self,
    installations,
    installationRepositories,
    deliveries,
    attempt,
    openPulls,
    recentlyClosedPulls,
  }
}

/**
 * True for an answer that somebody gets who is not installed there any more. An App that was installed anew has another
 * installation, so what was found out before is to be forgotten; for any other reason it is found out again.
 */
export function lostAccess(error: unknown): boolean {
  return [401, 403, 404].includes((error as { status?: number } | null)?.status ?? 0)
}

export type ListedPull = {
  readonly number: number
  readonly head: string
  readonly base: string
  readonly updatedAt: string
  readonly merged: boolean
}

export function ownerAndRepo(fullName: string): { readonly owner: string; readonly repo: string } {
  const [owner = '', repo = ''] = fullName.split('/')
  return { owner, repo }
}

const permissions: Parser<Permissions> = (value, at) =>
  Object.fromEntries(
    Object.entries(record(value, at)).map(([key, level]) => [key, text(level, `${at}.${key}`)]),
  )

const installation = open({
  id: integer,
  account: nullable(account),
  permissions,
  suspended_at: nullable(text),
})

const pulled = open({
  number: integer,
  draft: nullable(flag),
  updated_at: text,
  merged_at: nullable(text),
  head: open({ sha: gitId }),
  base: open({ ref: text }),
})

function listed(value: unknown, i: number): ListedPull {
  return toListed(pulled(value, `pulls[${i}]`))
}

function toListed(one: ReturnType<typeof pulled>): ListedPull {
  return {
    number: one.number,
    head: one.head.sha,
    base: one.base.ref,
    updatedAt: one.updated_at,
    merged: one.merged_at !== null,
  }
}
