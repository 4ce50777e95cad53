import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { eventPermissions, operationPermissions, type Permissions } from '../github/contract/permissions.ts'
import { computedRoutes, type Route, routesIn, routesOf } from './routes.ts'
import { parseSource, readSource } from './source.ts'
import { read, runtimeFiles } from './tree.ts'

type Manifest = {
  readonly default_permissions: Permissions
  readonly default_events?: readonly string[]
  readonly public?: boolean
}

/**
 * Operations that another permission opens as well: a pull request is an issue, and GitHub lets an App that may read
 * the one read its events. https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps
 */
const alsoOpenedBy: Readonly<Record<string, Permissions>> = {
  'GET /repos/{owner}/{repo}/issues/{issue_number}/events': { pull_requests: 'read' },
}

const shared = routesIn(runtimeFiles('protocol'))
const server = { manifest: manifest('app.yml'), routes: [...shared, ...routesIn(runtimeFiles('app'))] }
const agent = { manifest: manifest('agent/app.yml'), routes: [...shared, ...routesIn(runtimeFiles('agent'))] }

describe.each([
  ['app.yml', server],
  ['agent/app.yml', agent],
])('%s', (_name, { manifest, routes }) => {
  test('asks for what its endpoints need, and for no more', () => {
    const events = (manifest.default_events ?? []).map((event) => eventPermissions[event]?.needs ?? {})
    const needed = union([{ metadata: 'read' }, ...routes.map((one) => needs(one, manifest)), ...events])
    expect(manifest.default_permissions).toEqual(needed)
  })

  test('uses only operations whose permissions are written down', () => {
    expect(routes.filter(({ operation }) => !(operation in operationPermissions))).toEqual([])
    expect(routes.length).toBeGreaterThan(10)
  })

  test('subscribes only to events whose permissions are written down', () => {
    expect((manifest.default_events ?? []).filter((event) => !(event in eventPermissions))).toEqual([])
  })

  test('is offered to nobody else', () => expect(manifest.public).toBe(false))
})

test('the server listens to every event that it asks for', () => {
  const text = runtimeFiles('app')
    .map((path) => read(path))
    .join('\n')
  const heard = (event: string) => new RegExp(`['"]${event}(\\.[a-z_]+)?['"]`).test(text)
  expect((server.manifest.default_events ?? []).filter((event) => !heard(event))).toEqual([])
})

test('the server can neither push, merge, approve nor dismiss', () => {
  expect(server.manifest.default_permissions).toMatchObject({ contents: 'read', pull_requests: 'read' })
})

describe('the agent', () => {
  test('reads and does nothing else', () => {
    expect(agent.routes.filter(({ operation }) => !operation.startsWith('GET /'))).toEqual([])
    expect(Object.values(agent.manifest.default_permissions).filter((level) => level !== 'read')).toEqual([])
  })

  test('is told of nothing: it asks', () => expect(agent.manifest.default_events ?? []).toEqual([]))
})

test('no route is put together at run time, but for the short form of protocol/repository.ts', () => {
  const rooms = [...runtimeFiles('protocol'), ...runtimeFiles('app'), ...runtimeFiles('agent')]
  const computed = rooms.flatMap((path) => computedRoutes(readSource(path)).map((text) => `${path}: ${text}`))
  const short = 'protocol/repository.ts: GET /repos/{owner}/{repo}…'
  expect(computed).toEqual([short, short])
})

test('nothing asks by GraphQL, whose permissions cannot be read off the source', () => {
  const rooms = [...runtimeFiles('protocol'), ...runtimeFiles('app'), ...runtimeFiles('agent')]
  expect(rooms.filter((path) => /\.graphql\b|\/graphql/.test(read(path)))).toEqual([])
})

test('the check sees an operation in each way of writing it', () => {
  const text = `octokit.request('POST /a'); repo.one('/pulls'); repo.all(''); octokit.rest.checks.create({})
    context.octokit.issues.createComment({}); octokit.paginate(octokit.rest.pulls.listFiles, {})`
  expect(routesOf(parseSource('x.ts', text))).toEqual([
    'POST /a',
    'GET /repos/{owner}/{repo}/pulls',
    'GET /repos/{owner}/{repo}',
    'POST /repos/{owner}/{repo}/check-runs',
    'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/files',
  ])
})

function manifest(path: string): Manifest {
  return parse(read(path)) as Manifest
}

function needs({ operation }: Route, { default_permissions: granted }: Manifest): Permissions {
  const usual = operationPermissions[operation] ?? {}
  const other = alsoOpenedBy[operation]
  return other !== undefined && !suffices(granted, usual) ? other : usual
}

function suffices(granted: Permissions, needed: Permissions): boolean {
  return Object.entries(needed).every(([name, level]) => granted[name] === level || granted[name] === 'write')
}

/** The least that opens all of them. */
function union(all: readonly Permissions[]): Permissions {
  const found: Record<string, 'read' | 'write'> = {}
  for (const [name, level] of all.flatMap((one) => Object.entries(one))) {
    if (found[name] !== 'write') found[name] = level
  }
  return found
}
