import { readChanged } from '@dbward/protocol/changed'
import { Undecidable } from '@dbward/protocol/errors'
import type { FileMap } from '@dbward/protocol/facts'
import type { GitHubReader } from '@dbward/protocol/github'
import { type Policy, policyPath } from '@dbward/protocol/policy'
import type { Repository } from '@dbward/protocol/repository'
import { readChange, readPolicy, type Snapshot } from '@dbward/protocol/snapshot'
import { configurableRules } from '@dbward/rules/configurable'
import type { GroupView } from '../view/group.ts'
import { type Judged, type JudgedChange, judge } from './judge.ts'
import type { Reviewer } from './review.ts'

export type GroupDeps = {
  readonly reviewer: Reviewer
  readonly now: () => Date
  /** Open pull requests into the base that bring one of these paths, as far as we have looked at them. */
  readonly known: (paths: readonly string[]) => readonly number[]
  /** Makes sure that every open pull request into the base was looked at; rejects where one was not yet. */
  readonly expectAllKnown: () => Promise<void>
  /** With what stands on the base branch past every pull request, and the paths that may be edited for that. */
  readonly pushes: (
    snapshot: Snapshot,
    policy: Policy,
  ) => Promise<{ readonly snapshot: Snapshot; readonly mends: ReadonlySet<string> }>
  readonly editable: (pr: number, path: string, sha256: string | null) => boolean
}
export type Group = { readonly base: string; readonly head: string; readonly tip: string }

/**
 * Judges what a merge group would bring to the base branch as that stands now. Every governed path that differs must
 * belong to an open pull request into that branch which, read and judged anew, is allowed with exactly these bytes and
 * is in the group as a whole. The name of the group's branch is not asked: a group holds more than its last entry.
 */
export async function judgeGroup(
  deps: GroupDeps,
  github: GitHubReader,
  repo: Repository,
  id: number,
  { base, head, tip }: Group,
): Promise<GroupView> {
  const bare = {
    repo: { id, name: repo.fullName },
    base,
    head,
    files: [],
    pulls: [],
    faults: [],
    blocking: 0,
  }
  const found = await readPolicy(repo, tip, configurableRules)
  if (found.found !== 'yes') return { ...bare, policy: found.found === 'no' ? 'none' : 'broken' }
  const { policy } = found
  const { map, problems } = await readChanged(repo, await repo.mergeBase(tip, head), head, policy)
  const files = Object.keys(map)
  const view: GroupView = { ...bare, policy: 'found', files }
  if (files.length === 0) return view
  if (problems.length > 0) {
    return { ...view, faults: problems.map(({ path, message }) => `${path}: ${message}`) }
  }
  if (files.includes(policyPath) && files.length > 1) {
    const why = `${policyPath} and SQL are in one group; add the pull requests with SQL again once the policy is merged`
    return { ...view, faults: [why] }
  }
  const first = await judgeAll(deps, github, repo, policy, { base, map })
  const covered = new Set(first.flatMap((one) => (one.fault === null ? one.paths : [])))
  const missing = files.filter((path) => !covered.has(path))
  if (missing.length > 0) await deps.expectAllKnown()
  const own = first.flatMap((one) => (one.fault === null ? [] : [one.fault]))
  const foreign = missing
    .filter((path) => !first.some((one) => one.paths.includes(path)))
    .map((path) => `${path} belongs to no open pull request into ${base} with these bytes`)
  const good = first.filter((one) => one.fault === null)
  return {
    ...view,
    pulls: good.map((one) => one.pr).sort((a, b) => a - b),
    // What another pull request brings with the same bytes is no fault where an allowed one stands behind it.
    faults: missing.length === 0 ? [] : [...foreign, ...own],
    blocking: first.reduce((sum, one) => sum + one.blocking, 0),
  }
}

type Candidate = {
  readonly pr: number
  /** The paths of the group that it brings with the same bytes. */
  readonly paths: readonly string[]
  readonly fault: string | null
  readonly blocking: number
}

async function judgeAll(
  deps: GroupDeps,
  github: GitHubReader,
  repo: Repository,
  policy: Policy,
  group: { readonly base: string; readonly map: FileMap },
): Promise<readonly Candidate[]> {
  const judged: Candidate[] = []
  for (const pr of deps.known(Object.keys(group.map))) {
    const one = await judgePull(deps, github, repo, policy, group, pr)
    if (one !== null) judged.push(one)
  }
  return judged
}

async function judgePull(
  { reviewer, now, editable, pushes }: GroupDeps,
  github: GitHubReader,
  repo: Repository,
  policy: Policy,
  { base, map }: { readonly base: string; readonly map: FileMap },
  pr: number,
): Promise<Candidate | null> {
  const found = await read(github, repo.fullName, pr)
  if (typeof found === 'string') return { pr, paths: [], fault: `#${pr}: ${found}`, blocking: 0 }
  const { facts } = found
  if (facts.state !== 'open' || facts.base.ref !== base) return null
  const own = Object.keys(facts.files)
  const paths = own.filter((path) => map[path] !== undefined && map[path] === facts.files[path])
  const another = own.filter((path) => !paths.includes(path))
  if (paths.length === 0 && !own.some((path) => map[path] !== undefined)) return null
  if (another.length > 0) {
    const fault = `#${pr} has ${another[0]} with other bytes than the group; it was changed after it was added`
    return { pr, paths, fault, blocking: 0 }
  }
  const { snapshot, mends } = await pushes(found, policy)
  const mayBe = (path: string, sha256: string | null) => mends.has(path) || editable(pr, path, sha256)
  const judged = await judge(snapshot, policy, reviewer, mayBe, now().getTime())
  const blocking = judged.requests.reduce(
    (most, { review }) => Math.max(most, review.made ? review.blocking : 0),
    0,
  )
  return { pr, paths, fault: denial(pr, judged), blocking }
}

/** Why this pull request may not be merged by a queue; null where it may. */
export function denial(pr: number, judged: JudgedChange): string | null {
  const decisions = [
    ...judged.requests.map((one: Judged) => one.decision),
    ...(judged.policyDecision === null ? [] : [judged.policyDecision]),
  ]
  const no = decisions.find((one) => one.verdict !== 'allow')
  if (no !== undefined) return `#${pr}: ${no.sentence}`
  // A queue merges under its own name, so that nobody's own merge would count.
  if (decisions.some((one) => one.code === 'AUTHOR_MAY_MERGE')) {
    return `#${pr} is approved only if its author merges it, and a merge queue merges under its own name`
  }
  return decisions.length === 0 ? `#${pr}: nothing was decided about it` : null
}

async function read(github: GitHubReader, fullName: string, pr: number) {
  try {
    return await readChange(github, fullName, pr, configurableRules)
  } catch (error) {
    if (error instanceof Undecidable) return error.message
    throw error
  }
}
