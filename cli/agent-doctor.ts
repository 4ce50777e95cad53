import { readFileSync } from 'node:fs'
import { type AgentConfig, type DatabaseTarget, readConfig, readKeyFile } from '@dbward/agent/config'
import { type Check, doctorPostgres } from '@dbward/agent/doctor'
import { createGitHub } from '@dbward/agent/github'
import { openBundle } from '@dbward/protocol/bundle'
import { repository } from '@dbward/protocol/github'
import { loadSigner, parsePublicFile } from '@dbward/protocol/keys'
import { openRepository } from '@dbward/protocol/repository'
import { printable, readText } from './files.ts'
import { type Exit, toJson, type World } from './world.ts'

export type DoctorOptions = { readonly config: string; readonly json?: true }
type Found = { readonly about: string; readonly checks: readonly Check[] }

/** Looks at everything that a run needs, changes nothing, and goes on after a fault, so that one call shows them all. */
export async function examine({ config: path, json }: DoctorOptions, world: World): Exit {
  const config = readConfig(path, world.env)
  const found: Found[] = [{ about: 'trust', checks: trustChecks(config, world) }]
  for (const [target, url] of config.urls) {
    const about = `${target.repository} ${target.database}@${target.environment}`
    const database = await doctorPostgres(url, { now: () => world.now().getTime() })
    found.push({ about, checks: [...database, await githubCheck(config, target)] })
  }
  const ok = found.every(({ checks }) => checks.every((one) => one.ok))
  world.out(json ? toJson({ ok, found }) : found.map(asText).join(''))
  return ok ? 0 : 1
}

function trustChecks(config: AgentConfig, world: World): readonly Check[] {
  const now = Math.floor(world.now().getTime() / 1_000)
  try {
    const { kid } = loadSigner(config['agent.key'], 'agent', readKeyFile)
    const roots = config['trust.roots'].map((path) => parsePublicFile(readText(path), 'root', path))
    const trust = { roots, threshold: config['trust.threshold'], now }
    const bundle = openBundle(readText(config['trust.bundle']), trust)
    const days = Math.floor((bundle.expires - now) / 86_400)
    const own = bundle.keyFor('agent', kid, now)
    return [
      check(
        'bundle',
        days >= 7,
        `version ${bundle.version}, good for ${days} days`,
        'sign the next one with dbward keys bundle',
      ),
      check(
        'own key',
        own?.id === config['agent.id'],
        own === undefined ? 'the bundle does not have it' : `the bundle has it as ${own.id}`,
        'sign a bundle that has this agent’s public key under its id',
      ),
    ]
  } catch (error) {
    return [
      check(
        'bundle',
        false,
        reasonOf(error),
        'mend what it says, with dbward keys show and dbward keys bundle',
      ),
    ]
  }
}

async function githubCheck(config: AgentConfig, target: DatabaseTarget): Promise<Check> {
  const fix =
    'install the agent’s App on the repository with the permissions of agent/app.yml, and correct repository_id and branches'
  try {
    const github = createGitHub({
      apiUrl: config['github.api_url'],
      appId: config['github.app_id'],
      privateKey: readFileSync(config['github.private_key'], 'utf8'),
    })
    const repo = openRepository(await github(target.repository), target.repository)
    const { id } = repository(await repo.one(''), 'repository')
    if (id !== target.repository_id)
      return check('github', false, `expected repository ${target.repository_id}, got ${id}`, fix)
    for (const branch of target.branches) await repo.one('/branches/{branch}', { branch })
    return check('github', true, `the repository and its ${target.branches.length} branches can be read`, fix)
  } catch (error) {
    return check('github', false, reasonOf(error), fix)
  }
}

function check(name: string, ok: boolean, message: string, fix: string): Check {
  return { name, ok, message, fix: ok ? '' : fix }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function asText({ about, checks }: Found): string {
  const lines = checks.map(({ name, ok, message, fix }) => {
    const remedy = ok ? '' : `\n          -> ${printable(fix)}`
    return `  ${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(10)}  ${printable(message)}${remedy}\n`
  })
  return `${printable(about)}\n${lines.join('')}`
}
