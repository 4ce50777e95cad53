import type { components } from '@octokit/openapi-types'
import { atLeast, roleIn } from '../access.ts'
import { stamp } from '../lookup.ts'
import type { Account, Repo, Role, Team, World } from '../world.ts'

type Schemas = components['schemas']

export function simpleUser(world: World, account: Account): Schemas['simple-user'] {
  const url = `${world.url}/users/${encodeURIComponent(account.login)}`
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId('U', account.id),
    avatar_url: `${world.url}/avatars/u/${account.id}`,
    gravatar_id: '',
    url,
    html_url: account.appSlug ? `${world.url}/apps/${account.appSlug}` : `${world.url}/${account.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    site_admin: false,
  }
}

export function publicUser(world: World, account: Account): Schemas['public-user'] {
  const repos = [...world.repos.values()].filter((repo) => repo.owner.id === account.id && !repo.private)
  return {
    ...simpleUser(world, account),
    name: account.name,
    company: null,
    blog: null,
    location: null,
    email: account.type === 'User' ? account.email : null,
    hireable: null,
    bio: null,
    public_repos: repos.length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: stamp(account.createdAt),
    updated_at: stamp(account.createdAt),
  }
}

export function collaborator(
  world: World,
  repo: Repo,
  account: Account,
): Schemas['repository-collaborator-permission'] {
  const role = roleIn(world, repo, account) ?? (repo.private ? null : 'read')
  return {
    permission: role === 'maintain' ? 'write' : role === 'triage' ? 'read' : (role ?? 'none'),
    role_name: role ?? 'none',
    user: { ...simpleUser(world, account), permissions: permissionsOf(role), role_name: role ?? 'none' },
  }
}

export function permissionsOf(role: Role | null): {
  admin: boolean
  maintain: boolean
  push: boolean
  triage: boolean
  pull: boolean
} {
  return {
    admin: atLeast(role, 'admin'),
    maintain: atLeast(role, 'maintain'),
    push: atLeast(role, 'write'),
    triage: atLeast(role, 'triage'),
    pull: atLeast(role, 'read'),
  }
}

export function authorAssociation(world: World, repo: Repo, author: Account): Schemas['author-association'] {
  if (author.id === repo.owner.id) return 'OWNER'
  if (world.orgs.get(repo.owner.id)?.members.has(author.id)) return 'MEMBER'
  return repo.collaborators.has(author.id) ? 'COLLABORATOR' : 'NONE'
}

export function teamSimple(world: World, team: Team): Schemas['team-simple'] {
  const url = `${world.url}/organizations/${team.org.account.id}/team/${team.id}`
  return {
    id: team.id,
    node_id: nodeId('T', team.id),
    url,
    html_url: `${world.url}/orgs/${team.org.account.login}/teams/${team.slug}`,
    name: team.slug,
    slug: team.slug,
    description: '',
    privacy: team.privacy,
    notification_setting: 'notifications_enabled',
    permission: 'pull',
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: 'organization',
    organization_id: team.org.account.id,
  }
}

export function teamFull(world: World, team: Team): Schemas['team-full'] {
  const parent = team.parent ? team.org.teams.get(team.parent) : undefined
  return {
    ...teamSimple(world, team),
    privacy: team.privacy,
    notification_setting: 'notifications_enabled',
    members_count: team.members.size,
    repos_count: [...world.repos.values()].filter((repo) => repo.teams.has(team.id)).length,
    parent: parent ? teamSimple(world, parent) : null,
    created_at: stamp(team.createdAt),
    updated_at: stamp(team.createdAt),
    organization: teamOrganization(world, team.org.account),
  }
}

/** The short form that webhooks carry. */
export function organizationSimple(world: World, account: Account): Schemas['organization-simple'] {
  const url = `${world.url}/orgs/${account.login}`
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId('O', account.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${world.url}/avatars/u/${account.id}`,
    description: '',
  }
}

function teamOrganization(world: World, account: Account): Schemas['team-organization'] {
  return {
    ...organizationSimple(world, account),
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: `${world.url}/${account.login}`,
    created_at: stamp(account.createdAt),
    updated_at: stamp(account.createdAt),
    archived_at: null,
    type: 'Organization',
  }
}

export function nodeId(kind: string, id: number): string {
  return `${kind}_${Buffer.from(String(id)).toString('base64url')}`
}
