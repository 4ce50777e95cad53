import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { emitCheckButton } from './checks.ts'
import { createFaults, type Faults } from './faults.ts'
import { git } from './git/run.ts'
import { createHooks, type Hooks } from './hooks.ts'
import { createHttp, type Exchange } from './http.ts'
import { createAccount, fullName } from './lookup.ts'
import { manifestRoutes } from './manifests.ts'
import { createRates } from './rate.ts'
import { appRoutes } from './routes/apps.ts'
import { checkRoutes } from './routes/checks.ts'
import { commitRoutes } from './routes/commits.ts'
import { contentRoutes } from './routes/contents.ts'
import { gitDataRoutes } from './routes/git-data.ts'
import { issueRoutes } from './routes/issues.ts'
import { mergeRoutes } from './routes/merge.ts'
import { metaRoutes } from './routes/meta.ts'
import { peopleRoutes } from './routes/people.ts'
import { pullRoutes } from './routes/pulls.ts'
import { refRoutes } from './routes/refs.ts'
import { repoRoutes } from './routes/repos.ts'
import { reviewRoutes } from './routes/reviews.ts'
import { ruleRoutes } from './routes/rules.ts'
import * as apps from './seed/apps.ts'
import type { Bound } from './seed/bound.ts'
import { expectAccount } from './seed/expect.ts'
import * as people from './seed/people.ts'
import * as queue from './seed/queue.ts'
import * as repos from './seed/repos.ts'
import type { World } from './world.ts'

export type { Fault } from './faults.ts'
export type { Delivery, HookMode } from './hooks.ts'
export type { Exchange } from './http.ts'

export type GitHubOptions = {
  /** Where the temporary directory is made. */
  readonly dir?: string
  readonly port?: number
  readonly now?: () => Date
  /** Requests an hour for each actor. The default is that of an App in GitHub Enterprise Cloud. */
  readonly rateLimit?: number
  readonly onExchange?: (exchange: Exchange) => void
  /** Adds routes of one's own, such as pages for people, before the server listens. */
  readonly extend?: (http: FastifyInstance, github: GitHub) => void | Promise<void>
}

/** One emulated GitHub: what cannot be done through its REST API and git, and the knobs of a test. */
export type GitHub = {
  readonly url: string
  readonly user: Bound<typeof people.user>
  readonly org: Bound<typeof people.org>
  readonly orgMember: Bound<typeof people.orgMember>
  readonly team: Bound<typeof people.team>
  readonly teamAdd: Bound<typeof people.teamAdd>
  readonly teamRemove: Bound<typeof people.teamRemove>
  readonly teamRepo: Bound<typeof people.teamRepo>
  readonly repo: Bound<typeof repos.repo>
  readonly fork: Bound<typeof repos.fork>
  readonly rename: Bound<typeof repos.rename>
  readonly transfer: Bound<typeof repos.transfer>
  readonly collaborator: Bound<typeof repos.collaborator>
  readonly protect: Bound<typeof repos.protect>
  readonly actionsMayApprove: Bound<typeof repos.actionsMayApprove>
  readonly commit: Bound<typeof repos.commit>
  readonly mergeGroup: Bound<typeof queue.mergeGroup>
  readonly mergeGroupLands: Bound<typeof queue.mergeGroupLands>
  readonly mergeGroupDropped: Bound<typeof queue.mergeGroupDropped>
  readonly app: Bound<typeof apps.app>
  readonly setHook: Bound<typeof apps.setHook>
  readonly install: Bound<typeof apps.install>
  readonly installRepositories: Bound<typeof apps.installRepositories>
  readonly uninstall: Bound<typeof apps.uninstall>
  readonly suspend: Bound<typeof apps.suspend>
  readonly revokeTokens: Bound<typeof apps.revokeTokens>
  readonly vanishCommit: Bound<typeof repos.vanishCommit>
  /** Somebody presses a button of a check run, or "Re-run" where `identifier` is null. */
  pressCheckButton(checkRunId: number, login: string, identifier: string | null): void
  /** Every user, organization and repository, for pages that list them. */
  accounts(): readonly { readonly login: string; readonly type: string; readonly token: string | null }[]
  repositories(): readonly string[]
  readonly faults: Pick<Faults, 'add' | 'clear'>
  readonly webhooks: Pick<Hooks, 'mode' | 'flush' | 'deliveries'>
  close(): Promise<void>
}

