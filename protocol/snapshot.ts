import { readBaseChange } from './base-change.ts'
import { type Changed, type ChangedFile, readChanged, readFileMap } from './changed.ts'
import { readCodeOwners } from './codeowners.ts'
import { parseReviewBody } from './command.ts'
import { readContributors } from './contributors.ts'
import { Undecidable } from './errors.ts'
import type { Account, ChangeFacts, FileMap, ReviewFact, Standing } from './facts.ts'
import { underFloor } from './floor-read.ts'
import {
  activity,
  branch,
  type GitHubReader,
  isMissing,
  type Pull,
  pull as parsePull,
  pullCommit,
  type Review,
  repository,
  review,
} from './github.ts'
import { sha256 } from './plan.ts'
import { type Policy, policyPath } from './policy.ts'
import { type PolicyProblem, parsePolicy } from './policy-parse.ts'
import { type GitFiles, openRepository, type Repository } from './repository.ts'
import { readStanding, teamsOf } from './standing.ts'

export type PolicyAtBase =
  | { readonly found: 'yes'; readonly policy: Policy; readonly sha256: string }
  | { readonly found: 'no' }
  | { readonly found: 'broken'; readonly problems: readonly PolicyProblem[] }

/** One pull request as it stands on GitHub at one moment, with everything that a decision needs. */
export type Snapshot = {
  readonly title: string
  readonly policy: PolicyAtBase
  readonly facts: ChangeFacts
  readonly files: readonly ChangedFile[]
  readonly headRef: string
  readonly defaultBranch: string
  /** The tip of the base branch, and whether the merge is still in its history; false before a merge. */
  readonly tip: string
  readonly reachable: boolean
}

const mostListedFiles = 3_000

/**
 * Reads a pull request. Nothing in it comes from a webhook, a file list or a patch: files are git trees and blobs, the
 * policy is the base's. Rejects where GitHub does not answer in full: half a snapshot decides nothing. Nor do two
 * halves: a merge or a push in between would look like a change without files or without reviews.
 */
export async function readChange(
  github: GitHubReader,
  fullName: string,
  number: number,
  rules: readonly string[],
  /** Instead of the base's own, for somebody who asks what another one would say; never where something may run. */
  given: PolicyAtBase | null = null,
): Promise<Snapshot> {
  const repo = openRepository(github, fullName)
  const read = async () => parsePull(await repo.one('/pulls/{pull_number}', { pull_number: number }), 'pull')
  const pull = await read()
  const snapshot = await readAround(repo, github, pull, rules, given)
  if (place(await read()) !== place(pull))
    throw new Error(`#${number} changed while it was read; read it again`)
  return snapshot
}

/** Where a pull request stands; what else may change in it does not make the parts of a snapshot disagree. */
function place({ state, merged, merge_commit_sha, head, base, commits }: Pull): string {
  return JSON.stringify([state, merged && merge_commit_sha, head.sha, base.ref, commits])
}

