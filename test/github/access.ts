import { ApiError, type Ask, forbiddenToApp, type Needs, notFound } from './api.ts'
import type { Caller } from './auth.ts'
import { repoByName } from './lookup.ts'
import type { Account, Permissions, Repo, Role, World } from './world.ts'

const ROLES: readonly Role[] = ['read', 'triage', 'write', 'maintain', 'admin']

export function atLeast(role: Role | null, wanted: Role): boolean {
  return role !== null && ROLES.indexOf(role) >= ROLES.indexOf(wanted)
}

/** The highest role that an account has in a repository, from whatever gives it one. */
export function roleIn(world: World, repo: Repo, account: Account): Role | null {
  if (account.id === repo.owner.id) return 'admin'
  const org = world.orgs.get(repo.owner.id)
  if (org?.members.get(account.id) === 'admin') return 'admin'
  const roles: (Role | null)[] = [repo.collaborators.get(account.id) ?? null]
  // An organization's base permission is `read` unless somebody changes it.
  if (org?.members.has(account.id)) roles.push('read')
  for (const team of org?.teams.values() ?? []) {
    if (team.members.get(account.id)?.state === 'active') roles.push(repo.teams.get(team.id) ?? null)
  }
  return roles.reduce((best, role) => (role && !atLeast(best, role) ? role : best), null)
}

/** Does an installation, narrowed by its token, reach this repository? */
export function covers(caller: Caller & { kind: 'installation' }, repo: Repo): boolean {
  const { installation, repositories } = caller.token
  if (installation.account.id !== repo.owner.id) return false
  if (installation.selection !== 'all' && !installation.selection.has(repo.id)) return false
  return repositories === null || repositories.has(repo.id)
}

/** The repository that a path names, if the caller can see it at all. */
export function visibleRepo(world: World, caller: Caller, owner: string, name: string): Repo | null {
  const repo = repoByName(world, owner, name)
  if (!repo) return null
  if (caller.kind === 'installation' && covers(caller, repo)) return repo
  if (caller.kind === 'user' && roleIn(world, repo, caller.account)) return repo
  return repo.private ? null : repo
}

/** The repository of a request whose caller may do what the operation needs. */
export function repoFor(ask: Ask, needs: Needs, writes: boolean): Repo {
  const { owner = '', repo: name = '' } = ask.params
  const repo = visibleRepo(ask.world, ask.caller, owner, name)
  if (!repo) throw redirected(ask, owner, name, writes) ?? notFound()
  mayUse(ask, repo, needs, writes)
  return repo
}

function mayUse({ world, caller }: Ask, repo: Repo, needs: Needs, writes: boolean): void {
  if (caller.kind === 'app') throw new ApiError(401, 'A JSON web token can not be used here')
  if (caller.kind === 'anonymous') {
    if (writes) throw new ApiError(401, 'Requires authentication')
    return
  }
  if (caller.kind === 'installation') {
    // Stricter than GitHub where a repository is public and installed: an App that forgot to ask
    // for a permission should fail here and not at the first private repository.
    if (covers(caller, repo) ? !grants(caller.token.permissions, needs.app) : writes) {
      throw new ApiError(403, 'Resource not accessible by integration', { headers: accepted(needs) })
    }
    return
  }
  if (needs.user === 'nobody') {
    throw new ApiError(403, 'You must authenticate via a GitHub App.')
  }
  const role = roleIn(world, repo, caller.account) ?? (repo.private ? null : 'read')
  if (!atLeast(role, needs.user)) throw new ApiError(403, 'Must have sufficient rights to this repository.')
}

export function grants(held: Permissions, needed: Needs['app']): boolean {
  return alternatives(needed).some((set) =>
    Object.entries(set).every(([name, level]) => held[name] === 'write' || held[name] === level),
  )
}

export function accepted(needs: Needs): Record<string, string> {
  const sets = alternatives(needs.app).map((set) =>
    Object.entries(set)
      .map(([name, level]) => `${name}=${level}`)
      .join(','),
  )
  return { 'x-accepted-github-permissions': sets.join('; ') }
}

/** What an App needs of an organization; somebody outside of it sees nothing. */
export function orgAccess(ask: Ask, orgId: number, hidden: boolean): void {
  const { world, caller } = ask
  if (caller.kind === 'user') {
    if (!world.orgs.get(orgId)?.members.has(caller.account.id)) throw notFound()
    return
  }
  if (caller.kind !== 'installation' || caller.token.installation.account.id !== orgId) throw notFound()
  if (caller.token.permissions.members) return
  throw hidden ? notFound() : forbiddenToApp()
}

function alternatives(needed: Needs['app']): readonly Permissions[] {
  return Array.isArray(needed) ? needed : [needed as Permissions]
}

/** GitHub answers for a renamed repository with its id, and keeps the method with 307. */
function redirected(ask: Ask, owner: string, name: string, writes: boolean): ApiError | null {
  const id = ask.world.renamed.get(`${owner}/${name}`.toLowerCase())
  const repo = id === undefined ? undefined : ask.world.repos.get(id)
  if (!repo || !visibleRepo(ask.world, ask.caller, repo.owner.login, repo.name)) return null
  const rest = new URL(ask.url).pathname.replace(/^(\/api\/v3)?\/repos\/[^/]+\/[^/]+/, '')
  const url = `${ask.world.url}/repositories/${repo.id}${rest}${new URL(ask.url).search}`
  return new ApiError(writes ? 307 : 301, writes ? 'Temporary Redirect' : 'Moved Permanently', {
    headers: { location: url },
    more: { url },
  })
}
