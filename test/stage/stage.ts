import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Mysql } from '../mysql/private.ts'
import type { Postgres } from '../postgres/private.ts'
import { makeKeys, type StageKeys } from './keys.ts'
import { endWith, type Program, program, root } from './program.ts'
import { type Setting, type SettingOptions, setting } from './setting.ts'
import { type Engine, makeTarget, openServers, type Servers, type TargetDatabase } from './targets.ts'

/** Everything that dbward is, on one machine: GitHub, a database, the server and one agent as processes of their own. */
export type Stage = Setting & {
  readonly folder: string
  readonly servers: Servers
  readonly keys: StageKeys
  readonly server: Program & { readonly url: string }
  readonly agent: Program
  readonly storePath: string
  readonly serverConfig: string
  readonly agentConfig: string
  /** What the agent is given through its environment: its token and the addresses of its databases. */
  readonly agentEnv: Readonly<Record<string, string>>
  /** `app@production`, and the others that were asked for. */
  readonly targets: readonly TargetDatabase[]
  /** SQL on a target database as its administrator. */
  query(sql: string, target?: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Waits until `look` gives something, or fails after `seconds` saying what the programs wrote. */
  until<T>(what: string, look: () => Promise<T | null | undefined | false>, seconds?: number): Promise<T>
  stop(): Promise<void>
}

export type StageOptions = SettingOptions & {
  /** `node` arguments for both programs, such as a preload. */
  readonly nodeArgs?: readonly string[]
  /** The `dbward.mjs` that runs both programs; the checkout's own sources where nothing is said. */
  readonly installed?: string
  readonly leaseSeconds?: number
  /** The repository of the organisation's floor, for server and agent. */
  readonly floor?: string
  readonly sweepSeconds?: number
  readonly postgres?: Postgres
  readonly mariadb?: Mysql
  /** What `app@production` is; the policy must say the same. */
  readonly engine?: Engine
  /** Between the programs, and to databases and GitHub, are ways that can be cut: `servers.cut()`. */
  readonly cuttable?: boolean
  readonly minApprovals?: number
  /** What the agent takes merges into; `main` alone where nothing is said. */
  readonly branches?: readonly string[]
  /** The agent is a job of GitHub Actions, of which this says what GitHub must say: parts of the server's configuration. */
  readonly actions?: (setting: Setting) => Promise<{
    readonly issuer: string
    readonly audience: string
    readonly rule: object
  }>
  /** Databases besides `app@production`, in the same form; each is one of its own on the same server. */
  readonly alsoTargets?: readonly (string | readonly [name: string, engine: Engine])[]
}

const firstTarget = 'app@production'
const ids = { server: 'dbward-1', agent: 'agent-1' }
/** Of an operator, who may ask how things stand. */
export const statusToken = `dbo_ops_${randomBytes(32).toString('base64url')}`

export async function stage(options: StageOptions = {}): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'dbward-stage-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const secret = randomBytes(20).toString('hex')
  const servers = openServers(options)
  const cuttable = options.cuttable === true
  const [s, keys] = await Promise.all([
    setting({ ...options, webhookUrl: `${url}/webhooks/github`, webhookSecret: secret }),
    makeKeys(join(folder, 'keys'), ids),
  ])
  const targets: TargetDatabase[] = []
  for (const one of [[firstTarget, options.engine ?? 'postgres'] as const, ...(options.alsoTargets ?? [])]) {
    const [name, engine] = typeof one === 'string' ? [one, 'postgres' as const] : one
    targets.push(await makeTarget(engine, { servers, name, nth: targets.length, cuttable }))
  }
  const throughWay = async (address: string) => {
    const { port: to } = new URL(address)
    return cuttable ? address.replace(`:${to}`, `:${(await servers.way(Number(to))).port}`) : address
  }
  const addresses = { github: await throughWay(s.github.url), server: await throughWay(url) }
  const token = `dba_${ids.agent}_${randomBytes(32).toString('base64url')}`
  const storePath = join(folder, 'store', 'dbward.sqlite')
  mkdirSync(join(folder, 'store'))
  const serverPem = secretFile(folder, 'server.pem', s.serverApp.privateKey)
  const agentPem = secretFile(folder, 'agent.pem', s.agentApp.privateKey)
  const actions = (await options.actions?.(s)) ?? null
  const serverConfig = join(folder, 'server.yml')
  writeFileSync(
    serverConfig,
    serverYaml({ options, targets, addresses, port, url, s, serverPem, keys, token, storePath, actions }),
  )
  const agentConfig = join(folder, 'agent.yml')
  writeFileSync(agentConfig, agentYaml({ options, targets, addresses, url, s, agentPem, keys, folder }))

  const { nodeArgs = [], installed } = options
  const server = {
    ...program(
      [
        ...(installed === undefined ? [join(root, 'app', 'main.ts')] : [installed, 'server']),
        '--config',
        serverConfig,
      ],
      { DBWARD_GITHUB_WEBHOOK_SECRET: secret },
      nodeArgs,
    ),
    url,
  }
  const agentEnv = Object.assign({ DBWARD_AGENT_TOKEN: token }, ...targets.map(({ env }) => env))
  const agent = program(
    [installed ?? join(root, 'cli', 'dbward.mjs'), 'agent', 'run', '--config', agentConfig],
    agentEnv,
    nodeArgs,
  )
  endWith(() => [server, agent])

  return {
    ...s,
    folder,
    servers,
    keys,
    server,
    agent,
    storePath,
    serverConfig,
    agentConfig,
    agentEnv,
    targets,
    query: (sql, target = firstTarget) => {
      const found = targets.find(({ name }) => name === target)
      if (found === undefined) throw new Error(`expected a target of this stage, got ${target}`)
      return found.query(sql)
    },
    async until(what, look, seconds = 60) {
      const end = performance.now() + seconds * 1_000
      while (performance.now() < end) {
        const found = await look()
        if (found) return found
        await sleep(100)
      }
      const said = `server:\n${server.output().slice(-4_000)}\nagent:\n${agent.output().slice(-4_000)}`
      throw new Error(`waited ${seconds} s for ${what}\n${said}`)
    },
    async stop() {
      await Promise.all([agent.stop(), server.stop()])
      await s.github.close()
      await servers.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The server answers and says that it is ready. */
export async function serverReady(it: Stage): Promise<void> {
  await it.until('the server to be ready', async () => {
    const answer = await fetch(`${it.server.url}/ready`).catch(() => null)
    return answer?.ok === true
  })
}

type Parts = {
  readonly options: StageOptions
  readonly targets: readonly TargetDatabase[]
  readonly addresses: { readonly github: string; readonly server: string }
  readonly url: string
  readonly s: Setting
  readonly keys: StageKeys
}

function serverYaml(
  p: Parts & {
    port: number
    serverPem: string
    token: string
    storePath: string
    actions: Awaited<ReturnType<NonNullable<StageOptions['actions']>>> | null
  },
): string {
  return JSON.stringify({
    server: { id: ids.server, listen: { host: '127.0.0.1', port: p.port }, public_url: p.url },
    store: { path: p.storePath },
    github: { api_url: p.addresses.github, app_id: p.s.serverApp.id, private_key: p.serverPem },
    keys: {
      authz: p.keys.path('authz', 'private'),
      exec: p.keys.path('exec', 'private'),
      checkpoint: p.keys.path('checkpoint', 'private'),
    },
    agents: [
      {
        id: ids.agent,
        ...(p.actions === null
          ? { token_sha256: createHash('sha256').update(p.token).digest('hex') }
          : { actions: p.actions.rule }),
        databases: p.targets.map(({ name }) => name),
        public_key: p.keys.path('agent', 'public'),
      },
    ],
    operators: [{ id: 'ops', token_sha256: createHash('sha256').update(statusToken).digest('hex') }],
    ...(p.actions === null ? {} : { actions: { issuer: p.actions.issuer, audience: p.actions.audience } }),
    lease_seconds: p.options.leaseSeconds ?? 10,
    sweep_seconds: p.options.sweepSeconds ?? 5,
    ...(p.options.floor === undefined ? {} : { policy: { floor_repository: p.options.floor } }),
    log: { level: 'info' },
  })
}

function agentYaml(p: Parts & { agentPem: string; folder: string }): string {
  return JSON.stringify({
    agent: {
      id: ids.agent,
      key: p.keys.path('agent', 'private'),
      spool: join(p.folder, 'spool'),
      poll_ms: 100,
    },
    server: { url: p.addresses.server },
    github: { api_url: p.addresses.github, app_id: p.s.agentApp.id, private_key: p.agentPem },
    trust: { bundle: p.keys.bundlePath, roots: [p.keys.path('root', 'public')], threshold: 1 },
    databases: p.targets.map(({ name, engine, urlEnv, progressUrlEnv }) => {
      const [database, environment] = name.split('@')
      return {
        repository: p.s.repo.fullName,
        repository_id: p.s.repo.id,
        branches: p.options.branches ?? ['main'],
        database,
        environment,
        engine,
        url_env: urlEnv,
        ...(progressUrlEnv === null ? {} : { progress_url_env: progressUrlEnv }),
        min_approvals: p.options.minApprovals ?? 0,
      }
    }),
    ...(p.options.floor === undefined ? {} : { policy: { floor_repository: p.options.floor } }),
    log: { level: 'info' },
  })
}

function secretFile(folder: string, name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
