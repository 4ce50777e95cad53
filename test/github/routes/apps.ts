import { covers } from '../access.ts'
import { type Answer, ApiError, type Ask, invalid, notFound, type Route, route } from '../api.ts'
import { SUSPENDED } from '../auth.ts'
import { idOf, list } from '../fields.ts'
import type { Delivery } from '../hooks.ts'
import { secret, stamp } from '../lookup.ts'
import { paginate, paginateByCursor } from '../paginate.ts'
import { appBody, installationBody } from '../render/apps.ts'
import { repoBody } from '../render/repos.ts'
import type { Access, App, Installation, InstallationToken, Repo } from '../world.ts'

const HOUR_MS = 3_600_000

export const appRoutes: readonly Route[] = [
  route('get', '/app', 'app', (ask) => ({ status: 200, body: appBody(ask.world, appOf(ask)) })),

  route('get', '/apps/{app_slug}', 'anybody', ({ world, params }) => {
    const app = [...world.apps.values()].find(({ slug }) => slug === params.app_slug)
    if (!app) throw notFound()
    return { status: 200, body: appBody(world, app) }
  }),

  route('get', '/app/installations', 'app', (ask) => {
    const { items, headers } = paginate(ask, installationsOf(ask))
    // GitHub's description of this list wants accounts that are users and enterprises at once.
    return { status: 200, headers, body: items.map((one) => installationBody(ask.world, one)) as never }
  }),

  route('get', '/app/installations/{installation_id}', 'app', (ask) => ({
    status: 200,
    body: installationBody(ask.world, installation(ask)),
  })),

  route('post', '/app/installations/{installation_id}/access_tokens', 'app', (ask) => {
    if (installation(ask).suspendedAt) throw new ApiError(403, SUSPENDED)
    const token = issue(ask, installation(ask))
    ask.world.installationTokens.set(token.token, token)
    const named = token.repositories
    return {
      status: 201,
      body: {
        token: token.token,
        expires_at: stamp(token.expiresAt),
        permissions: { ...token.permissions },
        repository_selection:
          named || token.installation.selection !== 'all' ? ('selected' as const) : ('all' as const),
        ...(named ? { repositories: reached(ask, token).map((repo) => repoBody(ask.world, repo)) } : {}),
      },
    }
  }),

  route('get', '/repos/{owner}/{repo}/installation', 'app', (ask) => {
    const { owner = '', repo: name = '' } = ask.params
    const found = installationsOf(ask).find((one) =>
      reached(ask, { installation: one, repositories: null }).some(
        (repo) => `${repo.owner.login}/${repo.name}`.toLowerCase() === `${owner}/${name}`.toLowerCase(),
      ),
    )
    if (!found) throw notFound()
    return { status: 200, body: installationBody(ask.world, found) }
  }),

  route('get', '/installation/repositories', 'anybody', (ask) => {
    if (ask.caller.kind !== 'installation') {
      throw new ApiError(403, 'You must authenticate with an installation access token')
    }
    const all = reached(ask, ask.caller.token)
    const { items, headers } = paginate(ask, all)
    const body = {
      total_count: all.length,
      repository_selection: ask.caller.token.installation.selection === 'all' ? 'all' : 'selected',
      repositories: items.map((repo) => repoBody(ask.world, repo)),
    }
    return { status: 200, headers, body }
  }),

  route('get', '/app/hook/deliveries', 'app', (ask) => {
    const { items, headers } = paginateByCursor(ask, deliveriesOf(ask).reverse(), 'cursor')
    return { status: 200, headers, body: items.map(deliveryItem) }
  }),

  route('get', '/app/hook/deliveries/{delivery_id}', 'app', (ask) => {
    const found = delivery(ask)
    return {
      status: 200,
      body: {
        ...deliveryItem(found),
        url: appOf(ask).webhookUrl ?? '',
        request: { headers: found.requestHeaders, payload: found.payload },
        response: { headers: found.responseHeaders, payload: found.responseBody },
      },
    }
  }),

  route('post', '/app/hook/deliveries/{delivery_id}/attempts', 'app', (ask) => {
    ask.world.hooks.redeliver(delivery(ask))
    return { status: 202, body: {} }
  }),

  route('post', '/app-manifests/{code}/conversions', 'anybody', (ask): Answer<never> => convert(ask)),
]

