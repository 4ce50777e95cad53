import { requestSuites } from './checks.ts'
import { emit, emitPull, note } from './events.ts'
import { diff } from './git/diff.ts'
import { EMPTY_TREE, mergeTrees, replay } from './git/merge.ts'
import { branchTip, count, isAncestor, log, mergeBase, NO_COMMIT, readCommit } from './git/read.ts'
import { git } from './git/run.ts'
import { moveRef, setRef, signatureOf, webFlow, writeCommit } from './git/write.ts'
import { fullName, pullsOf } from './lookup.ts'
import { pushedCommit } from './render/commits.ts'
import type { Account, ActivityKind, App, PullIssue, Repo, World } from './world.ts'

export type By = { readonly actor: Account; readonly app: App | null }

export type Move = {
  readonly ref: string
  readonly before: string
  readonly after: string
  /** The pull request whose merge moved the ref, if one did. */
  readonly merged?: PullIssue
  /** The pull requests that a merge queue merged by one move of the branch. */
  readonly group?: readonly PullIssue[]
}

const HEADS = 'refs/heads/'
// A `push` payload lists at most this many commits.
const MOST_PUSHED_COMMITS = 2048

/** Moves a branch by compare-and-swap, with all that follows from it. False: somebody else was faster. */
export async function move(world: World, repo: Repo, change: Move, by: By): Promise<boolean> {
  const from = change.before === NO_COMMIT ? null : change.before
  const to = change.after === NO_COMMIT ? null : change.after
  if (!(await moveRef(repo, change.ref, from, to))) return false
  await afterMove(world, repo, change, by)
  return true
}

/** What GitHub does when a ref has moved, by whatever way: tells Apps and brings pull requests level. */
export async function afterMove(world: World, repo: Repo, change: Move, by: By): Promise<void> {
  repo.pushedAt = world.now()
  const forced = await isForced(repo, change)
  await emitPush(world, repo, change, forced, by)
  if (!change.ref.startsWith(HEADS)) return

  const branch = change.ref.slice(HEADS.length)
  repo.activity.unshift({
    id: world.nextId(),
    kind: activityOf(change, forced),
    ref: change.ref,
    before: change.before,
    after: change.after,
    actor: by.actor,
    at: world.now(),
  })
  for (const issue of pullsOf(repo).filter(({ state }) => state === 'open')) {
    if (issue.pull.headRepo === repo && issue.pull.headRef === branch)
      await headMoved(world, repo, issue, change, forced, by)
    if (issue.pull.baseRef === branch && issue !== change.merged && !change.group?.includes(issue))
      await baseMoved(world, repo, issue, change, by)
  }
  const { forkOf } = repo
  for (const issue of forkOf === null ? [] : pullsOf(forkOf).filter(({ state }) => state === 'open')) {
    if (forkOf === null || issue.pull.headRepo !== repo || issue.pull.headRef !== branch) continue
    if (change.after !== NO_COMMIT) await bring(forkOf, repo, change.after)
    await headMoved(world, forkOf, issue, change, forced, by)
  }
  if (change.after !== NO_COMMIT) {
    await requestSuites(world, repo, { branch, before: change.before, sha: change.after }, by.actor)
  }
}

/** A fork's commits are its parent's too, as GitHub keeps one store for all of them. */
export async function bring(repo: Repo, from: Repo, sha: string): Promise<void> {
  if (from !== repo) await git(repo.dir, ['fetch', '--quiet', from.dir, sha])
}

/** Remakes the test merge of an open pull request where its head or the tip of its base has changed. */
export async function testMerge(world: World, repo: Repo, issue: PullIssue): Promise<void> {
  const { pull } = issue
  const base = await branchTip(repo, pull.baseRef)
  if (!base || pull.testedFor === `${base} ${pull.headSha}`) return
  pull.testedFor = `${base} ${pull.headSha}`
  const tree = await mergeTrees(repo, base, pull.headSha)
  pull.mergeable = tree !== null
  pull.rebaseable = await canRebase(world, repo, base, pull.headSha)
  pull.mergeSha =
    tree &&
    (await writeCommit(repo, {
      tree,
      parents: [base, pull.headSha],
      message: `Merge ${pull.headSha} into ${base}`,
      author: signatureOf(issue.author, world.now()),
      committer: webFlow(world.now()),
    }))
  await setRef(repo, `refs/pull/${issue.number}/merge`, pull.mergeSha)
}

/** Takes note of every commit that a pull request has now, and of its head. */
export async function takeHead(repo: Repo, issue: PullIssue): Promise<void> {
  const { pull } = issue
  const base = (await branchTip(repo, pull.baseRef)) ?? pull.baseSha
  const listed = await git(repo.dir, ['rev-list', `${base}..${pull.headSha}`])
  for (const sha of listed.split('\n').filter(Boolean)) pull.everSeen.add(sha)
  await setRef(repo, `refs/pull/${issue.number}/head`, pull.headSha)
}

export function close(world: World, issue: PullIssue, by: By): void {
  issue.state = 'closed'
  issue.closedAt = world.now()
  issue.closedBy = by.actor
  note(world, issue, 'closed', by)
}

