import { governedGlobs, readFileMap } from './changed.ts'
import { type Account, type Contributor, type ContributorRole, sameFiles } from './facts.ts'
import { activity, isMissing, type Pull, type PullCommit, type TreeEntry } from './github.ts'
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
    if (person === null) unknown.add((name ?? '').toLowerCase())
    else if (person.login !== webFlow) people.push({ id: person.id, login: person.login, as })
  }
  for (const one of commits) {
    if (!(await changesGoverned(repo, one, policy))) continue
    add(one.author, 'author', one.commit.author?.email)
    add(one.committer, 'committer', one.commit.committer?.email)
    for (const email of coAuthors(one.commit.message))
      add(known.get(email) ?? fromNoReply(email), 'co-author', email)
  }
  for (const person of await readPushers(repo, pull, baseSha, policy))
    add(person, 'pusher', 'a pusher without an account')
  return { people: distinct(people), unknown: unknown.size }
}

async function changesGoverned(repo: Repository, one: PullCommit, policy: Policy): Promise<boolean> {
  const globs = governedGlobs(policy)
  const own = await repo.governed(one.sha, globs)
  const parents = await Promise.all(one.parents.map((parent) => repo.governed(parent.sha, globs)))
  const paths = new Set([own, ...parents].flatMap((tree) => [...tree.keys()]))
  return [...paths].some((path) => !parents.some((parent) => sameEntry(own.get(path), parent.get(path))))
}

/**
 * GitHub records who pushed in the activity of the branch. A fork's is not ours to read: there the authors and
 * committers must do.
 */
async function readPushers(
  repo: Repository,
  pull: Pull,
  baseSha: string,
  policy: Policy,
): Promise<readonly (Account | null)[]> {
  if (pull.head.repo?.id !== pull.base.repo.id) return []
  const ref = `refs/heads/${pull.head.ref}`
  const found = (await repo.all('/activity', { ref })).map((one, i) => activity(one, `activity[${i}]`))
  const created = found.findIndex((one) => one.activity_type === 'branch_creation')
  const own = created === -1 ? found : found.slice(0, created + 1)
  const pushers: (Account | null)[] = []
  for (const one of own) {
    if (!['push', 'force_push', 'branch_creation'].includes(one.activity_type)) continue
    const [before, after] = [
      await tryMap(repo, baseSha, one.before, policy),
      await tryMap(repo, baseSha, one.after, policy),
    ]
    const unchanged = before !== null && after !== null && sameFiles(before, after)
    if (!unchanged) pushers.push(one.actor)
  }
  return pushers
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
