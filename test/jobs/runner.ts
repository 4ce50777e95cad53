import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { execute } from '../../action/execute.ts'
import type { ActionWorld } from '../../action/world.ts'
import { type Claims, type Issuer, jobClaims, startIssuer } from '../stage/issuer.ts'
import type { Setting } from '../stage/setting.ts'
import { type Stage, type StageOptions, serverReady, stage } from '../stage/stage.ts'

const run = promisify(execFile)
export const audience = 'dbward:stage'
const workflow = '.github/workflows/migrate.yml'

/** GitHub with Actions, a database and a server that has no agent but jobs. */
export type Works = Awaited<ReturnType<typeof works>>

export async function works(options: StageOptions = {}) {
  const issuer = await startIssuer()
  let about: { readonly id: number; readonly owner: number } = { id: 0, owner: 0 }
  const it = await stage({
    ...options,
    actions: async (setting) => {
      about = await idsOf(setting)
      return {
        issuer: issuer.url,
        audience,
        rule: {
          repository: setting.repo.fullName,
          repository_id: about.id,
          repository_owner_id: about.owner,
          refs: ['refs/heads/main'],
          events: ['push', 'workflow_dispatch'],
          job_workflow_ref: `${setting.repo.fullName}/${workflow}@refs/heads/main`,
          environment: 'production',
        },
      }
    },
  })
  const token = await jobToken(it)
  it.server.start()
  await serverReady(it)
  let runs = 9_000
  const jobs: Awaited<ReturnType<typeof runner>>[] = []

  return {
    it,
    issuer,
    /** A run of the workflow at a commit, on a runner of its own with a checkout of that commit. */
    runner: async (sha: string, changes: RunnerChanges = {}) => {
      runs += 1
      const job = await runner({ it, issuer, about, token, sha, run: runs, changes })
      jobs.push(job)
      return job
    },
    /** Everything that people or machines could read of the jobs and the server. */
    said: () =>
      [
        ...jobs.flatMap((job) => [...job.lines, job.summary(), JSON.stringify(job.outputs)]),
        it.server.output(),
        readFileSync(it.storePath, 'latin1'),
      ].join('\n'),
    secrets: () => [...new Set(jobs.flatMap((job) => job.masked))],
    async stop() {
      for (const job of jobs) job.clean()
      await issuer.close()
      await it.stop()
    },
  }
}

export type RunnerChanges = {
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly claims?: Claims
  readonly fetch?: typeof globalThis.fetch
  readonly signal?: AbortSignal
  /** How much faster the minutes of this runner pass. */
  readonly hurry?: number
}

type Parts = {
  readonly it: Stage
  readonly issuer: Issuer
  readonly about: { readonly id: number; readonly owner: number }
  readonly token: string
  readonly sha: string
  readonly run: number
  readonly changes: RunnerChanges
}

async function runner({ it, issuer, about, token, sha, run: id, changes }: Parts) {
  const folder = mkdtempSync(join(tmpdir(), 'dbward-runner-'))
  const workspace = join(folder, 'work')
  const git = (...args: readonly string[]) =>
    run('git', ['-C', workspace, ...args], { env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' } })
  await run('git', ['clone', '--quiet', it.repo.cloneUrl(token), workspace])
  await git('checkout', '--quiet', sha)
  const lines: string[] = []
  const masked: string[] = []
  const outputs: Record<string, string> = {}
  let summary = ''
  const inputs: Readonly<Record<string, string>> = {
    'server-url': it.server.url,
    audience,
    'agent-id': 'agent-1',
    'agent-key': readFileSync(it.keys.path('agent', 'private'), 'utf8'),
    'trust-bundle': readFileSync(it.keys.bundlePath, 'utf8'),
    'trust-roots': readFileSync(it.keys.path('root', 'public'), 'utf8'),
    database: 'app',
    environment: 'production',
    engine: it.targets[0]?.engine ?? '',
    'database-url': it.targets[0]?.env[it.targets[0].urlEnv] ?? '',
    'progress-url': it.targets[0]?.env[it.targets[0].progressUrlEnv ?? ''] ?? '',
    'github-token': token,
    'verifier-app-id': String(it.agentApp.id),
    'verifier-private-key': it.agentApp.privateKey,
    'wait-minutes': '1',
    ...changes.inputs,
  }
  const say = (kind: string) => (line: string) => void lines.push(`${kind}${line}`)
  const world: ActionWorld = {
    env: {
      GITHUB_API_URL: it.github.url,
      GITHUB_REPOSITORY: it.repo.fullName,
      GITHUB_REPOSITORY_ID: String(about.id),
      GITHUB_REF: 'refs/heads/main',
      GITHUB_SHA: sha,
      GITHUB_RUN_ID: String(id),
      GITHUB_RUN_ATTEMPT: '1',
      RUNNER_TEMP: folder,
      ...changes.env,
    },
    workspace,
    event: null,
    input: (name) => inputs[name]?.trim() ?? '',
    setOutput: (name, value) => {
      outputs[name] = value
    },
    summary: (markdown) => {
      summary += markdown
    },
    mask: (secret) => void masked.push(secret),
    say: say(''),
    warn: say('warning: '),
    fail: say('error: '),
    idToken: (asked) =>
      issuer.sign({
        ...jobClaims(issuer.url, asked, Math.floor(Date.now() / 1_000)),
        repository: it.repo.fullName,
        repository_id: String(about.id),
        repository_owner_id: String(about.owner),
        sha,
        job_workflow_ref: `${it.repo.fullName}/${workflow}@refs/heads/main`,
        run_id: String(id),
        ...changes.claims,
      }),
    fetch: changes.fetch ?? globalThis.fetch,
    now: Date.now,
    monotonic: () => performance.now() * (changes.hurry ?? 1),
    signal: changes.signal ?? new AbortController().signal,
  }
  return {
    workspace,
    folder,
    lines,
    masked,
    outputs,
    world,
    summary: () => summary,
    execute(by: Partial<ActionWorld> = {}) {
      return execute({ ...world, ...by })
    },
    clean: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A server that says this of every merge, and all else as it is. */
export function queueSays(said: {
  readonly pr: number
  readonly state: string
  readonly why: string
  readonly who?: string
}): typeof fetch {
  const one = { request: 'x', code: null, place: null, who: null, run: null, ...said }
  return async (url, init) =>
    String(url).endsWith('/queue')
      ? Response.json({ seen: true, undecided: null, requests: [one] })
      : fetch(url, init)
}

async function idsOf(setting: Setting) {
  const [owner = '', repo = ''] = setting.repo.fullName.split('/')
  const { data } = await setting.people.ann.octokit.rest.repos.get({ owner, repo })
  return { id: data.id, owner: data.owner.id }
}

/** The token of a job is one of an App of GitHub's own, narrowed to one repository and to what the job asked for. */
async function jobToken({ github, repo }: Setting): Promise<string> {
  const app = github.app({
    slug: 'github-actions',
    owner: 'acme',
    permissions: { contents: 'write', pull_requests: 'write', issues: 'write', checks: 'write' },
  })
  const installation = github.install(app.id, 'acme', 'all')
  const nothing = () => undefined
  const octokit = new Octokit({
    baseUrl: github.url,
    authStrategy: createAppAuth,
    auth: { appId: app.id, privateKey: app.privateKey },
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  })
  const { data } = await octokit.rest.apps.createInstallationAccessToken({
    installation_id: installation.id,
    repositories: [repo.fullName.split('/')[1] ?? ''],
    permissions: { contents: 'read', pull_requests: 'read' },
  })
  return data.token
}
