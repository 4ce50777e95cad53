import type { Repo } from '../world.ts'
import { git, gitBytes } from './run.ts'

export type Person = { readonly name: string; readonly email: string; readonly date: string }

export type Commit = {
  readonly sha: string
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: Person
  readonly committer: Person
  readonly message: string
}

export type TreeEntry = {
  readonly mode: string
  readonly type: 'blob' | 'tree' | 'commit'
  readonly sha: string
  readonly size: number | null
  readonly path: string
}

export const NO_COMMIT = '0'.repeat(40)

/** A commit, or a range of two, by their object ids: what it means never changes. */
const namesObjects = /^[0-9a-f]{40}(\.\.[0-9a-f]{40})?$/

const COMMIT_FORMAT = ['%H', '%T', '%P', '%an', '%ae', '%at', '%cn', '%ce', '%ct', '%B'].join('%x1f')

/** Commits as `git log` lists them for these arguments. */
export async function log(repo: Repo, args: readonly string[]): Promise<Commit[]> {
  const fixed = args.every((arg, i) => (i < args.length - 1 ? arg.startsWith('-') : namesObjects.test(arg)))
  return fixed ? remember(repo, `log ${args.join(' ')}`, () => logged(repo, args)) : logged(repo, args)
}

async function logged(repo: Repo, args: readonly string[]): Promise<Commit[]> {
  const text = await git(repo.dir, ['log', '-z', `--format=${COMMIT_FORMAT}`, ...args])
  return text.split('\0').filter(Boolean).map(parseCommit)
}

export async function readCommit(repo: Repo, sha: string): Promise<Commit | null> {
  if ((await typeOf(repo, sha)) !== 'commit') return null
  return remember(repo, `commit ${sha}`, async () => {
    const [commit] = await log(repo, ['-1', sha])
    if (!commit) throw new Error(`expected a commit at ${sha}, got none`)
    return commit
  })
}

/** The type of a git object, or null where there is none or it can no longer be read. */
export async function typeOf(repo: Repo, sha: string): Promise<string | null> {
  if (!/^[0-9a-f]{40}$/.test(sha) || repo.vanished.has(sha)) return null
  const key = `type ${sha}`
  const type = await remember(repo, key, async () => {
    const { code, bytes } = await gitBytes(repo.dir, ['cat-file', '-t', sha], { allow: [1, 128] })
    return code === 0 ? bytes.toString('utf8').trim() : null
  })
  // What is not there may be pushed yet.
  if (type === null) repo.memo.delete(key)
  return type
}

/** Where a full ref name points, or null. */
export async function tip(repo: Repo, ref: string): Promise<string | null> {
  const { code, bytes } = await gitBytes(repo.dir, ['rev-parse', '--verify', '--quiet', ref], {
    allow: [1, 128],
  })
  return code === 0 ? bytes.toString('utf8').trim() : null
}

export function branchTip(repo: Repo, branch: string): Promise<string | null> {
  return tip(repo, `refs/heads/${branch}`)
}

/** What a person may write where GitHub wants a commit: a SHA, a branch, a tag, `heads/x`. */
export async function resolveCommit(repo: Repo, name: string): Promise<string | null> {
  if (/^[0-9a-f]{40}$/.test(name)) return (await typeOf(repo, name)) === 'commit' ? name : null
  if (name.startsWith('-')) return null
  for (const ref of [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`, name]) {
    const sha = await tip(repo, `${ref}^{commit}`)
    if (sha && !repo.vanished.has(sha)) return sha
  }
  return null
}

export async function refs(
  repo: Repo,
  prefix: string,
): Promise<{ readonly ref: string; readonly sha: string; readonly type: string }[]> {
  const text = await git(repo.dir, [
    'for-each-ref',
    '--format=%(refname)%09%(objectname)%09%(objecttype)',
    prefix,
  ])
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [ref = '', sha = '', type = ''] = line.split('\t')
      return { ref, sha, type }
    })
}

export async function readTree(repo: Repo, sha: string, recursive: boolean): Promise<TreeEntry[]> {
  return remember(repo, `tree ${sha} ${recursive}`, async () => {
    const args = ['ls-tree', '-z', '-l', '--full-tree', ...(recursive ? ['-r', '-t'] : []), sha]
    return (await git(repo.dir, args)).split('\0').filter(Boolean).map(parseTreeEntry)
  })
}

export async function readBlob(repo: Repo, sha: string): Promise<Buffer | null> {
  if ((await typeOf(repo, sha)) !== 'blob') return null
  return remember(
    repo,
    `blob ${sha}`,
    async () => (await gitBytes(repo.dir, ['cat-file', 'blob', sha])).bytes,
  )
}

export async function mergeBase(repo: Repo, a: string, b: string): Promise<string | null> {
  return remember(repo, `merge-base ${a} ${b}`, async () => {
    const { code, bytes } = await gitBytes(repo.dir, ['merge-base', a, b], { allow: [1] })
    return code === 0 ? bytes.toString('utf8').trim() : null
  })
}

export async function isAncestor(repo: Repo, older: string, newer: string): Promise<boolean> {
  return remember(repo, `ancestor ${older} ${newer}`, async () => {
    const { code } = await gitBytes(repo.dir, ['merge-base', '--is-ancestor', older, newer], { allow: [1] })
    return code === 0
  })
}

export async function count(repo: Repo, range: string): Promise<number> {
  const counted = async () => Number((await git(repo.dir, ['rev-list', '--count', range])).trim())
  return namesObjects.test(range) ? remember(repo, `count ${range}`, counted) : counted()
}

/** What is keyed by object ids alone can be kept for ever. */
export function remember<T>(repo: Repo, key: string, make: () => Promise<T>): Promise<T> {
  const known = repo.memo.get(key)
  if (known) return known as Promise<T>
  const made = make()
  repo.memo.set(key, made)
  made.catch(() => repo.memo.delete(key))
  return made
}

function parseCommit(text: string): Commit {
  const [sha = '', tree = '', parents = '', an = '', ae = '', at = '', cn = '', ce = '', ct = '', ...rest] =
    text.replace(/^\n/, '').split('\x1f')
  return {
    sha,
    tree,
    parents: parents.split(' ').filter(Boolean),
    author: { name: an, email: ae, date: fromSeconds(at) },
    committer: { name: cn, email: ce, date: fromSeconds(ct) },
    message: rest.join('\x1f').replace(/\n+$/, ''),
  }
}

function parseTreeEntry(line: string): TreeEntry {
  const tab = line.indexOf('\t')
  const [mode = '', type = '', sha = '', size = '-'] = line.slice(0, tab).split(/ +/)
  return {
    mode,
    type: type as TreeEntry['type'],
    sha,
    size: size === '-' ? null : Number(size),
    path: line.slice(tab + 1),
  }
}

function fromSeconds(seconds: string): string {
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}Z`
}
