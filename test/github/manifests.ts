import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { orgByLogin, secret } from './lookup.ts'
import { app } from './seed/apps.ts'
import type { Access, Permissions, World } from './world.ts'

const HOUR_MS = 3_600_000

/**
 * The form of the App manifest flow. GitHub shows a page where a person confirms; here, whoever posts
 * the form has confirmed, and comes back to `redirect_url` with a code.
 *
 * https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 */
export function manifestRoutes(http: FastifyInstance, world: World): void {
  http.post<{ Querystring: { state?: string } }>('/settings/apps/new', (request, reply) =>
    register(world, request, reply, firstUser(world)),
  )
  http.post<{ Params: { org: string }; Querystring: { state?: string } }>(
    '/organizations/:org/settings/apps/new',
    (request, reply) => register(world, request, reply, orgByLogin(world, request.params.org)?.account.login),
  )
}

function register(
  world: World,
  request: FastifyRequest<{ Querystring: { state?: string } }>,
  reply: FastifyReply,
  owner: string | undefined,
): FastifyReply {
  if (!owner) return reply.code(404).send('Not Found')
  const form = new URLSearchParams(Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '')
  const manifest = parseManifest(form.get('manifest'))
  if (typeof manifest === 'string') return reply.code(422).type('text/plain').send(manifest)
  const { redirectUrl, ...what } = manifest
  try {
    const { id } = app(world, { ...what, owner })
    const made = world.apps.get(id)
    if (!made) throw new Error(`expected the App that was just made at ${id}, got none`)
    const code = secret('', 20)
    world.manifestCodes.set(code, { app: made, expiresAt: new Date(world.now().getTime() + HOUR_MS) })
    redirectUrl.searchParams.set('code', code)
    if (request.query.state !== undefined) redirectUrl.searchParams.set('state', request.query.state)
    return reply.redirect(redirectUrl.href, 302)
  } catch (error) {
    return reply
      .code(422)
      .type('text/plain')
      .send(error instanceof Error ? error.message : 'Invalid manifest')
  }
}

type Manifest = {
  readonly redirectUrl: URL
  readonly slug: string
  readonly name: string
  readonly permissions: Permissions
  readonly events: readonly string[]
  readonly webhookUrl: string | null
}

/** The manifest, or what is wrong with it. */
function parseManifest(json: string | null): Manifest | string {
  const given = parseObject(json)
  if (!given) return 'Invalid manifest: not a JSON object.'
  if (typeof given.redirect_url !== 'string' || !URL.canParse(given.redirect_url)) {
    return 'Invalid manifest: redirect_url is not a URL.'
  }
  if (typeof given.url !== 'string' || !URL.canParse(given.url)) return 'Invalid manifest: url is missing.'
  const name = typeof given.name === 'string' && given.name ? given.name : 'app'
  const hook = typeof given.hook_attributes === 'object' ? (given.hook_attributes as { url?: unknown }) : null
  const permissions: Record<string, Access> = {}
  for (const [permission, level] of Object.entries(given.default_permissions ?? {})) {
    if (level !== 'read' && level !== 'write') return `Invalid manifest: default_permissions.${permission}.`
    permissions[permission] = level
  }
  return {
    redirectUrl: new URL(given.redirect_url),
    slug: name.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
    name,
    permissions,
    events: Array.isArray(given.default_events) ? given.default_events.map(String) : [],
    webhookUrl: typeof hook?.url === 'string' ? hook.url : null,
  }
}

function parseObject(json: string | null): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json ?? '')
    return typeof value === 'object' && value !== null ? { ...value } : null
  } catch {
    return null
  }
}

function firstUser(world: World): string | undefined {
  return [...world.accounts.values()].find(({ type }) => type === 'User')?.login
}
