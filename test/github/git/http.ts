import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { atLeast, grants, roleIn, visibleRepo } from '../access.ts'
import { ApiError } from '../api.ts'
import { accountOf, appOf, authenticate, type Caller, nameOf } from '../auth.ts'
import { exclusively } from '../lookup.ts'
import { afterMove } from '../moved.ts'
import { protectedRefs } from '../rules.ts'
import type { Repo, World } from '../world.ts'
import { NO_COMMIT, refs } from './read.ts'
import { gitEnvironment } from './run.ts'

type Params = { readonly owner: string; readonly repo: string }
type CgiAnswer = { readonly status: number; readonly headers: Record<string, string>; readonly body: Buffer }

/** `git clone`, `fetch` and `push` over HTTP: git's own http-backend does the work. */
export function gitRoutes(http: FastifyInstance, world: World): void {
  const at = (path: string) => `/:owner/:repo/${path}`
  http.get<{ Params: Params; Querystring: { service?: string } }>(at('info/refs'), (request, reply) =>
    serve(world, request, reply, request.query.service === 'git-receive-pack', 'info/refs'),
  )
  http.post<{ Params: Params }>(at('git-upload-pack'), (request, reply) =>
    serve(world, request, reply, false, 'git-upload-pack'),
  )
  http.post<{ Params: Params }>(at('git-receive-pack'), (request, reply) =>
    serve(world, request, reply, true, 'git-receive-pack'),
  )
}

async function serve(
  world: World,
  request: FastifyRequest<{ Params: Params }>,
  reply: FastifyReply,
  writes: boolean,
  path: string,
): Promise<FastifyReply> {
  try {
    const caller = await authenticate(world, request.headers.authorization)
    const fault = world.faults.strike({ method: request.method, path: request.url, actor: nameOf(caller) })
    if (fault?.latencyMs) await sleep(fault.latencyMs)
    if (fault?.drop === true) return cut(request, reply)
    if (fault?.status) return reply.code(fault.status).send('')
    const repo = reachable(world, caller, request.params, writes)
    const answer =
      path === 'git-receive-pack'
        ? await exclusively(repo, () => push(world, repo, caller, request))
        : await backend(repo, path, request, {})
    if (fault?.drop === 'after') return cut(request, reply)
    return reply.code(answer.status).headers(answer.headers).send(answer.body)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const challenge = error.status === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {}
    return reply.code(error.status).headers(challenge).type('text/plain').send(error.message)
  }
}

/** Destroys the connection under a request. */
export function cut(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack()
  request.raw.socket.destroy()
  return reply
}

/** git asks without a credential first and sends one only when it is challenged. */
function reachable(world: World, caller: Caller, { owner, repo: name }: Params, writes: boolean): Repo {
  const bare = name.replace(/\.git$/, '')
  const renamed = world.renamed.get(`${owner}/${bare}`.toLowerCase())
  const now = renamed === undefined ? undefined : world.repos.get(renamed)
  const repo = visibleRepo(world, caller, now?.owner.login ?? owner, now?.name ?? bare)
  if (caller.kind === 'anonymous' && (writes || !repo)) throw new ApiError(401, 'Requires authentication')
  if (!repo) throw new ApiError(404, 'Repository not found.')
  const allowed =
    caller.kind === 'installation'
      ? grants(caller.token.permissions, { contents: writes ? 'write' : 'read' })
      : !writes || (caller.kind === 'user' && atLeast(roleIn(world, repo, caller.account), 'write'))
  if (!allowed) throw new ApiError(403, 'Permission to this repository denied.')
  return repo
}

async function push(world: World, repo: Repo, caller: Caller, request: FastifyRequest): Promise<CgiAnswer> {
  const by = { actor: accountOf(caller), app: appOf(caller) }
  const before = await heads(repo)
  const answer = await backend(repo, 'git-receive-pack', request, {
    PROTECTED_REFS: protectedRefs(repo, by.actor),
    REMOTE_USER: by.actor.login,
  })
  const after = await heads(repo)
  for (const ref of new Set([...before.keys(), ...after.keys()])) {
    const change = { ref, before: before.get(ref) ?? NO_COMMIT, after: after.get(ref) ?? NO_COMMIT }
    if (change.before !== change.after) await afterMove(world, repo, change, by)
  }
  return answer
}

async function heads(repo: Repo): Promise<Map<string, string>> {
  const all = [...(await refs(repo, 'refs/heads')), ...(await refs(repo, 'refs/tags'))]
  return new Map(all.map(({ ref, sha }) => [ref, sha]))
}

/** Runs `git http-backend` as the CGI program that it is. */
function backend(
  repo: Repo,
  path: string,
  request: FastifyRequest,
  more: Readonly<Record<string, string>>,
): Promise<CgiAnswer> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
  const env = {
    ...gitEnvironment,
    GIT_PROJECT_ROOT: repo.dir,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${path}`,
    QUERY_STRING: request.url.split('?')[1] ?? '',
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    CONTENT_LENGTH: String(plain.length),
    GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    REMOTE_USER: 'anonymous',
    REMOTE_ADDR: '127.0.0.1',
    ...more,
  }
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['http-backend'], { env })
    const out: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.resume()
    child.on('error', reject)
    child.on('close', () => resolve(parseCgi(Buffer.concat(out))))
    child.stdin.on('error', () => undefined)
    child.stdin.end(plain)
  })
}

function parseCgi(out: Buffer): CgiAnswer {
  const end = out.indexOf('\r\n\r\n')
  const headers: Record<string, string> = {}
  for (const line of out.subarray(0, Math.max(end, 0)).toString('latin1').split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
  }
  const { status = '200', ...rest } = headers
  return { status: end < 0 ? 500 : Number.parseInt(status, 10), headers: rest, body: out.subarray(end + 4) }
}
