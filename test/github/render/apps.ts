import type { components } from '@octokit/openapi-types'
import { stamp } from '../lookup.ts'
import type { App, Installation, Repo, World } from '../world.ts'
import { nodeId, simpleUser } from './people.ts'

type Schemas = components['schemas']

export function appBody(world: World, app: App): NonNullable<Schemas['integration']> {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('A', app.id),
    client_id: app.clientId,
    owner: simpleUser(world, app.owner),
    name: app.name,
    description: null,
    external_url: app.webhookUrl ?? world.url,
    html_url: `${world.url}/apps/${app.slug}`,
    created_at: stamp(app.createdAt),
    updated_at: stamp(app.createdAt),
    permissions: { ...app.permissions },
    events: [...app.events],
  }
}

export function installationBody(world: World, installation: Installation): Schemas['installation'] {
  const url = `${world.url}/app/installations/${installation.id}`
  return {
    id: installation.id,
    account: simpleUser(world, installation.account),
    repository_selection: installation.selection === 'all' ? 'all' : 'selected',
    access_tokens_url: `${url}/access_tokens`,
    repositories_url: `${world.url}/installation/repositories`,
    html_url: `${world.url}/settings/installations/${installation.id}`,
    app_id: installation.app.id,
    client_id: installation.app.clientId,
    app_slug: installation.app.slug,
    target_id: installation.account.id,
    target_type: installation.account.type,
    permissions: { ...installation.app.permissions },
    events: [...installation.app.events],
    created_at: stamp(installation.createdAt),
    updated_at: stamp(installation.createdAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: installation.suspendedAt && simpleUser(world, installation.app.owner),
    suspended_at: installation.suspendedAt && stamp(installation.suspendedAt),
  }
}

/** The form in which installation webhooks name repositories. */
export function repoInInstallation(repo: Repo) {
  return {
    id: repo.id,
    node_id: nodeId('R', repo.id),
    name: repo.name,
    full_name: `${repo.owner.login}/${repo.name}`,
    private: repo.private,
  }
}
