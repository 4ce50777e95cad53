import { ApiError, invalid, notFound, type RepoAsk, type Route, repoRoute } from '../api.ts'
import { accountOf } from '../auth.ts'
import { checkFields } from '../check-fields.ts'
import { emitCheckButton, emitCheckRun, openSuite, suiteFor } from '../checks.ts'
import { idOf, text } from '../fields.ts'
import { readCommit, refs, resolveCommit } from '../git/read.ts'
import { paginate } from '../paginate.ts'
import { annotationBody, checkRunBody, suiteBody } from '../render/checks.ts'
import { latestRuns } from '../rules.ts'
import type { App, CheckRun } from '../world.ts'
import { needs } from './needs.ts'

export const checkRoutes: readonly Route[] = [
  repoRoute('post', '/repos/{owner}/{repo}/check-runs', needs.writeChecks, async (ask) => {
    const { world, repo } = ask
    const app = checkingApp(ask)
    const headSha = text(ask.body, 'head_sha', 'CheckRun')
    const fields = checkFields(ask.body, world.now())
    const name = text(ask.body, 'name', 'CheckRun')
    if (!(await readCommit(repo, headSha)))
      throw invalid('CheckRun', `No commit found for SHA: ${headSha}`, 'head_sha')
    const [branch] = (await refs(repo, 'refs/heads')).filter(({ sha }) => sha === headSha)
    const run: CheckRun = {
      id: world.nextId(),
      app,
      suite:
        suiteFor(repo, app, headSha) ??
        openSuite(world, repo, app, headSha, branch?.ref.slice('refs/heads/'.length) ?? null, null),
      headSha,
      name,
      externalId: '',
      detailsUrl: null,
      status: 'queued',
      conclusion: null,
      startedAt: world.now(),
      completedAt: null,
      title: null,
      summary: null,
      text: null,
      annotations: [],
      actions: [],
    }
    apply(run, fields, world.now())
    repo.checkRuns.push(run)
    await emitCheckRun(world, repo, run, 'created')
    if (run.status === 'completed') await emitCheckRun(world, repo, run, 'completed')
    return { status: 201, body: checkRunBody(world, repo, run) }
  }),

  repoRoute('get', '/repos/{owner}/{repo}/check-runs/{check_run_id}', needs.readChecks, (ask) => ({
    status: 200,
    body: checkRunBody(ask.world, ask.repo, runOf(ask)),
  })),

  repoRoute('patch', '/repos/{owner}/{repo}/check-runs/{check_run_id}', needs.writeChecks, async (ask) => {
    const run = runOf(ask)
    if (run.app.id !== checkingApp(ask).id) {
      throw new ApiError(
        403,
        `Invalid app_id \`${checkingApp(ask).id}\` - check run can only be modified by the GitHub App that created it.`,
      )
    }
    const fields = checkFields(ask.body, ask.world.now())
    if (ask.body.name !== undefined) run.name = text(ask.body, 'name', 'CheckRun')
    const wasCompleted = run.status === 'completed'
    apply(run, fields, ask.world.now())
    if (!wasCompleted && run.status === 'completed') await emitCheckRun(ask.world, ask.repo, run, 'completed')
    return { status: 200, body: checkRunBody(ask.world, ask.repo, run) }
  }),

  repoRoute('get', '/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations', needs.readChecks, (ask) => {
    const { items, headers } = paginate(ask, annotationBody(ask.world, ask.repo, runOf(ask)))
    return { status: 200, headers, body: [...items] }
  }),

  repoRoute('post', '/repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest', needs.rerequest, (ask) => {
    // The run itself does not change: its App is asked to make it run again.
    emitCheckButton(ask.world, ask.repo, runOf(ask), accountOf(ask.caller), null)
    return { status: 201, body: {} }
  }),

  repoRoute('get', '/repos/{owner}/{repo}/commits/{ref}/check-runs', needs.readChecks, async (ask) => {
    const sha = await headOf(ask)
    const { query } = ask
    const all =
      query.filter === 'all'
        ? ask.repo.checkRuns.filter((run) => run.headSha === sha)
        : latestRuns(ask.repo, sha)
    const found = all
      .filter(
        (run) =>
          (!query.check_name || run.name === query.check_name) &&
          (!query.status || run.status === query.status) &&
          (!query.app_id || String(run.app.id) === query.app_id),
      )
      .reverse()
    const { items, headers } = paginate(ask, found)
    const runs = items.map((run) => checkRunBody(ask.world, ask.repo, run))
    return { status: 200, headers, body: { total_count: found.length, check_runs: runs } }
  }),

  repoRoute('get', '/repos/{owner}/{repo}/commits/{ref}/check-suites', needs.readChecks, async (ask) => {
    const sha = await headOf(ask)
    const head = await readCommit(ask.repo, sha)
    const found = ask.repo.suites.filter(
      (suite) => suite.headSha === sha && (!ask.query.app_id || String(suite.app.id) === ask.query.app_id),
    )
    const { items, headers } = paginate(ask, found)
    if (!head) throw notFound()
    const suites = items.map((suite) => suiteBody(ask.world, ask.repo, suite, head))
    return { status: 200, headers, body: { total_count: found.length, check_suites: suites } }
  }),
]

function checkingApp({ caller }: RepoAsk): App {
  if (caller.kind !== 'installation') throw new ApiError(403, 'You must authenticate via a GitHub App.')
  return caller.app
}

function runOf({ repo, params }: RepoAsk): CheckRun {
  const wanted = idOf(params.check_run_id)
  const run = repo.checkRuns.find(({ id }) => id === wanted)
  if (!run) throw notFound()
  return run
}

async function headOf({ repo, params }: RepoAsk): Promise<string> {
  const sha = await resolveCommit(repo, params.ref ?? '')
  if (!sha) throw new ApiError(422, `No commit found for SHA: ${params.ref}`)
  return sha
}

/** Annotations are added to those that are there; all the rest replaces. */
function apply(run: CheckRun, { annotations, ...rest }: ReturnType<typeof checkFields>, now: Date): void {
  Object.assign(run, rest)
  if (rest.status && rest.status !== 'completed') Object.assign(run, { conclusion: null, completedAt: null })
  run.annotations.push(...annotations)
  run.suite.updatedAt = now
}