async function readAround(
  repo: Repository,
  github: GitHubReader,
  pull: Pull,
  rules: readonly string[],
  given: PolicyAtBase | null,
): Promise<Snapshot> {
  const { number } = pull
  const about = repository(await repo.one(''), 'repository')
  const tip = branch(await repo.one('/branches/{branch}', { branch: pull.base.ref }), 'branch').commit.sha
  const mergeSha = pull.merged ? pull.merge_commit_sha : null
  if (pull.merged && mergeSha === null)
    throw new Undecidable('the pull request is merged without a merge commit')
  const base = mergeSha === null ? tip : await baseAtMerge(repo, pull, mergeSha)
  const policy = await underFloor(github, given ?? (await readPolicy(repo, base, rules)), rules)
  const shared = {
    title: pull.title,
    policy,
    headRef: pull.head.ref,
    defaultBranch: about.default_branch,
    tip,
    reachable: mergeSha !== null && (await repo.contains(tip, mergeSha)),
  }
  const bare: ChangeFacts = {
    repo: { id: about.id, name: about.full_name },
    pr: number,
    state: pull.merged ? 'merged' : pull.state,
    author: pull.user,
    mergedBy: pull.merged_by,
    mergeSha,
    mergedAt: pull.merged_at,
    head: pull.head.sha,
    base: { ref: pull.base.ref, sha: base },
    policySha256: policy.found === 'yes' ? policy.sha256 : null,
    files: {},
    problems: [],
    codeOwners: null,
    reviews: [],
    contributors: [],
    unknownContributors: 0,
    standing: {},
    baseChangedAt: null,
  }
  if (policy.found !== 'yes') return { ...shared, facts: bare, files: [] }
  const from = mergeSha === null ? await repo.mergeBase(base, pull.head.sha) : base
  const changed = await readChanged(repo, from, mergeSha ?? pull.head.sha, policy.policy)
  if (Object.keys(changed.map).length === 0) return { ...shared, facts: bare, files: [] }
  const codeOwners = await readOwners(repo, base, changed, policy.policy)
  const owned = { ...bare, files: changed.map, codeOwners }
  const facts = await readPeople(repo, github, pull, owned, policy.policy)
  const hidden = listingFault(pull, changed)
  return { ...shared, facts: { ...facts, problems: [...changed.problems, ...hidden] }, files: changed.files }
}

/** The policy at one commit; `rules` are the ids whose severity it may set. */
export async function readPolicy(
  repo: GitFiles,
  sha: string,
  rules: readonly string[],
  path = policyPath,
): Promise<PolicyAtBase> {
  const entry = (await repo.governed(sha, [path])).get(path)
  if (entry === undefined) return { found: 'no' }
  const broken = (message: string): PolicyAtBase => ({
    found: 'broken',
    problems: [{ line: 1, column: 1, message }],
  })
  if (entry.mode !== '100644') return broken(`${path} has mode ${entry.mode}; expected a plain file (100644)`)
  const bytes = await repo.blob(entry.sha)
  const parsed = parsePolicy(bytes, rules)
  if (!parsed.ok) return { found: 'broken', problems: parsed.problems }
  return { found: 'yes', policy: parsed.policy, sha256: sha256(bytes) }
}

/**
 * The base branch as it was before the change's first commit there. A merge commit's first parent is it; a squash or a
 * rebase is told by GitHub's record of the branch, as nothing in the commits themselves does.
 */
async function baseAtMerge(repo: Repository, pull: Pull, mergeSha: string): Promise<string> {
  const commit = await repo.commit(mergeSha)
  const [first, second] = commit.parents
  if (first !== undefined && second !== undefined && commit.parents.length === 2) {
    if (second.sha === pull.head.sha) return first.sha
    throw new Undecidable(
      `the merge commit's second parent is ${second.sha}; expected the head ${pull.head.sha}`,
    )
  }
  const params = { ref: `refs/heads/${pull.base.ref}`, activity_type: 'pr_merge' }
  const merges = (await repo.all('/activity', params)).map((one, i) => activity(one, `activity[${i}]`))
  const own = merges.find((one) => one.after === mergeSha)
  if (own === undefined && first !== undefined && (await cameByQueue(repo, pull.base.ref, mergeSha))) {
    return first.sha
  }
  if (own === undefined) {
    throw new Undecidable(`GitHub's activity of ${pull.base.ref} does not show the merge ${mergeSha}`)
  }
  if (!(await repo.contains(mergeSha, own.before))) {
    throw new Undecidable(`the merge ${mergeSha} does not follow ${own.before}`)
  }
  return own.before
}

/**
 * A merge queue moves the branch once for several pull requests, so that its record does not say where each began. One
 * that squashes makes one commit of each. Of one that rebases, all but the last commit would be missing from the files
 * that were approved, so that no approval counts.
 */
