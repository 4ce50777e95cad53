import { existsSync, writeFileSync } from 'node:fs'
import { ConfigError } from '@dbward/protocol/errors'
import type { GitHubReader } from '@dbward/protocol/github'
import { sha256 } from '@dbward/protocol/plan'
import { policyPath } from '@dbward/protocol/policy'
import { parsePolicy } from '@dbward/protocol/policy-parse'
import { type PolicyAtBase, readChange, type Snapshot } from '@dbward/protocol/snapshot'
import { configurableRules } from '@dbward/rules/configurable'
import { candidatesFor } from './candidates.ts'
import { printable, readBytes, readText } from './files.ts'
import { asking, operatorGitHub, repositoryOf } from './github.ts'
import { judgeChange } from './judge-change.ts'
import { type Explained, exitCodeOf, explainedText } from './policy-text.ts'
import { parseRecord, recording, replaying } from './record.ts'
import { type Exit, toJson, UsageError, type World } from './world.ts'

export type ExplainOptions = {
  readonly pr: string
  readonly repo?: string
  readonly record?: string
  readonly json?: true
}
export type SimulateOptions = {
  readonly pr?: string
  readonly repo?: string
  readonly recorded?: string
  readonly json?: true
}

/** What the policy of the base branch says of a pull request now, and who could change that. */
export async function explainPolicy(options: ExplainOptions, world: World): Exit {
  const repo = repositoryOf(options.repo, world)
  const pr = pullNumber(options.pr)
  if (options.record !== undefined && existsSync(options.record)) {
    throw new UsageError(`${printable(options.record)}: expected the name of a file that is not there yet`)
  }
  const { reader, answers } = recording(await operatorGitHub(repo, world))
  const at = world.now()
  const explained = await judged(reader, repo, pr, null, at)
  if (options.record !== undefined) {
    const record = { v: 'dbward.record.v1', repo, pr, at: at.toISOString(), answers: answers() }
    writeFileSync(options.record, toJson(record), { flag: 'wx', mode: 0o600 })
  }
  return show(explained, options, world)
}

/** The same by a policy that is in force nowhere yet. It reads, and changes nothing. */
export async function simulatePolicy(file: string, options: SimulateOptions, world: World): Exit {
  if ((options.pr === undefined) === (options.recorded === undefined)) {
    throw new UsageError('expected either --pr N or --recorded FILE')
  }
  const given = policyIn(file)
  if (options.recorded !== undefined) {
    const record = parseRecord(readText(options.recorded), printable(options.recorded))
    return show(
      await judged(replaying(record), record.repo, record.pr, given, new Date(record.at)),
      options,
      world,
    )
  }
  const repo = repositoryOf(options.repo, world)
  const github = await operatorGitHub(repo, world)
  return show(await judged(github, repo, pullNumber(options.pr ?? ''), given, world.now()), options, world)
}

async function judged(
  github: GitHubReader,
  repo: string,
  pr: number,
  given: PolicyAtBase | null,
  now: Date,
): Promise<Explained> {
  return asking(`${repo}#${pr}`, async () => {
    const snapshot = await readChange(github, repo, pr, configurableRules, given)
    const policy = policyOf(snapshot)
    if (policy === null) return { snapshot, simulated: false, requests: null }
    const requests = []
    for (const { on, decision } of await judgeChange(snapshot, policy, now.getTime())) {
      const could = await candidatesFor(github, policy, snapshot.facts, decision)
      requests.push({ on, decision, could })
    }
    return { snapshot, simulated: given !== null, requests }
  })
}

function policyOf({ policy, facts }: Snapshot) {
  if (policy.found === 'yes') return policy.policy
  if (policy.found === 'no') return null
  throw new ConfigError(
    policy.problems.map(
      (one) => `${policyPath} of ${facts.base.ref}:${one.line}:${one.column}: ${printable(one.message)}`,
    ),
  )
}

function policyIn(file: string): PolicyAtBase {
  const bytes = readBytes(file)
  const parsed = parsePolicy(bytes, configurableRules)
  if (parsed.ok) return { found: 'yes', policy: parsed.policy, sha256: sha256(bytes) }
  throw new ConfigError(
    parsed.problems.map((one) => `${printable(file)}:${one.line}:${one.column}: ${printable(one.message)}`),
  )
}

function pullNumber(given: string): number {
  if (/^[1-9]\d{0,8}$/.test(given)) return Number(given)
  throw new UsageError(`expected the number of a pull request, got ${printable(given)}`)
}

function show(explained: Explained, { json }: { readonly json?: true }, world: World): number {
  world.out(json ? toJson(asJson(explained)) : explainedText(explained))
  return exitCodeOf(explained)
}

function asJson({ snapshot: { facts, policy }, simulated, requests }: Explained) {
  const { repo, pr, head, base, state } = facts
  return {
    repo: repo.name,
    pr,
    state,
    head,
    base,
    policy: policy.found === 'yes' ? policy.sha256 : null,
    simulated,
    requests: requests?.map(({ on, decision, could }) => ({ on, ...decision, could })) ?? [],
  }
}
