import { emit, emitPull } from '../events.ts'
import { mergeTrees } from '../git/merge.ts'
import { branchTip, NO_COMMIT, readCommit } from '../git/read.ts'
import { moveRef, signatureOf, webFlow, writeCommit } from '../git/write.ts'
import { exclusively, fullName, pullsOf } from '../lookup.ts'
import { afterMove, land, move } from '../moved.ts'
import { simpleCommit } from '../render/commits.ts'
import type { Account, PullIssue, Repo, World } from '../world.ts'
import { expectRepo, person } from './expect.ts'

export type MergeGroup = {
  readonly ref: string
  readonly head: string
  readonly base: string
  /** Each pull request with its own commit of the group, in order. */
  readonly entries: readonly { readonly number: number; readonly sha: string }[]
}

/** Makes a group of a merge queue, as GitHub does it: one commit for each pull request on top of the base, on a branch of its own. */
export function mergeGroup(
  world: World,
  repoName: string,
  base: string,
  numbers: readonly number[],
  method: 'merge' | 'squash' = 'merge',
): Promise<MergeGroup> {
  const on = expectRepo(world, repoName)
  return exclusively(on, async () => {
    const tip = await expectTip(on, base)
    const entries: { number: number; sha: string }[] = []
    let onto = tip
    for (const number of numbers) {
      onto = await mergeOne(world, on, onto, expectPull(on, number), method)
      entries.push({ number, sha: onto })
    }
    const ref = `refs/heads/gh-readonly-queue/${base}/pr-${numbers.at(-1)}-${tip}`
    await moveRef(on, ref, null, onto)
    const by = person(world, on.owner)
    await afterMove(world, on, { ref, before: NO_COMMIT, after: onto }, { actor: by, app: null })
    const group = { ref, head: onto, base, entries }
    await tell(world, on, group, tip, 'checks_requested', by)
    return group
  })
}

/** The group's checks passed: the base branch moves to its commit, and its pull requests are merged. */
export async function mergeGroupLands(world: World, repoName: string, group: MergeGroup): Promise<void> {
  const on = expectRepo(world, repoName)
  await exclusively(on, async () => {
    const by = { actor: person(world, on.owner), app: null }
    const tip = await expectTip(on, group.base)
    const issues = group.entries.map(({ number }) => expectPull(on, number))
    const ref = `refs/heads/${group.base}`
    await move(world, on, { ref, before: tip, after: group.head, group: issues }, by)
    let base = tip
    for (const [i, issue] of issues.entries()) {
      const sha = group.entries[i]?.sha ?? group.head
      await land(world, on, issue, { mergeSha: sha, landed: [sha], base }, by)
      await emitPull(world, on, issue, 'closed', by.actor)
      base = sha
    }
    await drop(world, on, group, tip, by.actor, 'merged')
  })
}

/** A check failed, or somebody took a pull request out: the branch of the group goes. */
export async function mergeGroupDropped(world: World, repoName: string, group: MergeGroup): Promise<void> {
  const on = expectRepo(world, repoName)
  await exclusively(on, async () => {
    await drop(world, on, group, await expectTip(on, group.base), person(world, on.owner), 'dequeued')
  })
}

async function drop(
  world: World,
  on: Repo,
  group: MergeGroup,
  tip: string,
  by: Account,
  reason: 'merged' | 'dequeued',
): Promise<void> {
  await moveRef(on, group.ref, group.head, null)
  await tell(world, on, group, tip, 'destroyed', by, { reason })
}

async function mergeOne(
  world: World,
  on: Repo,
  onto: string,
  issue: PullIssue,
  method: 'merge' | 'squash',
): Promise<string> {
  const tree = await mergeTrees(on, onto, issue.pull.headSha)
  if (tree === null) throw new Error(`expected #${issue.number} to merge without a conflict`)
  return writeCommit(on, {
    tree,
    parents: method === 'merge' ? [onto, issue.pull.headSha] : [onto],
    message: method === 'merge' ? `Merge pull request #${issue.number}` : `${issue.title} (#${issue.number})`,
    author: signatureOf(issue.author, world.now()),
    committer: webFlow(world.now()),
  })
}

async function tell(
  world: World,
  on: Repo,
  group: MergeGroup,
  base_sha: string,
  action: 'checks_requested' | 'destroyed',
  sender: Account,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const head = await readCommit(on, group.head)
  if (!head) throw new Error(`expected the commit ${group.head}`)
  const { ref: head_ref, head: head_sha } = group
  const base_ref = `refs/heads/${group.base}`
  const merge_group = { head_sha, head_ref, base_sha, base_ref, head_commit: simpleCommit(head) }
  emit(world, on, { event: 'merge_group', action, sender, body: { merge_group, ...more } })
}

async function expectTip(on: Repo, branch: string): Promise<string> {
  const tip = await branchTip(on, branch)
  if (tip === null || tip === undefined) throw new Error(`expected a branch ${branch} in ${fullName(on)}`)
  return tip
}

function expectPull(on: Repo, number: number): PullIssue {
  const found = pullsOf(on).find((one) => one.number === number && one.state === 'open')
  if (found === undefined) throw new Error(`expected an open pull request, got #${number}`)
  return found
}
