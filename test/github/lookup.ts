import { randomBytes } from 'node:crypto'
import type { Account, Issue, Org, PullIssue, Repo, World } from './world.ts'

export function accountByLogin(world: World, login: string): Account | undefined {
  const wanted = login.toLowerCase()
  return [...world.accounts.values()].find((account) => account.login.toLowerCase() === wanted)
}

export function orgByLogin(world: World, login: string): Org | undefined {
  const account = accountByLogin(world, login)
  return account && world.orgs.get(account.id)
}

export function repoByName(world: World, owner: string, name: string): Repo | undefined {
  const wanted = `${owner}/${name}`.toLowerCase()
  return [...world.repos.values()].find((repo) => fullName(repo).toLowerCase() === wanted)
}

export function fullName(repo: Repo): string {
  return `${repo.owner.login}/${repo.name}`
}

export function createAccount(
  world: World,
  login: string,
  type: Account['type'],
  more: { name?: string; email?: string; appSlug?: string } = {},
): Account {
  if (accountByLogin(world, login)) throw new Error(`expected a login that is free, got ${login}`)
  const id = world.nextId()
  const account: Account = {
    id,
    login,
    type,
    name: more.name ?? null,
    email: more.email ?? `${id}+${login}@users.noreply.github.com`,
    createdAt: world.now(),
    appSlug: more.appSlug ?? null,
  }
  world.accounts.set(id, account)
  return account
}

/** One after the other: whatever writes to a repository sees the refs it started from. */
export function exclusively<T>(repo: Repo, work: () => Promise<T>): Promise<T> {
  const done = repo.turn.then(work)
  repo.turn = done.catch(() => undefined)
  return done
}

export function secret(prefix: string, bytes = 18): string {
  return `${prefix}${randomBytes(bytes).toString('hex')}`
}

/** GitHub's time stamps have no fraction of a second. */
export function stamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}

export function isPull(issue: Issue): issue is PullIssue {
  return issue.pull !== null
}

/** The pull requests of a repository, oldest first. */
export function pullsOf(repo: Repo): PullIssue[] {
  return [...repo.issues.values()].filter(isPull)
}
