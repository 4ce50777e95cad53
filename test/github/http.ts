import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { accepted, repoFor } from './access.ts'
import { type Answer, ApiError, type Ask, errorAnswer, type Needs, type Route } from './api.ts'
import { authenticate, type Caller, nameOf } from './auth.ts'
import { type Fault, truncatedTree } from './faults.ts'
import { cut, gitRoutes } from './git/http.ts'
import { exclusively, fullName } from './lookup.ts'
import type { World } from './world.ts'

/** One request to the REST API and its answer, for whoever wants to check them. */
export type Exchange = {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string | string[]>>
  readonly requestBody: unknown
  readonly status: number
  readonly responseBody: unknown
  readonly actor: string
  /** The operation in GitHub's spelling, `GET /repos/{owner}/{repo}/pulls/{pull_number}`, or null. */
  readonly operation: string | null
}

const LARGEST_BODY = 150 * 1024 * 1024
// The last parameter of these may contain slashes.
const OPEN_ENDED = new Set(['path', 'ref', 'branch', 'basehead'])

export function createHttp(
  world: World,
  routes: readonly Route[],
  onExchange: ((exchange: Exchange) => void) | undefined,
): FastifyInstance {
  const http = fastify({
    bodyLimit: LARGEST_BODY,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 10_000, caseSensitive: true },
    rewriteUrl: (request) => rewrite(world, request.url ?? '/'),
  })
  http.removeAllContentTypeParsers()
  // Also what has no content type: octokit sends PUT and POST without a body.
  http.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  for (const route of routes) {
    const serve = (request: FastifyRequest, reply: FastifyReply) =>
      answerRest(world, route, request, reply, onExchange)
    http.route({ method: route.verb.toUpperCase(), url: pattern(route.template), handler: serve })
  }
  gitRoutes(http, world)
  http.setNotFoundHandler((request, reply) => answerRest(world, null, request, reply, onExchange))
  return http
}

async function answerRest(
  world: World,
  route: Route | null,
  request: FastifyRequest,
  reply: FastifyReply,
  onExchange: ((exchange: Exchange) => void) | undefined,
): Promise<FastifyReply> {
  const url = new URL(request.originalUrl, world.url)
  const signed = await authenticate(world, request.headers.authorization).catch((error: unknown) => error)
  const caller = isCaller(signed) ? signed : null
  const actor = caller ? nameOf(caller) : 'unknown'
  const fault = world.faults.strike({ method: request.method, path: url.pathname, actor })
  if (fault?.latencyMs) await sleep(fault.latencyMs)
  if (fault?.drop === true) return cut(request, reply)

  const requestBody = { value: undefined as unknown }
  const fresh = await settle(world, async () => {
    if (fault?.status !== undefined) return faulty(fault)
    if (!caller) throw signed
    if (!route) throw new ApiError(404, 'Not Found')
    requestBody.value = parseBody(request)
    world.rates.take(actor)
    return run(world, route, caller, request, url, requestBody.value)
  })
  const answer = distorted(world, fresh, fault, request, url, actor)
  if (fault?.drop === 'after') return cut(request, reply)

  const status = send(world, request, reply, answer, route, actor)
  onExchange?.({
    method: request.method,
    path: url.pathname,
    query: queryOf(url),
    requestBody: requestBody.value,
    status,
    responseBody: status === 304 ? undefined : answer.body,
    actor,
    operation: route && `${route.verb.toUpperCase()} ${route.template}`,
  })
  return reply
}

async function run(
  world: World,
  route: Route,
  caller: Caller,
  request: FastifyRequest,
  url: URL,
  body: unknown,
): Promise<Answer> {
  const ask: Ask = {
    world,
    caller,
    params: paramsOf(route, request),
    query: Object.fromEntries(url.searchParams),
    body: typeof body === 'object' && body !== null ? { ...body } : {},
    accept: request.headers.accept ?? '',
    url: url.href,
  }
  const writes = route.verb !== 'get'
  if (route.needs === 'app' && caller.kind !== 'app') {
    throw new ApiError(401, 'A JSON web token could not be decoded')
  }
  if (!route.onRepo) return route.run(ask)
  const { onRepo } = route
  const repo = repoFor(ask, route.needs as Needs, writes)
  return writes ? exclusively(repo, async () => onRepo({ ...ask, repo })) : onRepo({ ...ask, repo })
}

