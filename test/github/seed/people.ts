import { emitToOrg } from '../events.ts'
import { createAccount, secret } from '../lookup.ts'
import { simpleUser, teamFull } from '../render/people.ts'
import type { Account, Role, Team, TeamMember, World } from '../world.ts'
import { expectAccount, expectOrg, expectRepo, expectTeam, person } from './expect.ts'

export function user(
  world: World,
  login: string,
  options: { readonly name?: string; readonly email?: string; readonly type?: 'User' | 'Bot' } = {},
): { id: number; login: string; token: string } {
  const { type = 'User', ...more } = options
  const account = createAccount(world, login, type, more)
  const token = secret('ghp_')
  world.userTokens.set(token, account)
  return { id: account.id, login, token }
}

export function org(world: World, login: string): { id: number; login: string } {
  const account = createAccount(world, login, 'Organization')
  world.orgs.set(account.id, { account, members: new Map(), teams: new Map() })
  return { id: account.id, login }
}

export function orgMember(
  world: World,
  name: string,
  login: string,
  role: 'admin' | 'member' = 'member',
): void {
  expectOrg(world, name).members.set(expectAccount(world, login).id, role)
}

export function team(
  world: World,
  orgName: string,
  slug: string,
  logins: readonly string[] = [],
  options: { readonly privacy?: 'closed' | 'secret'; readonly parent?: string } = {},
): { id: number; slug: string } {
  const organization = expectOrg(world, orgName)
  const made: Team = {
    id: world.nextId(),
    slug,
    org: organization,
    privacy: options.privacy ?? 'closed',
    parent: options.parent ?? null,
    members: new Map(),
    createdAt: world.now(),
  }
  organization.teams.set(slug, made)
  for (const login of logins) teamAdd(world, orgName, slug, login)
  return { id: made.id, slug }
}

/** Joining a team makes somebody a member of its organization, unless the invitation is still pending. */
export function teamAdd(
  world: World,
  orgName: string,
  slug: string,
  login: string,
  options: Partial<TeamMember> = {},
): void {
  const to = expectTeam(world, orgName, slug)
  const account = expectAccount(world, login)
  const member: TeamMember = { role: options.role ?? 'member', state: options.state ?? 'active' }
  if (member.state === 'active' && !to.org.members.has(account.id)) to.org.members.set(account.id, 'member')
  to.members.set(account.id, member)
  if (member.state === 'active') emitMembership(world, to, account, 'added')
}

export function teamRemove(world: World, orgName: string, slug: string, login: string): void {
  const from = expectTeam(world, orgName, slug)
  const account = expectAccount(world, login)
  if (from.members.delete(account.id)) emitMembership(world, from, account, 'removed')
}

export function teamRepo(world: World, orgName: string, slug: string, repoName: string, role: Role): void {
  expectRepo(world, repoName).teams.set(expectTeam(world, orgName, slug).id, role)
}

function emitMembership(world: World, of: Team, member: Account, action: 'added' | 'removed'): void {
  const { organization: _, ...told } = teamFull(world, of)
  emitToOrg(world, of.org.account, {
    event: 'membership',
    action,
    sender: person(world, of.org.account),
    body: { scope: 'team', member: simpleUser(world, member), team: told },
  })
}