/** A manifest's code is good for one hour and for one use. */
function convert({ world, params }: Ask): Answer<never> {
  const code = params.code ?? ''
  const found = world.manifestCodes.get(code)
  world.manifestCodes.delete(code)
  if (!found || found.expiresAt <= world.now()) throw notFound()
  const { app } = found
  const body = {
    ...appBody(world, app),
    client_id: app.clientId,
    client_secret: secret('', 20),
    webhook_secret: app.webhookSecret,
    pem: app.privateKey,
  }
  return { status: 201, body: body as never }
}

function appOf({ caller }: Ask): App {
  if (caller.kind !== 'app') throw new ApiError(401, 'A JSON web token could not be decoded')
  return caller.app
}

function installationsOf(ask: Ask): Installation[] {
  return [...ask.world.installations.values()].filter(({ app }) => app.id === appOf(ask).id)
}

function installation(ask: Ask): Installation {
  const wanted = idOf(ask.params.installation_id)
  const found = installationsOf(ask).find(({ id }) => id === wanted)
  if (!found) throw notFound()
  return found
}

function issue(ask: Ask, of: Installation): InstallationToken {
  return {
    token: secret('ghs_'),
    installation: of,
    permissions: narrowed(ask, of),
    repositories: chosen(ask, of),
    expiresAt: new Date(ask.world.now().getTime() + HOUR_MS),
  }
}

function narrowed({ body }: Ask, { app }: Installation): Record<string, Access> {
  const wanted = body.permissions
  const held = { metadata: 'read' as const, ...app.permissions }
  if (typeof wanted !== 'object' || wanted === null) return held
  const narrow: Record<string, Access> = {}
  for (const [name, level] of Object.entries(wanted)) {
    const have = held[name as keyof typeof held] as Access | undefined
    if ((level !== 'read' && level !== 'write') || !have || (level === 'write' && have === 'read')) {
      throw new ApiError(422, 'The permissions requested are not granted to this installation.')
    }
    narrow[name] = level
  }
  return { metadata: 'read', ...narrow }
}

function chosen(ask: Ask, of: Installation): ReadonlySet<number> | null {
  const ids = list(ask.body, 'repository_ids', 'Installation')
  const names = list(ask.body, 'repositories', 'Installation')
  if (!ids && !names) return null
  const all = reached(ask, { installation: of, repositories: null })
  const wanted = [
    ...(ids ?? []).map((id) => all.find((repo) => repo.id === id)),
    ...(names ?? []).map((name) => all.find((repo) => repo.name === name)),
  ]
  return new Set(
    wanted.map((repo) => {
      if (!repo)
        throw invalid(
          'Installation',
          'There is at least one repository that does not exist or is not accessible to the parent installation.',
        )
      return repo.id
    }),
  )
}

function reached(ask: Ask, token: Pick<InstallationToken, 'installation' | 'repositories'>): Repo[] {
  const { installation, repositories } = token
  const { app } = installation
  const whole = { token: '', permissions: {}, expiresAt: new Date(0), installation, repositories }
  return [...ask.world.repos.values()].filter((repo) =>
    covers({ kind: 'installation', app, token: whole }, repo),
  )
}

function deliveriesOf(ask: Ask): Delivery[] {
  return ask.world.hooks.deliveries.filter(({ app }) => app.id === appOf(ask).id)
}

function delivery(ask: Ask): Delivery {
  const wanted = idOf(ask.params.delivery_id)
  const found = deliveriesOf(ask).find(({ id }) => id === wanted)
  if (!found) throw notFound()
  return found
}

function deliveryItem(one: Delivery) {
  return {
    id: one.id,
    guid: one.guid,
    delivered_at: one.deliveredAt.toISOString(),
    redelivery: one.redelivery,
    duration: one.durationSeconds,
    status: one.status,
    status_code: one.statusCode,
    event: one.event,
    action: one.action,
    installation_id: one.installationId,
    repository_id: one.repositoryId,
    throttled_at: null,
  }
}