/** Starts a GitHub of one's own on a port of this machine. `close()` removes all that it wrote. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  await expectGit()
  const world = await createWorld(options)
  const http = createHttp(world, ROUTES, options.onExchange)
  manifestRoutes(http, world)
  const github = bind(world, http)
  await options.extend?.(http, github)
  world.url = await http.listen({ host: '127.0.0.1', port: options.port ?? 0 })
  return github
}

const ROUTES = [
  ...appRoutes,
  ...peopleRoutes,
  ...metaRoutes,
  ...repoRoutes,
  ...ruleRoutes,
  ...gitDataRoutes,
  ...refRoutes,
  ...commitRoutes,
  ...contentRoutes,
  ...pullRoutes,
  ...mergeRoutes,
  ...reviewRoutes,
  ...checkRoutes,
  ...issueRoutes,
]

/** `merge-tree --write-tree` came with git 2.38. */
async function expectGit(): Promise<void> {
  const version = await git(tmpdir(), ['--version']).catch(() => 'no git')
  const [major = 0, minor = 0] = version.replace(/^\D*/, '').split('.').map(Number)
  if (major > 2 || (major === 2 && minor >= 38)) return
  throw new Error(`expected git 2.38 or newer on the path, got ${version.trim()}: install it`)
}

async function createWorld(options: GitHubOptions): Promise<World> {
  const now = options.now ?? (() => new Date())
  // Ids of different things never coincide, so that one taken for another is noticed.
  let last = 1000
  const nextId = () => ++last
  const world: World = {
    url: '',
    dir: await mkdtemp(join(options.dir ?? tmpdir(), 'github-')),
    now,
    nextId,
    accounts: new Map(),
    orgs: new Map(),
    repos: new Map(),
    renamed: new Map(),
    apps: new Map(),
    installations: new Map(),
    userTokens: new Map(),
    installationTokens: new Map(),
    manifestCodes: new Map(),
    hooks: createHooks(now, nextId),
    faults: createFaults(),
    rates: createRates(now, options.rateLimit ?? 15_000),
  }
  // The committer of everything that is done on GitHub's own pages, as an account like any other.
  createAccount(world, 'web-flow', 'User', { name: 'GitHub', email: 'noreply@github.com' })
  return world
}

function bind(world: World, http: FastifyInstance): GitHub {
  const on =
    <A extends readonly unknown[], R>(act: (world: World, ...args: A) => R) =>
    (...args: A): R =>
      act(world, ...args)
  return {
    get url() {
      return world.url
    },
    user: on(people.user),
    org: on(people.org),
    orgMember: on(people.orgMember),
    team: on(people.team),
    teamAdd: on(people.teamAdd),
    teamRemove: on(people.teamRemove),
    teamRepo: on(people.teamRepo),
    repo: on(repos.repo),
    fork: on(repos.fork),
    rename: on(repos.rename),
    transfer: on(repos.transfer),
    collaborator: on(repos.collaborator),
    protect: on(repos.protect),
    actionsMayApprove: on(repos.actionsMayApprove),
    commit: on(repos.commit),
    mergeGroup: on(queue.mergeGroup),
    mergeGroupLands: on(queue.mergeGroupLands),
    mergeGroupDropped: on(queue.mergeGroupDropped),
    app: on(apps.app),
    setHook: on(apps.setHook),
    install: on(apps.install),
    installRepositories: on(apps.installRepositories),
    uninstall: on(apps.uninstall),
    suspend: on(apps.suspend),
    revokeTokens: on(apps.revokeTokens),
    vanishCommit: on(repos.vanishCommit),
    pressCheckButton(checkRunId, login, identifier) {
      for (const repo of world.repos.values()) {
        const run = repo.checkRuns.find(({ id }) => id === checkRunId)
        if (run) return emitCheckButton(world, repo, run, expectAccount(world, login), identifier)
      }
      throw new Error(`expected the id of a check run, got ${checkRunId}`)
    },
    accounts: () => {
      const tokens = new Map([...world.userTokens].map(([token, account]) => [account.id, token]))
      return [...world.accounts.values()].map(({ id, login, type }) => ({
        login,
        type,
        token: tokens.get(id) ?? null,
      }))
    },
    repositories: () => [...world.repos.values()].map(fullName),
    faults: world.faults,
    webhooks: world.hooks,
    async close() {
      world.hooks.close()
      await http.close()
      await Promise.all([...world.repos.values()].map((repo) => repo.turn))
      await rm(world.dir, { recursive: true, force: true })
    },
  }
}
