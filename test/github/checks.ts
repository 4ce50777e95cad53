import { emit } from './events.ts'
import { readCommit } from './git/read.ts'
import { checkRunInHook, runsOf, suiteBody } from './render/checks.ts'
import type { Account, App, CheckRun, Repo, Suite, World } from './world.ts'

/** After a push, every App with `checks: write` gets a suite for the new commit. */
export async function requestSuites(
  world: World,
  repo: Repo,
  at: { readonly branch: string; readonly before: string; readonly sha: string },
  sender: Account,
): Promise<void> {
  const head = await readCommit(repo, at.sha)
  if (!head) return
  for (const { app, account, selection } of world.installations.values()) {
    const covered = account.id === repo.owner.id && (selection === 'all' || selection.has(repo.id))
    if (!covered || app.permissions.checks !== 'write' || suiteFor(repo, app, at.sha)) continue
    const suite = openSuite(world, repo, app, at.sha, at.branch, at.before)
    if (!app.events.includes('check_suite')) continue
    const body = { check_suite: suiteBody(world, repo, suite, head) }
    emit(world, repo, { event: 'check_suite', action: 'requested', sender, only: app, body })
  }
}

export function suiteFor(repo: Repo, app: App, sha: string): Suite | undefined {
  return repo.suites.find((suite) => suite.app.id === app.id && suite.headSha === sha)
}

export function openSuite(
  world: World,
  repo: Repo,
  app: App,
  headSha: string,
  headBranch: string | null,
  before: string | null,
): Suite {
  const at = world.now()
  const suite = { id: world.nextId(), app, headSha, headBranch, before, createdAt: at, updatedAt: at }
  repo.suites.push(suite)
  return suite
}

/** Tells subscribed Apps of a run, and of its suite where that is completed with it. */
export async function emitCheckRun(
  world: World,
  repo: Repo,
  run: CheckRun,
  action: 'created' | 'completed',
): Promise<void> {
  const body = { check_run: checkRunInHook(world, repo, run) }
  emit(world, repo, { event: 'check_run', action, sender: run.app.bot, body })
  const head = await readCommit(repo, run.headSha)
  if (action !== 'completed' || !head) return
  if (runsOf(repo, run.suite).some(({ status }) => status !== 'completed')) return
  emit(world, repo, {
    event: 'check_suite',
    action: 'completed',
    sender: run.app.bot,
    body: { check_suite: suiteBody(world, repo, run.suite, head) },
  })
}

/** Somebody presses "Re-run" or one of the buttons of a run. Only its own App is told. */
export function emitCheckButton(
  world: World,
  repo: Repo,
  run: CheckRun,
  sender: Account,
  identifier: string | null,
): void {
  const action = identifier === null ? 'rerequested' : 'requested_action'
  const button = identifier === null ? {} : { requested_action: { identifier } }
  const body = { check_run: checkRunInHook(world, repo, run), ...button }
  emit(world, repo, { event: 'check_run', action, sender, only: run.app, body })
}
