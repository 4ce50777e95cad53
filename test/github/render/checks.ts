import type { components } from '@octokit/openapi-types'
import type { Commit } from '../git/read.ts'
import { fullName, isPull, stamp } from '../lookup.ts'
import type { CheckRun, Repo, Suite, World } from '../world.ts'
import { appBody } from './apps.ts'
import { simpleCommit } from './commits.ts'
import { nodeId } from './people.ts'
import { pullMinimal } from './pulls.ts'
import { repoBody } from './repos.ts'

type Schemas = components['schemas']

export function checkRunBody(world: World, repo: Repo, run: CheckRun) {
  const url = `${world.url}/repos/${fullName(repo)}/check-runs/${run.id}`
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CR', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: `${world.url}/${fullName(repo)}/runs/${run.id}`,
    details_url: run.detailsUrl ?? `${world.url}/${fullName(repo)}/runs/${run.id}`,
    status: run.status,
    conclusion: run.conclusion,
    started_at: stamp(run.startedAt),
    completed_at: run.completedAt && stamp(run.completedAt),
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suite.id },
    app: appBody(world, run.app),
    pull_requests: pullsAt(world, repo, run.headSha),
  } satisfies Schemas['check-run']
}

/** The form of a check run in webhooks, where its suite is spelled out. */
export function checkRunInHook(world: World, repo: Repo, run: CheckRun) {
  return {
    ...checkRunBody(world, repo, run),
    check_suite: {
      id: run.suite.id,
      node_id: nodeId('CS', run.suite.id),
      head_branch: run.suite.headBranch,
      head_sha: run.suite.headSha,
      ...suiteState(repo, run.suite),
      url: `${world.url}/repos/${fullName(repo)}/check-suites/${run.suite.id}`,
      before: run.suite.before,
      after: run.suite.headSha,
      pull_requests: pullsAt(world, repo, run.headSha),
      app: appBody(world, run.app),
      created_at: stamp(run.suite.createdAt),
      updated_at: stamp(run.suite.updatedAt),
    },
  }
}

export function suiteBody(world: World, repo: Repo, suite: Suite, head: Commit) {
  const url = `${world.url}/repos/${fullName(repo)}/check-suites/${suite.id}`
  return {
    id: suite.id,
    node_id: nodeId('CS', suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    ...suiteState(repo, suite),
    url,
    before: suite.before,
    after: suite.headSha,
    pull_requests: pullsAt(world, repo, suite.headSha),
    app: appBody(world, suite.app),
    repository: repoBody(world, repo),
    created_at: stamp(suite.createdAt),
    updated_at: stamp(suite.updatedAt),
    head_commit: simpleCommit(head),
    latest_check_runs_count: runsOf(repo, suite).length,
    check_runs_url: `${url}/check-runs`,
    rerequestable: true,
    runs_rerequestable: true,
  } satisfies Schemas['check-suite']
}

export function runsOf(repo: Repo, suite: Suite): CheckRun[] {
  return repo.checkRuns.filter((run) => run.suite.id === suite.id)
}

// The highest of these is the conclusion of a suite.
const WORST_FIRST = [
  'failure',
  'timed_out',
  'cancelled',
  'action_required',
  'neutral',
  'success',
  'skipped',
] as const

function suiteState(repo: Repo, suite: Suite) {
  const runs = runsOf(repo, suite)
  if (runs.length === 0) return { status: 'queued' as const, conclusion: null }
  if (runs.some((run) => run.status !== 'completed'))
    return { status: 'in_progress' as const, conclusion: null }
  const conclusion = WORST_FIRST.find((one) => runs.some((run) => run.conclusion === one)) ?? null
  return { status: 'completed' as const, conclusion }
}

function pullsAt(world: World, repo: Repo, sha: string) {
  return [...repo.issues.values()]
    .filter(isPull)
    .filter((issue) => issue.state === 'open' && issue.pull.headSha === sha)
    .map((issue) => pullMinimal(world, repo, issue))
}

export function annotationBody(world: World, repo: Repo, run: CheckRun): Schemas['check-annotation'][] {
  return run.annotations.map((annotation) => ({
    ...annotation,
    blob_href: `${world.url}/${fullName(repo)}/blob/${run.headSha}/${encodeURI(annotation.path)}`,
  }))
}
