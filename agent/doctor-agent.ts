import { branch, repository } from '@dbward/protocol/github'
import { loadSigner } from '@dbward/protocol/keys'
import { openRepository } from '@dbward/protocol/repository'
import { createClient, ServerRefused } from './client.ts'
import { type AgentConfig, type DatabaseTarget, readKeyFile, readText } from './config.ts'
import { type Check, doctorPostgres } from './doctor.ts'
import { createGitHub } from './github.ts'
import { openSpool } from './spool.ts'
import { readTrust } from './trust.ts'

type Found = { readonly ok: boolean; readonly message: string; readonly fix?: string }

/**
 * Looks at everything that this agent needs: its key and whom it trusts, the server, GitHub with its own App, and each
 * database. Changes nothing but the note of the trust bundle's version. Every check says what to do.
 */
export async function doctorAgent(config: AgentConfig, now: () => number): Promise<readonly Check[]> {
  const checks = [
    await check('key', 'make one with dbward keys generate --role agent', () => checkKey(config, now)),
    await check('server', 'check server.url, the network, and that the server runs', () =>
      checkServer(config),
    ),
  ]
  for (const [target, url] of config.urls) {
    const name = `${target.database}@${target.environment}`
    checks.push(
      await check(`github ${target.repository}`, 'install the App of agent/app.yml on this repository', () =>
        checkGitHub(config, target),
      ),
    )
    checks.push(
      ...(await doctorPostgres(url, { now })).map((one) => ({ ...one, name: `${name} ${one.name}` })),
    )
  }
  return checks
}

function checkKey(config: AgentConfig, now: () => number): Found {
  const signer = loadSigner(config['agent.key'], 'agent', readKeyFile)
  const seconds = Math.floor(now() / 1_000)
  const trust = {
    bundle: config['trust.bundle'],
    roots: config['trust.roots'],
    threshold: config['trust.threshold'],
  }
  const bundle = readTrust(trust, openSpool(config['agent.spool']), seconds)
  const days = Math.floor((bundle.expires - seconds) / 86_400)
  const own = bundle.keyFor('agent', signer.kid, seconds)
  if (own?.id !== config['agent.id']) {
    const message = `the trust bundle ${bundle.version} does not list this key for ${config['agent.id']}`
    return { ok: false, message, fix: 'make a new bundle with dbward keys bundle and this key' }
  }
  const message = `trust bundle ${bundle.version}, ${days} days left`
  return days < 14
    ? { ok: false, message, fix: 'make a new bundle with dbward keys bundle' }
    : { ok: true, message }
}

/** A sign of life for an attempt that does not exist is answered, and changes nothing: so the token is known. */
async function checkServer(config: AgentConfig): Promise<Found> {
  const client = createClient({ url: config['server.url'], token: config.token })
  try {
    await client.heartbeat(noAttempt, noAttempt)
    return { ok: true, message: `${config['server.url']} knows this agent` }
  } catch (error) {
    if (!(error instanceof ServerRefused)) throw error
    const fix = "put the SHA-256 of this agent's token under agents in the server's configuration"
    return error.status === 401
      ? { ok: false, message: 'the server does not know the token', fix }
      : { ok: true, message: error.message }
  }
}

async function checkGitHub(config: AgentConfig, target: DatabaseTarget): Promise<Found> {
  const readerOf = createGitHub({
    apiUrl: config['github.api_url'],
    appId: config['github.app_id'],
    privateKey: readText(config['github.private_key'], "the App's private key"),
  })
  const repo = openRepository(await readerOf(target.repository), target.repository)
  const { id } = repository(await repo.one(''), 'repository')
  if (id !== target.repository_id) {
    const message = `${target.repository} is repository ${id}; the configuration says ${target.repository_id}`
    return { ok: false, message, fix: 'correct repository_id, if the repository is the one you mean' }
  }
  for (const name of target.branches) {
    const { protected: isProtected } = branch(
      await repo.one('/branches/{branch}', { branch: name }),
      'branch',
    )
    if (isProtected || target.require_protection === false) continue
    if ((await repo.all('/rules/branches/{branch}', { branch: name })).length > 0) continue
    return {
      ok: false,
      message: `the branch ${name} is not protected`,
      fix: 'require pull requests for it on GitHub',
    }
  }
  return { ok: true, message: `${target.repository} can be read, and its branches are protected` }
}

async function check(name: string, fix: string, look: () => Found | Promise<Found>): Promise<Check> {
  try {
    const found = await look()
    return { name, ok: found.ok, message: found.message, fix: found.fix ?? '' }
  } catch (error) {
    const status = (error as { status?: unknown } | null)?.status
    const why =
      typeof status === 'number'
        ? `GitHub answered ${status}`
        : error instanceof Error
          ? error.message
          : 'no answer'
    return { name, ok: false, message: why, fix }
  }
}

const noAttempt = '0'.repeat(26)
