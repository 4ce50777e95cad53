import { branch, type GitHubReader, isMissing } from '@dbward/protocol/github'
import { policyPath } from '@dbward/protocol/policy'
import { openRepository, type Repository } from '@dbward/protocol/repository'
import { gitId, list, nullable, open, text } from '@dbward/protocol/shape'
import type { ListedPull } from '../github/client.ts'
import { change as changeOf, changesAt, openChangesInto } from '../store/changes.ts'
import { commit } from '../store/commit.ts'
import { markDirty } from '../store/doorbell.ts'
import type { Store } from '../store/open.ts'
import { surface } from '../store/surfaces.ts'
import { type GroupView, groupChecks } from '../view/group.ts'
import { withDirectPushes } from './direct-push.ts'
import { type GroupDeps, judgeGroup } from './group-judge.ts'
import { mayBeEdited, type ReconcileDeps } from './reconcile.ts'
import { checkSurface } from './surfaces.ts'

export type GroupsDeps = Pick<ReconcileDeps, 'store' | 'reader' | 'reviewer' | 'now'> & {
  readonly openPulls: (repository: string) => Promise<readonly ListedPull[]>
}
type Key = { readonly repo: string; readonly repo_id: number }

/** Where GitHub keeps the groups of its merge queues, each on a branch of its own. */
const queuePrefix = 'heads/gh-readonly-queue/'
const queueBranch = /^refs\/heads\/gh-readonly-queue\/(.+)\/pr-\d+-[0-9a-f]{40}$/

/**
 * Posts the gate on every merge group that a repository has now. Like any other look it is level-triggered: what an
 * event says of a group is not asked, the branches that GitHub made for its groups are.
 */
export async function reconcileGroups(deps: GroupsDeps, key: Key): Promise<void> {
  const github = await deps.reader(key.repo)
  const repo = openRepository(github, key.repo)
  const about = open({ id: gitHubId })(await repo.one(''), 'repository')
  if (about.id !== key.repo_id) return
  const refs = (await repo.all('/git/matching-refs/{ref}', { ref: queuePrefix })).map((one, i) =>
    queueRef(one, `refs[${i}]`),
  )
  for (const { ref, object } of refs) {
    const base = queueBranch.exec(ref)?.[1]
    if (base !== undefined) await reconcileGroup(deps, github, repo, key, base, object.sha)
  }
}

const gitHubId = (value: unknown, at: string) => {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw new Error(`${at}: expected a number`)
}
const queueRef = open({ ref: text, object: open({ sha: gitId }) })
const pullAt = open({ number: gitHubId, state: text, head: open({ sha: gitId }) })

async function reconcileGroup(
  deps: GroupsDeps,
  github: GitHubReader,
  repo: Repository,
  { repo: name, repo_id }: Key,
  base: string,
  head: string,
): Promise<void> {
  if (changesAt(deps.store, repo_id, head).length > 0 || (await isHeadOfPull(repo, head))) return
  const tip = await tipOf(repo, base)
  if (tip === null) return
  const { store, reviewer, now } = deps
  const judging: GroupDeps = {
    reviewer,
    now,
    known: (paths) => bringing(store, repo_id, base, paths),
    expectAllKnown: () => expectAllKnown(deps, { repo: name, repo_id }, base),
    pushes: (snapshot, policy) => withDirectPushes(store, github, snapshot, policy),
    editable: (pr, path, sha256) => mayBeEdited(store, { repo_id, repo: name, pr }, path, sha256),
  }
  record(deps, await judgeGroup(judging, github, repo, repo_id, { base, head, tip }))
}

/**
 * A check belongs to a commit. A branch that only has the name of a group, at the head of a pull request, would get
 * that head an answer that is about another base, also once the pull request is opened again; GitHub's own groups are
 * commits that it made.
 */
async function isHeadOfPull(repo: Repository, head: string): Promise<boolean> {
  const pulls = await repo.all('/commits/{commit_sha}/pulls', { commit_sha: head })
  return pulls.map((one, i) => pullAt(one, `pulls[${i}]`)).some((one) => one.head.sha === head)
}

async function tipOf(repo: Repository, base: string): Promise<string | null> {
  try {
    return branch(await repo.one('/branches/{branch}', { branch: base }), 'branch').commit.sha
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

const keptView = open({
  files: list(open({ path: text })),
  policyDecision: nullable(open({})),
})

/** Where one of the paths is the policy's, those count that change the policy. */
function bringing(store: Store, repoId: number, base: string, paths: readonly string[]): readonly number[] {
  return openChangesInto(store, repoId, base).flatMap(({ pr, snapshot }) => {
    const { files, policyDecision } = keptView(snapshot, 'snapshot')
    const brings = files.some(({ path }) => paths.includes(path))
    return brings || (policyDecision !== null && paths.includes(policyPath)) ? [pr] : []
  })
}

async function expectAllKnown({ store, now, openPulls }: GroupsDeps, key: Key, base: string): Promise<void> {
  const unknown = (await openPulls(key.repo)).filter((one) => {
    const known = changeOf(store, key.repo_id, one.number)
    const seen = known?.state === 'open' && known.base_ref === base && known.head === one.head
    return one.base === base && !seen
  })
  if (unknown.length === 0) return
  markDirty(
    store,
    now(),
    unknown.map((one) => ({ ...key, pr: one.number })),
  )
  const names = unknown.map((one) => `#${one.number}`).join(', ')
  throw new Error(`a merge group waits until ${names} has been looked at`)
}

/** One transaction: what GitHub is to show of the group, and why; nothing where nothing is new. */
function record({ store, now }: GroupsDeps, view: GroupView): void {
  const { repo, head, base } = view
  const surfaces = groupChecks(view)
    .map((one) => checkSurface({ repo, pr: 0 }, `check:group:${one.name}:${repo.id}:${head}`, one))
    .filter((one) => surface(store, one.key)?.hash !== one.hash)
  if (surfaces.length === 0) return
  const passes = view.policy !== 'broken' && view.faults.length === 0
  const data = { base_ref: base, policy: view.policy, pulls: [...view.pulls], files: [...view.files] }
  const subject = { repo: repo.name, head }
  const actor = { kind: 'server', id: 'group' }
  commit(store, now(), {
    audit: [{ type: 'group.judged', actor, subject, outcome: passes ? 'allow' : 'deny', data }],
    surfaces,
  })
}
