import { ConfigError, configExitCode } from '@dbward/protocol/errors'
import { heedFloor } from '@dbward/protocol/floor-read'
import { loadSigner } from '@dbward/protocol/keys'
import { pino } from 'pino'
import { createClient } from './client.ts'
import { type AgentConfig, readConfig, readKeyFile, readText } from './config.ts'
import { createGitHub } from './github.ts'
import { type LoopDeps, runLoop } from './loop.ts'
import { startSchemas } from './schema.ts'
import { openSpool } from './spool.ts'
import { readTrust } from './trust.ts'

/** Builds the agent from its configuration and runs it until the signal; the work at hand is finished first. */
export async function runAgent(config: AgentConfig, signal: AbortSignal): Promise<void> {
  const log = pino({ level: config['log.level'], base: { agent: config['agent.id'] } }, pino.destination(2))
  const signer = loadSigner(config['agent.key'], 'agent', readKeyFile)
  const spool = openSpool(config['agent.spool'])
  const pinned = {
    bundle: config['trust.bundle'],
    roots: config['trust.roots'],
    threshold: config['trust.threshold'],
  }
  const trust = () => readTrust(pinned, spool, Math.floor(Date.now() / 1_000))
  trust()
  log.info({ server: config['server.url'], databases: config.databases.length }, 'agent started')
  const client = createClient({ url: config['server.url'], token: config.token })
  const own = { id: config['agent.id'], signer, client, targets: config.urls, trust, now: Date.now }
  const write: LoopDeps['log'] = (level, fields, message) => log[level](fields, message)
  const schemas = config['agent.schema_snapshot']
    ? startSchemas({ ...own, minutes: config['agent.schema_minutes'], log: write })
    : null
  const github = createGitHub({
    apiUrl: config['github.api_url'],
    appId: config['github.app_id'],
    privateKey: readText(config['github.private_key'], "the App's private key"),
  })
  const loop = runLoop(
    {
      ...own,
      run: null,
      spool,
      progressUrls: config.progressUrls,
      schemas,
      github: async (repository) => heedFloor(await github(repository), config['policy.floor_repository']),
      pollMs: config['agent.poll_ms'],
      monotonic: () => performance.now(),
      log: write,
    },
    signal,
  )
  await loop.finally(() => schemas?.stop())
  log.info('agent stopped')
}

/** `dbward agent run`: SIGTERM and SIGINT end it after the work at hand; a configuration fault is exit code 78. */
export async function main(configPath: string): Promise<number> {
  const stop = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort())
  try {
    await runAgent(readConfig(configPath, process.env), stop.signal)
    return 0
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.problems.map((one) => `dbward agent: ${one}`).join('\n')}\n`)
    return configExitCode
  }
}
