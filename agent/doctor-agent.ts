import { openBundle } from '@dbward/protocol/bundle'
import { branch, repository } from '@dbward/protocol/github'
import { loadSigner, parsePublicFile } from '@dbward/protocol/keys'
import { openRepository } from '@dbward/protocol/repository'
import { createClient, ServerRefused } from './client.ts'
import { type AgentConfig, type DatabaseTarget, readKeyFile, readText } from './config.ts'
import type { Check } from './doctor.ts'
import { createGitHub } from './github.ts'
import { doctorOf, targetOf } from './target.ts'

type Found = { readonly ok: boolean; readonly message: string; readonly fix?: string }

export type Examined = { readonly about: string; readonly checks: readonly Check[] }

/**
 * Looks at everything that this agent needs: its key and whom it trusts, the server, GitHub with its own App, and each
 * database. It goes on after a fault, so that one call shows them all, and changes nothing.
 */
export async function doctorAgent(config: AgentConfig, now: () => number): Promise<readonly Examined[]> {
  const seconds = Math.floor(now() / 1_000)
  const found: Examined[] = [
    { about: 'trust', checks: await trustChecks(config, seconds) },
    {
      about: config['server.url'],
      checks: [
        await check('server', 'check server.url, the network, and that the server runs', () =>
          checkServer(config),
        ),
      ],
    },
  ]
  for (const [target, url] of config.urls) {
    const about = `${target.repository} ${target.database}@${target.environment}`
    const fix = 'install the App of agent/app.yml on the repository, and correct its App id and private key'
    const github = await check('github', fix, () => checkGitHub(config, target))
    found.push({
      about,
      checks: [...(await doctorOf(targetOf(target, url, config.progressUrls), { now })), github],
    })
  }
  return found
}

/** The bundle as `agent run` reads it, but for the highest version seen, which only a run writes down. */
async function trustChecks(config: AgentConfig, seconds: number): Promise<readonly Check[]> {
  const roots = () =>
    config['trust.roots'].map((path) => parsePublicFile(readText(path, 'a root key'), 'root', path))
  const open = () =>
    openBundle(readText(config['trust.bundle'], 'the trust bundle'), {
      roots: roots(),
      threshold: config['trust.threshold'],
      now: seconds,
    })
  const renew = 'sign the next one with dbward keys bundle'
  return [
    await check('bundle', renew, () => {
      const { version, expires } = open()
      const days = Math.floor((expires - seconds) / 86_400)
      return { ok: days >= 7, message: `version ${version}, good for ${days} days`, fix: renew }
    }),
    await check('own key', 'make one with dbward keys generate --role agent', () => {
      const { kid } = loadSigner(config['agent.key'], 'agent', readKeyFile)
      const own = open().keyFor('agent', kid, seconds)
      const message = own === undefined ? 'the bundle does not have it' : `the bundle has it as ${own.id}`
      return {
        ok: own?.id === config['agent.id'],
        message,
        fix: "sign a bundle that has this agent's key under its id",
      }
    }),
  ]
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
    return { name, ok: found.ok, message: found.message, fix: found.ok ? '' : (found.fix ?? fix) }
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
