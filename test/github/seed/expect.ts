import { accountByLogin, orgByLogin, repoByName } from '../lookup.ts'
import type { Account, Org, Repo, Team, World } from '../world.ts'

export function expectAccount(world: World, login: string): Account {
  const account = accountByLogin(world, login)
  if (!account) throw new Error(`expected a user or an organization, got ${login}`)
  return account
}

export function expectOrg(world: World, login: string): Org {
  const found = orgByLogin(world, login)
  if (!found) throw new Error(`expected an organization, got ${login}`)
  return found
}

export function expectTeam(world: World, orgName: string, slug: string): Team {
  const found = expectOrg(world, orgName).teams.get(slug)
  if (!found) throw new Error(`expected a team of ${orgName}, got ${slug}`)
  return found
}

export function expectRepo(world: World, name: string): Repo {
  const [owner = '', repoName = ''] = name.split('/')
  const found = repoByName(world, owner, repoName)
  if (!found) throw new Error(`expected a repository as owner/name, got ${name}`)
  return found
}

/** Somebody who could have done this: an owner of the account. */
export function person(world: World, account: Account): Account {
  const owner = [...(world.orgs.get(account.id)?.members ?? [])].find(([, role]) => role === 'admin')
  return (owner && world.accounts.get(owner[0])) ?? account
}
