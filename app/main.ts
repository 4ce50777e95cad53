import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { ConfigError, configExitCode } from '@dbward/protocol/errors'
import { heedFloor } from '@dbward/protocol/floor-read'
import type { Logger, Probot } from 'probot'
import { type Config, readConfig } from './config.ts'
import { claim } from './flow/claim.ts'
import { reconcileGroups } from './flow/group.ts'
import { openSession, type SessionDeps } from './flow/open-session.ts'
import { pauseFor, publish } from './flow/publish.ts'
import { listen, type VerifiedEvent } from './flow/receive.ts'
import { reconcile } from './flow/reconcile.ts'
import { startRedelivery } from './flow/redeliver.ts'
import { createRefusalLog } from './flow/refused-session.ts'
import { heartbeat, probed, refused, started } from './flow/report.ts'
import { createReviewer } from './flow/review.ts'
import { settle } from './flow/settle.ts'
import { surfacesOfEnd } from './flow/show.ts'
import { statusOf } from './flow/status.ts'
import { startSweep, sweepRepository } from './flow/sweep.ts'
import { syncAgents } from './flow/sync-agents.ts'
import { takeSchema } from './flow/take-schema.ts'
import { waiting } from './flow/waiting.ts'
import { startWorker } from './flow/worker.ts'
import { createGitHub, type GitHub, lostAccess } from './github/client.ts'
import { checkPermissions } from './github/permissions.ts'
import { createProbot, webUrl } from './github/probot.ts'
import { reader } from './github/reader.ts'
import { buildServer } from './http/server.ts'
import { agentKeys } from './keys/agent-keys.ts'
import { createLog } from './log.ts'
import { createMetrics } from './metrics.ts'
import { createJwks } from './oidc/jwks.ts'
import { surfaceFailed, surfacePosted } from './store/doorbell.ts'
import { closeStore, openStore } from './store/open.ts'
import { pendingSurfaces } from './store/surfaces.ts'

/** Builds the server by hand from its configuration, and runs it until the signal. */
export async function serve(config: Config, stop: AbortSignal): Promise<void> {
  const now = () => new Date()
  const log = createLog(config['log.level'])
  const store = openStore(config['store.path'])
  syncAgents(store, now(), config.agents)
  const credentials = {
    apiUrl: config['github.api_url'],
    appId: config['github.app_id'],
    privateKey: config['github.private_key'],
  }
  const probot = createProbot(credentials, log as Logger)
  await probot.load(listen({ store, now, appId: credentials.appId }))
  let githubSeen: Date | null = null
  const asked = createGitHub({ probot })
  const github: GitHub = {
    ...asked,
    // The sweep asks this every time, also where there is no pull request to look at.
    installations: async () => {
      const found = await asked.installations()
      githubSeen = now()
      return found
    },
  }
  const metrics = createMetrics(store, now)
  const reviewer = createReviewer()
  const iss = config['server.id']
  const leaseSeconds = config.lease_seconds
  const looks = new Map<string, Date>()
  const queue = { store, now, leaseSeconds }
  const settling = {
    store,
    now,
    iss,
    agentKeys: agentKeys(config.agents),
    checkpointSigner: config['keys.checkpoint'],
    publishExecution: surfacesOfEnd.bind(null, store),
  }

  const tokens = tokensOf(config)

  const server = buildServer({
    log,
    webhook: {
      store,
      secrets: secretsOf(config),
      deliver: async (event) => {
        metrics.delivered(event.name)
        await hand(probot, event)
      },
    },
    health: {
      store,
      now,
      metrics,
      githubSeen: () => githubSeen,
      githubQuietMs: Math.max(10 * 60_000, 2_500 * config.sweep_seconds),
      stopping: () => stop.aborted,
    },
    agents: {
      store,
      now,
      claim: async (agent, question) => {
        const deps = {
          ...queue,
          random: (bytes: number) => new Uint8Array(randomBytes(bytes)),
          iss,
          signer: config['keys.exec'],
          log,
        }
        const order = await claim(deps, agent, question)
        metrics.claimed(order?.kind ?? 'none')
        return order
      },
      started: (agent, attempt, jti) => started(queue, agent, attempt, jti),
      heartbeat: (agent, attempt, jti) => heartbeat(queue, agent, attempt, jti),
      refused: (agent, attempt, report) => {
        metrics.refused(report.code)
        return refused(queue, agent, attempt, report)
      },
      settle: (agent, receipt) => settle(settling, agent, receipt),
      probed: (agent, report) => probed(queue, agent, report),
      schema: (agent, statement) => takeSchema(settling, agent, statement),
      waiting: (agent, question) => waiting(queue, agent, question),
    },
    status: {
      operators: config.operators,
      status: (question) => statusOf(store, question, now()),
    },
    actions: {
      open: (question) =>
        openSession({ store, now, random: (bytes) => new Uint8Array(randomBytes(bytes)), tokens }, question),
      refused: createRefusalLog(store, now),
    },
  })

  const floor = config['policy.floor_repository']
  const look = { store, reviewer, signer: config['keys.authz'], iss, now }
  // Null until the first sweep has been: then nothing is known against any repository.
  let installed: ReadonlyMap<number, string> | null = null
  const found = (now: ReadonlyMap<number, string>) => {
    installed = now
  }
  const withAccess = async (repository: string, ask: () => Promise<void>) => {
    try {
      await ask()
    } catch (error) {
      if (lostAccess(error)) github.forget(repository)
      throw error
    }
  }
  const worker = startWorker({
    store,
    now,
    log,
    reconcile: async (row) => {
      const begun = now()
      const readerOf = async (repository: string) =>
        heedFloor(reader((await github.forRepository(repository)).octokit), floor)
      await withAccess(row.repo, () => reconcile({ ...look, reader: readerOf }, row))
      githubSeen = now()
      looks.set(`${row.repo_id}#${row.pr}`, begun)
    },
    sweepRepository: (row) => withAccess(row.repo, () => sweepRepository({ store, github, now, looks }, row)),
    reconcileGroups: (row) => {
      const readerOf = async (repository: string) =>
        heedFloor(reader((await github.forRepository(repository)).octokit), floor)
      const deps = { ...look, reader: readerOf, openPulls: github.openPulls }
      return withAccess(row.repo, () => reconcileGroups(deps, row))
    },
    publish: () =>
      publish({
        pending: (at) => pendingSurfaces(store, at).filter((one) => installed?.has(one.repo_id) !== false),
        posted: (key, hash, id) => surfacePosted(store, key, hash, id),
        failed: (key, notBefore, error) => surfaceFailed(store, key, notBefore, error),
        github,
        appId: credentials.appId,
        webUrl: webUrl(credentials.apiUrl),
        pauseMs: pauseFor(credentials.apiUrl),
        now,
        sleep,
      }),
  })

  const introduced = introduce(stop, log, async () => {
    const self = await github.self()
    checkPermissions(self.permissions)
    githubSeen = now()
    log.info({ app: self.slug }, 'GitHub knows this App')
  })
  const address = await server.listen({
    host: config['server.listen.host'],
    port: config['server.listen.port'],
  })
  log.info({ address }, 'listening')
  const sweeper = startSweep({ store, github, now, log, looks, found, everySeconds: config.sweep_seconds })
  const { deliveries, attempt } = github
  const redelivery = startRedelivery({
    store,
    now,
    log,
    deliveries,
    attempt,
    everySeconds: config.sweep_seconds,
  })
  const failed = await Promise.race([introduced, stopped(stop)])

  log.info('stopping')
  await server.close()
  await Promise.all([sweeper.stop(), redelivery.stop(), worker.stop()])
  await reviewer.close()
  closeStore(store)
  log.info('stopped')
  if (failed instanceof ConfigError) throw failed
}

