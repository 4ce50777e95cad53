import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { EVENT_PERMISSIONS, emitInstallation } from '../events.ts'
import { createAccount, secret } from '../lookup.ts'
import { repoInInstallation } from '../render/apps.ts'
import type { Account, App, Installation, Permissions, Repo, World } from '../world.ts'
import { expectAccount, expectRepo, person } from './expect.ts'

export function app(
  world: World,
  what: {
    readonly slug: string
    readonly owner: string
    readonly name?: string
    readonly permissions: Permissions
    readonly events?: readonly string[]
    readonly webhookUrl?: string | null
    readonly webhookSecret?: string
  },
): { id: number; clientId: string; slug: string; privateKey: string; webhookSecret: string } {
  const events = what.events ?? []
  for (const event of events) {
    const needed = EVENT_PERMISSIONS[event]
    if (needed && !needed.some((permission) => what.permissions[permission])) {
      throw new Error(`expected the permission ${needed.join(' or ')} with the event ${event}, got none`)
    }
  }
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    // The form in which GitHub hands keys out.
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  const made: App = {
    id: world.nextId(),
    clientId: `Iv23li${randomBytes(7).toString('hex')}`,
    slug: what.slug,
    name: what.name ?? what.slug,
    owner: expectAccount(world, what.owner),
    bot: createAccount(world, `${what.slug}[bot]`, 'Bot', { appSlug: what.slug }),
    permissions: { metadata: 'read', ...what.permissions },
    events,
    webhookUrl: what.webhookUrl ?? null,
    webhookSecret: what.webhookSecret ?? secret('', 20),
    privateKey,
    publicKey,
    hookId: world.nextId(),
    createdAt: world.now(),
  }
  world.apps.set(made.id, made)
  const { id, clientId, slug, webhookSecret } = made
  return { id, clientId, slug, privateKey, webhookSecret }
}

/** Where an App wants its webhooks from now on, and with what secret. */
export function setHook(
  world: World,
  appId: number,
  hook: { readonly url?: string | null; readonly secret?: string },
): void {
  const found = world.apps.get(appId)
  if (!found) throw new Error(`expected the id of an App, got ${appId}`)
  if (hook.url !== undefined) found.webhookUrl = hook.url
  if (hook.secret !== undefined) found.webhookSecret = hook.secret
}

export function install(
  world: World,
  appId: number,
  account: string,
  repositories: 'all' | readonly string[] = 'all',
): { id: number } {
  const installed = world.apps.get(appId)
  if (!installed) throw new Error(`expected the id of an App, got ${appId}`)
  const owner = expectAccount(world, account)
  const installation: Installation = {
    id: world.nextId(),
    app: installed,
    account: owner,
    selection:
      repositories === 'all' ? 'all' : new Set(repositories.map((name) => ownedRepo(world, owner, name).id)),
    createdAt: world.now(),
    suspendedAt: null,
  }
  world.installations.set(installation.id, installation)
  const body = { repositories: coveredRepos(world, installation).map(repoInInstallation), requester: null }
  emitInstallation(world, installation, {
    event: 'installation',
    action: 'created',
    sender: person(world, owner),
    body,
  })
  return { id: installation.id }
}

/** Adds repositories to an installation on selected ones, or takes some away. */
export function installRepositories(
  world: World,
  installationId: number,
  change: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
): void {
  const installation = expectInstallation(world, installationId)
  if (installation.selection === 'all') throw new Error('expected an installation on selected repositories')
  for (const action of ['added', 'removed'] as const) {
    const names = (action === 'added' ? change.add : change.remove) ?? []
    const repos = names.map((name) => ownedRepo(world, installation.account, name))
    if (repos.length === 0) continue
    for (const { id } of repos) {
      if (action === 'added') installation.selection.add(id)
      else installation.selection.delete(id)
    }
    const told = repos.map(repoInInstallation)
    const body = {
      repository_selection: 'selected',
      repositories_added: action === 'added' ? told : [],
      repositories_removed: action === 'removed' ? told : [],
      requester: null,
    }
    const sender = person(world, installation.account)
    emitInstallation(world, installation, { event: 'installation_repositories', action, sender, body })
  }
}

export function uninstall(world: World, installationId: number): void {
  const installation = expectInstallation(world, installationId)
  const body = { repositories: coveredRepos(world, installation).map(repoInInstallation), requester: null }
  world.installations.delete(installationId)
  revokeTokens(world, installationId)
  const sender = person(world, installation.account)
  emitInstallation(world, installation, { event: 'installation', action: 'deleted', sender, body })
}

/** Its tokens are refused until it is let work again, and nothing is told to it. */
export function suspend(world: World, installationId: number, suspended = true): void {
  const installation = expectInstallation(world, installationId)
  installation.suspendedAt = suspended ? world.now() : null
  const sender = person(world, installation.account)
  const action = suspended ? 'suspend' : 'unsuspend'
  emitInstallation(world, installation, { event: 'installation', action, sender, body: {} })
}

export function revokeTokens(world: World, installationId: number): void {
  for (const [token, { installation }] of world.installationTokens) {
    if (installation.id === installationId) world.installationTokens.delete(token)
  }
}

function ownedRepo(world: World, owner: Account, name: string): Repo {
  return expectRepo(world, name.includes('/') ? name : `${owner.login}/${name}`)
}

function expectInstallation(world: World, id: number): Installation {
  const found = world.installations.get(id)
  if (!found) throw new Error(`expected the id of an installation, got ${id}`)
  return found
}

function coveredRepos(world: World, { account, selection }: Installation): Repo[] {
  return [...world.repos.values()].filter(
    (one) => one.owner.id === account.id && (selection === 'all' || selection.has(one.id)),
  )
}