async function settle(world: World, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ApiError) return errorAnswer(error)
    // A bug of ours must be seen where the tests run, not only by the client.
    process.stderr.write(`emulated GitHub at ${world.url}: ${error instanceof Error ? error.stack : error}\n`)
    return errorAnswer(new ApiError(500, 'Server Error'))
  }
}

function faulty(fault: Fault['effect']): Answer {
  const status = fault.status ?? 500
  const body = fault.body ?? errorAnswer(new ApiError(status, `Status ${status}`)).body
  return { status, body, headers: fault.headers ?? {} }
}

function distorted(
  world: World,
  fresh: Answer,
  fault: Fault['effect'] | null,
  request: FastifyRequest,
  url: URL,
  actor: string,
): Answer {
  const cutTree = fault?.truncateTree ? truncatedTree(fresh) : fresh
  const known =
    request.method === 'GET' && fault?.status === undefined
      ? world.faults.recall(`${actor} ${url.pathname}${url.search}`, cutTree, fault?.stale === true)
      : cutTree
  return fault?.headers ? { ...known, headers: { ...known.headers, ...fault.headers } } : known
}

function send(
  world: World,
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer,
  route: Route | null,
  actor: string,
): number {
  const bytes = answer.bytes ?? (answer.body === undefined ? null : Buffer.from(JSON.stringify(answer.body)))
  const rate = world.rates.standing(actor)
  reply.headers({
    'x-github-request-id': randomBytes(10).toString('hex').toUpperCase(),
    'x-github-media-type': 'github.v3; format=json',
    'x-ratelimit-limit': rate.limit,
    'x-ratelimit-remaining': rate.remaining,
    'x-ratelimit-reset': rate.reset,
    'x-ratelimit-used': rate.used,
    'x-ratelimit-resource': 'core',
    ...(route?.onRepo ? accepted(route.needs as Needs) : {}),
    ...answer.headers,
  })
  if (request.method === 'GET' && answer.status === 200 && bytes) {
    const etag = `W/"${createHash('sha256').update(bytes).digest('hex')}"`
    reply.headers({ etag, 'cache-control': 'private, max-age=60, s-maxage=60' })
    if (request.headers['if-none-match'] === etag) {
      reply.code(304).send()
      return 304
    }
  }
  reply.code(answer.status)
  if (!bytes) reply.send()
  else if (answer.bytes) reply.send(bytes)
  else reply.type('application/json; charset=utf-8').send(bytes)
  return answer.status
}

function parseBody(request: FastifyRequest): unknown {
  const body = request.body
  if (!Buffer.isBuffer(body) || body.length === 0) return undefined
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(body.toString('utf8')))
  }
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new ApiError(400, 'Problems parsing JSON')
  }
}

/** The API is at `/` and at `/api/v3`, and a repository also under its id. */
function rewrite(world: World, url: string): string {
  const mounted = url.replace(/^\/api\/v3(?=\/|$)/, '') || '/'
  // The root directory has an empty path.
  const plain = mounted.replace(/^(\/repos\/[^/]+\/[^/]+\/contents)(?=\?|$)/, '$1/')
  const [whole = '', id = ''] = /^\/repositories\/(\d+)/.exec(plain) ?? []
  const repo = id ? world.repos.get(Number(id)) : undefined
  return repo ? `/repos/${fullName(repo)}${plain.slice(whole.length)}` : plain
}

function pattern(template: string): string {
  return template.replace(/\{(\w+)\}(\/?)/g, (_, name: string, slash: string) =>
    OPEN_ENDED.has(name) && slash === '' ? '*' : `:${name}${slash}`,
  )
}

function paramsOf(route: Route, request: FastifyRequest): Record<string, string> {
  const { '*': rest, ...params } = request.params as Record<string, string>
  if (rest === undefined) return params
  const last = /\{(\w+)\}$/.exec(route.template)?.[1] ?? 'path'
  return { ...params, [last]: rest }
}

function queryOf(url: URL): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {}
  for (const name of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(name)
    query[name] = values.length === 1 ? (values[0] ?? '') : values
  }
  return query
}

function isCaller(value: unknown): value is Caller {
  return typeof value === 'object' && value !== null && 'kind' in value
}