/** Asks GitHub who we are until it answers. An App that may do more than it needs is not started: a ConfigError. */
async function introduce(
  stop: AbortSignal,
  log: Logger | ReturnType<typeof createLog>,
  ask: () => Promise<void>,
) {
  for (let pause = 500; !stop.aborted; pause = Math.min(30_000, pause * 2)) {
    try {
      await ask()
      return await stopped(stop)
    } catch (error) {
      if (error instanceof ConfigError) return error
      log.warn({ err: error }, 'GitHub does not know us, or does not answer')
      await sleep(pause, undefined, { signal: stop }).catch(() => undefined)
    }
  }
  return null
}

function stopped(stop: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve(null)
    else stop.addEventListener('abort', () => resolve(null), { once: true })
  })
}

/** Null where no agent is a job of GitHub Actions: then nobody is asked for keys. */
function tokensOf(config: Config): SessionDeps['tokens'] {
  const [issuer, audience] = [config['actions.issuer'], config['actions.audience']]
  if (audience === null || config.agents.every((one) => one.actions === null)) return null
  const keyFor = createJwks({ issuer, fetch, monotonic: () => performance.now() })
  return { issuer, audience, keyFor }
}

/** Probot's handlers take the events that octokit knows; ours takes any, and parses what it needs. */
async function hand(probot: Probot, { id, name, payload }: VerifiedEvent): Promise<void> {
  await probot.receive({ id, name, payload } as Parameters<Probot['receive']>[0])
}

function secretsOf(config: Config): readonly [string, ...string[]] {
  const previous = config['github.webhook_secret_previous']
  return [config['github.webhook_secret'], ...(previous === null ? [] : [previous])]
}

/** A question to GitHub may take longer. What is cut off is done again after the next start, as after a crash. */
const patienceMs = 25_000

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { config: { type: 'string' } } })
  const stop = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => {
      stop.abort()
      setTimeout(() => process.exit(0), patienceMs).unref()
    })
  }
  try {
    if (values.config === undefined)
      throw new ConfigError(['expected --config FILE; docs/configuration.md has one to copy'])
    await serve(readConfig(values.config, process.env), stop.signal)
    return 0
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.problems.map((one) => `dbward server: ${one}`).join('\n')}\n`)
    return configExitCode
  }
}

if (import.meta.main) process.exitCode = await main()