/** Records that a pull request has been merged, by a merge or because its commits were pushed. */
export async function land(
  world: World,
  repo: Repo,
  issue: PullIssue,
  at: { readonly mergeSha: string; readonly landed: readonly string[]; readonly base: string },
  by: By,
): Promise<void> {
  const { pull } = issue
  pull.mergedAt = world.now()
  pull.mergedBy = by.actor
  pull.mergeSha = at.mergeSha
  pull.landed = at.landed
  pull.baseSha = at.base
  await setRef(repo, `refs/pull/${issue.number}/merge`, null)
  note(world, issue, 'merged', by, {}, at.mergeSha)
  close(world, issue, by)
}

async function canRebase(world: World, repo: Repo, base: string, head: string): Promise<boolean> {
  if (await isAncestor(repo, base, head)) return true
  return (await replay(repo, base, head, webFlow(world.now()))) !== null
}

async function headMoved(
  world: World,
  repo: Repo,
  issue: PullIssue,
  change: Move,
  forced: boolean,
  by: By,
): Promise<void> {
  if (change.after === NO_COMMIT) {
    close(world, issue, by)
    return emitPull(world, repo, issue, 'closed', by.actor)
  }
  issue.pull.headSha = change.after
  issue.pull.baseSha = (await branchTip(repo, issue.pull.baseRef)) ?? issue.pull.baseSha
  issue.updatedAt = world.now()
  await takeHead(repo, issue)
  if (forced) note(world, issue, 'head_ref_force_pushed', by, {}, change.after)
  await testMerge(world, repo, issue)
  await emitPull(world, repo, issue, 'synchronize', by.actor, { before: change.before, after: change.after })
}

async function baseMoved(world: World, repo: Repo, issue: PullIssue, change: Move, by: By): Promise<void> {
  if (change.after === NO_COMMIT) {
    close(world, issue, by)
    return emitPull(world, repo, issue, 'closed', by.actor)
  }
  // Commits that reach the base by a push count as merged.
  if (await isAncestor(repo, issue.pull.headSha, change.after)) {
    const mergeSha = await landingCommit(repo, issue.pull.headSha, change)
    await land(world, repo, issue, { mergeSha, landed: [mergeSha], base: change.before }, by)
    return emitPull(world, repo, issue, 'closed', by.actor)
  }
  await testMerge(world, repo, issue)
}

/** The first-parent commit of the base that brought the head, which may be the head itself. */
async function landingCommit(repo: Repo, head: string, { before, after }: Move): Promise<string> {
  const range = before === NO_COMMIT ? after : `${before}..${after}`
  const line = (await git(repo.dir, ['rev-list', '--first-parent', '--reverse', range])).split('\n')
  for (const sha of line.filter(Boolean)) {
    if (await isAncestor(repo, head, sha)) return sha
  }
  return after
}

async function isForced(repo: Repo, { before, after }: Move): Promise<boolean> {
  if (before === NO_COMMIT || after === NO_COMMIT) return false
  return !(await isAncestor(repo, before, after))
}

function activityOf({ before, after, merged, group }: Move, forced: boolean): ActivityKind {
  if (group) return 'merge_queue_merge'
  if (merged) return 'pr_merge'
  if (before === NO_COMMIT) return 'branch_creation'
  if (after === NO_COMMIT) return 'branch_deletion'
  return forced ? 'force_push' : 'push'
}

async function emitPush(
  world: World,
  repo: Repo,
  change: Move,
  forced: boolean,
  { actor }: By,
): Promise<void> {
  const { ref, before, after } = change
  const deleted = after === NO_COMMIT
  const commits = deleted ? [] : await pushed(repo, change)
  const described = await Promise.all(commits.map((commit) => describe(world, repo, commit.sha)))
  const head = deleted ? null : await describe(world, repo, after)
  const html = `${world.url}/${fullName(repo)}`
  emit(world, repo, {
    event: 'push',
    action: null,
    sender: actor,
    body: {
      ref,
      before,
      after,
      base_ref: null,
      created: before === NO_COMMIT,
      deleted,
      forced,
      compare: deleted ? `${html}/commit/${before}` : `${html}/compare/${before}...${after}`,
      commits: described.filter((commit) => commit !== null),
      head_commit: head,
      pusher: { name: actor.login, email: actor.email },
    },
  })
}

async function pushed(repo: Repo, { before, after }: Move) {
  const old = before === NO_COMMIT ? await branchTip(repo, repo.defaultBranch) : before
  const from = old && (await mergeBase(repo, old, after))
  if (!from || (await count(repo, `${from}..${after}`)) > MOST_PUSHED_COMMITS) return []
  return log(repo, ['--reverse', '--topo-order', `${from}..${after}`])
}

async function describe(world: World, repo: Repo, sha: string) {
  const commit = await readCommit(repo, sha)
  if (!commit) return null
  return pushedCommit(world, repo, commit, await diff(repo, commit.parents[0] ?? EMPTY_TREE, sha))
}
