import { installationBody } from './render/apps.ts'
import { organizationSimple, simpleUser } from './render/people.ts'
import { pullBody } from './render/pulls.ts'
import { repoBody } from './render/repos.ts'
import type { Account, App, Installation, Issue, IssueEvent, PullIssue, Repo, World } from './world.ts'

/** What an App must be allowed to read in order to be told of an event. */
export const EVENT_PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  check_run: ['checks'],
  check_suite: ['checks'],
  issue_comment: ['issues', 'pull_requests'],
  membership: ['members'],
  merge_group: ['merge_queues'],
  pull_request: ['pull_requests'],
  pull_request_review: ['pull_requests'],
  push: ['contents'],
}

type Happening = {
  readonly event: string
  readonly action: string | null
  readonly sender: Account
  readonly body: Readonly<Record<string, unknown>>
  /** Only this App is told, whether it subscribed or not. */
  readonly only?: App
}

/** Tells every App that is installed on the repository, subscribed, and permitted. */
export function emit(world: World, repo: Repo, happening: Happening): void {
  for (const installation of world.installations.values()) {
    const { app, selection, account, suspendedAt } = installation
    if (suspendedAt !== null) continue
    if (account.id !== repo.owner.id || (selection !== 'all' && !selection.has(repo.id))) continue
    if (happening.only ? happening.only.id !== app.id : !listens(app, happening.event)) continue
    send(world, installation, repo.id, happening, {
      repository: repoBody(world, repo),
      ...organizationOf(world, repo.owner),
      installation: { id: installation.id, node_id: `MDIz${installation.id}` },
    })
  }
}

/** Tells the Apps that are installed on an organization. */
export function emitToOrg(world: World, org: Account, happening: Happening): void {
  for (const installation of world.installations.values()) {
    if (
      installation.suspendedAt !== null ||
      installation.account.id !== org.id ||
      !listens(installation.app, happening.event)
    )
      continue
    send(world, installation, null, happening, {
      organization: organizationSimple(world, org),
      installation: { id: installation.id, node_id: `MDIz${installation.id}` },
    })
  }
}

/** `installation` and `installation_repositories` reach their App without a subscription. */
export function emitInstallation(world: World, installation: Installation, happening: Happening): void {
  send(world, installation, null, happening, { installation: installationBody(world, installation) })
}

export async function emitPull(
  world: World,
  repo: Repo,
  issue: PullIssue,
  action: string,
  sender: Account,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const body = { number: issue.number, pull_request: await pullBody(world, repo, issue), ...more }
  emit(world, repo, { event: 'pull_request', action, sender, body })
}

/** Adds to the events that `GET /issues/{n}/events` lists. */
export function note(
  world: World,
  issue: Issue,
  event: string,
  by: { readonly actor: Account; readonly app: App | null },
  more: Readonly<Record<string, unknown>> = {},
  commitId: string | null = null,
): IssueEvent {
  const noted = { id: world.nextId(), event, ...by, at: world.now(), commitId, more }
  issue.events.push(noted)
  issue.updatedAt = noted.at
  return noted
}

function listens(app: App, event: string): boolean {
  const needed = EVENT_PERMISSIONS[event]
  return app.events.includes(event) && (!needed || needed.some((name) => app.permissions[name]))
}

function organizationOf(world: World, owner: Account) {
  return owner.type === 'Organization' ? { organization: organizationSimple(world, owner) } : {}
}

function send(
  world: World,
  installation: Installation,
  repositoryId: number | null,
  { event, action, sender, body }: Happening,
  context: Readonly<Record<string, unknown>>,
): void {
  const { app } = installation
  if (!app.webhookUrl) return
  const payload = {
    ...(action ? { action } : {}),
    ...body,
    ...context,
    sender: simpleUser(world, sender),
  }
  world.hooks.send({ app, event, action, installationId: installation.id, repositoryId, payload })
}