async function cameByQueue(repo: Repository, base: string, mergeSha: string): Promise<boolean> {
  const params = { ref: `refs/heads/${base}`, activity_type: 'merge_queue_merge' }
  const moves = (await repo.all('/activity', params)).map((one, i) => activity(one, `activity[${i}]`))
  for (const { before, after } of moves) {
    if (before === mergeSha || !(await repo.contains(after, mergeSha))) continue
    if (!(await repo.contains(before, mergeSha))) return true
  }
  return false
}

async function readPeople(
  repo: Repository,
  github: GitHubReader,
  pull: Pull,
  facts: ChangeFacts,
  policy: Policy,
): Promise<ChangeFacts> {
  const params = { pull_number: facts.pr }
  const commits = (await repo.all('/pulls/{pull_number}/commits', params)).map((one, i) =>
    pullCommit(one, `commits[${i}]`),
  )
  if (commits.length !== pull.commits) {
    const message = `GitHub lists ${commits.length} of its ${pull.commits} commits, so its authors cannot all be known`
    return {
      ...facts,
      problems: [...facts.problems, { path: `#${facts.pr}`, code: 'too-many-commits', message }],
    }
  }
  const contributions = await readContributors(repo, pull, commits, facts.base.sha, policy)
  const given = (await repo.all('/pulls/{pull_number}/reviews', params)).map((one, i) =>
    review(one, `reviews[${i}]`),
  )
  const reviews = await Promise.all(given.map((one) => readReview(repo, one, facts.base.sha, policy)))
  const people = [facts.author, ...reviews.filter(speaks).map((one) => one.user)].filter(
    (one) => one.type === 'User',
  )
  const standing: Record<number, Standing> = {}
  const teams = teamsOf(policy, facts.codeOwners)
  for (const person of people) standing[person.id] ??= await readStanding(repo, github, person, teams)
  return {
    ...facts,
    reviews,
    contributors: contributions.people,
    unknownContributors: contributions.unknown,
    standing,
    baseChangedAt: await readBaseChange(repo, facts.pr),
  }
}

/** Of the base commit, as the policy: what a pull request says of its own owners counts for the next one. */
async function readOwners(repo: Repository, base: string, { map }: Changed, policy: Policy) {
  const asked = policy.workflows.flatMap((one) => one.steps).flatMap((step) => step.approvers)
  if (!asked.some((one) => one.kind === 'codeowners')) return null
  return readCodeOwners(repo, base, Object.keys(map))
}

function speaks(one: ReviewFact): boolean {
  return one.state === 'APPROVED' || one.state === 'CHANGES_REQUESTED' || one.says !== undefined
}

async function readReview(
  repo: Repository,
  one: Review,
  baseSha: string,
  policy: Policy,
): Promise<ReviewFact> {
  const files =
    one.state === 'APPROVED' && one.commit_id !== null
      ? await reviewedMap(repo, baseSha, one.commit_id, policy)
      : null
  const says = parseReviewBody(one.body ?? '')
  return {
    id: one.id,
    user: one.user ?? ghost,
    state: one.state,
    commit: one.commit_id,
    at: one.submitted_at ?? '',
    hasReason: (one.body ?? '').trim() !== '',
    files,
    ...(says.kind === 'none' ? {} : { says }),
  }
}

async function reviewedMap(
  repo: Repository,
  baseSha: string,
  sha: string,
  policy: Policy,
): Promise<FileMap | null> {
  try {
    return await readFileMap(repo, await repo.mergeBase(baseSha, sha), sha, policy)
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** Beyond its limit GitHub shows reviewers only part of a change. */
function listingFault(pull: Pull, changed: Changed) {
  if (pull.changed_files <= mostListedFiles) return []
  const message = `the pull request changes ${pull.changed_files} files; GitHub shows reviewers at most ${mostListedFiles}`
  return [{ path: changed.files[0]?.path ?? `#${pull.number}`, code: 'too-many-files', message } as const]
}

/** A deleted account's reviews have no user; nobody can stand behind them. */
const ghost: Account = { id: 0, login: 'ghost', type: 'Other' }
