import { governedGlobs, readFileMap } from './changed.ts'
import { type Account, type Contributor, type ContributorRole, sameFiles } from './facts.ts'
import { type Activity, activity, isMissing, type Pull, type PullCommit, type TreeEntry } from './github.ts'
import type { Policy } from './policy.ts'
import type { Repository } from './repository.ts'

export type Contributions = { readonly people: readonly Contributor[]; readonly unknown: number }

/** GitHub's own account, the committer of everything that is done on its pages. */
const webFlow = 'web-flow'

/**
 * Who had a hand in the governed bytes of a pull request, and so may not approve them: authors, committers and
 * co-authors of commits, and whoever pushed. A commit or a push that leaves the governed bytes as one of its parents
 * had them ("Update branch") makes nobody a contributor.
 */
export async function readContributors(
  repo: Repository,
  pull: Pull,
  commits: readonly PullCommit[],
  baseSha: string,
  policy: Policy,
): Promise<Contributions> {
  const known = new Map<string, Account>()
  for (const one of commits) {
    remember(known, one.commit.author?.email, one.author)
    remember(known, one.commit.committer?.email, one.committer)
  }
  const people: Contributor[] = []
  const unknown = new Set<string>()
  const add = (person: Account | null, as: ContributorRole, name: string | null | undefined) => {
    // GitHub commits what is done on its pages; as an author its address was only put there. Behind a bot stands somebody.
    if (person?.login === webFlow && as === 'committer') return
    if (person === null || person.login === webFlow || person.type !== 'User')
      unknown.add(`${as} ${name ?? ''}`)
    if (person !== null) people.push({ id: person.id, login: person.login, as })
  }
  for (const one of commits) {
    if (!(await changesGoverned(repo, one, policy))) continue
    add(one.author, 'author', one.commit.author?.email)
    add(one.committer, 'committer', one.commit.committer?.email)
    for (const email of coAuthors(one.commit.message))
      add(known.get(email) ?? fromNoReply(email), 'co-author', email)
  }
  const pushes = await readPushes(repo, pull, baseSha, policy)
  for (const { actor } of pushes.known) add(actor, 'pusher', actor?.login)
  for (const gap of pushes.gaps) unknown.add(gap)
  return { people: distinct(people), unknown: unknown.size }
}

async function changesGoverned(repo: Repository, one: PullCommit, policy: Policy): Promise<boolean> {
  const globs = governedGlobs(policy)
  const own = await repo.governed(one.sha, globs)
  const parents = await Promise.all(one.parents.map((parent) => repo.governed(parent.sha, globs)))
  const paths = new Set([own, ...parents].flatMap((tree) => [...tree.keys()]))
  return [...paths].some((path) => !parents.some((parent) => sameEntry(own.get(path), parent.get(path))))
}

type Pushes = { readonly known: readonly Activity[]; readonly gaps: readonly string[] }

/**
 * GitHub records who pushed in the activity of the branch, for as long as a branch of that name has existed: whoever
 * had it before is a pusher too. What the record does not tell is somebody unknown: a fork's is not ours to read, a
 * merge into the branch brings what was pushed elsewhere, and a record that does not lead to the head is not whole.
 */
async function readPushes(repo: Repository, pull: Pull, baseSha: string, policy: Policy): Promise<Pushes> {
  if (pull.head.repo?.id !== pull.base.repo.id) return { known: [], gaps: ['pushed to a fork'] }
  const ref = `refs/heads/${pull.head.ref}`
  const found = (await repo.all('/activity', { ref })).map((one, i) => activity(one, `activity[${i}]`))
  const known: Activity[] = []
  const gaps = found.some((one) => one.after === pull.head.sha) ? [] : ['pushed without a record']
  for (const one of found) {
    if (one.activity_type === 'branch_deletion') continue
    const before = await tryMap(repo, baseSha, one.before, policy)
    const after = await tryMap(repo, baseSha, one.after, policy)
    if (before !== null && after !== null && sameFiles(before, after)) continue
    known.push(one)
    if (['pr_merge', 'merge_queue_merge'].includes(one.activity_type))
      gaps.push(`merged into the branch as ${one.after}`)
  }
  return { known, gaps }
}

async function tryMap(repo: Repository, baseSha: string, sha: string, policy: Policy) {
  if (/^0+$/.test(sha)) return {}
  try {
    return await readFileMap(repo, await repo.mergeBase(baseSha, sha), sha, policy)
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

function sameEntry(a: TreeEntry | undefined, b: TreeEntry | undefined): boolean {
  return a?.sha === b?.sha && a?.mode === b?.mode
}

/** https://docs.github.com/pull-requests/committing-changes-to-your-project/creating-and-editing-commits/creating-a-commit-with-multiple-authors */
function coAuthors(message: string): readonly string[] {
  return [...message.matchAll(/^co-authored-by:[^<\n]*<([^>\n]+)>/gim)].map((found) =>
    (found[1] ?? '').trim().toLowerCase(),
  )
}

/** `ID+LOGIN@users.noreply.github.com` names its account. */
function fromNoReply(email: string): Account | null {
  const found = /^(\d+)\+([a-z0-9-]+(?:\[bot\])?)@users\.noreply\.github\.com$/.exec(email)
  return found === null ? null : { id: Number(found[1]), login: found[2] ?? '', type: 'User' }
}

function remember(
  known: Map<string, Account>,
  email: string | null | undefined,
  person: Account | null,
): void {
  if (email && person !== null && person.login !== webFlow) known.set(email.toLowerCase(), person)
}

function distinct(people: readonly Contributor[]): readonly Contributor[] {
  return [...new Map(people.map((one) => [`${one.id} ${one.as}`, one])).values()]
}
