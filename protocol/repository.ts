import { Undecidable } from './errors.ts'
import {
  comparison,
  type GitHubParams,
  type GitHubReader,
  gitBlob,
  gitCommit,
  gitTree,
  type TreeEntry,
} from './github.ts'
import { globMatches, globRoot } from './glob.ts'

/** The governed entries of one commit's tree, by path. */
export type GovernedTree = ReadonlyMap<string, TreeEntry>

/**
 * Reading git objects of one repository over REST. Objects never change under their id, so every answer is kept for
 * as long as this value lives.
 */
export type Repository = ReturnType<typeof openRepository>

/** As much of a repository as says what a commit brings: GitHub over REST, or a checkout on this machine. */
export type GitFiles = Pick<Repository, 'governed' | 'blob'>

export function openRepository(github: GitHubReader, fullName: string) {
  const [owner = '', repo = ''] = fullName.split('/')
  const kept = new Map<string, Promise<unknown>>()
  const one = (route: string, params: GitHubParams = {}) =>
    github.one(`GET /repos/{owner}/{repo}${route}`, { owner, repo, ...params })
  const all = (route: string, params: GitHubParams = {}) =>
    github.all(`GET /repos/{owner}/{repo}${route}`, { owner, repo, per_page: 100, ...params })

  function keep<T>(key: string, read: () => Promise<T>): Promise<T> {
    const before = kept.get(key) as Promise<T> | undefined
    if (before !== undefined) return before
    const reading = read()
    kept.set(key, reading)
    reading.catch(() => kept.delete(key))
    return reading
  }

  const commit = (sha: string) =>
    keep(`commit ${sha}`, async () =>
      gitCommit(await one('/git/commits/{commit_sha}', { commit_sha: sha }), 'commit'),
    )

  /** With `recursive`, all that is below it, by its path from there: one question, however many folders there are. */
  const tree = (sha: string, recursive: boolean) =>
    keep(`tree ${sha} ${recursive}`, async () => {
      const params = { tree_sha: sha, ...(recursive ? { recursive: '1' } : {}) }
      const found = gitTree(await one('/git/trees/{tree_sha}', params), 'tree')
      if (found.truncated) {
        throw new Undecidable(`GitHub cut the tree ${sha} short; a part of it would not be judged`)
      }
      return found.tree
    })

  const blob = (sha: string) =>
    keep(`blob ${sha}`, async () => {
      const found = gitBlob(await one('/git/blobs/{file_sha}', { file_sha: sha }), 'blob')
      const bytes = Buffer.from(found.content, 'base64')
      if (found.size !== null && bytes.length !== found.size) {
        throw new Error(`blob ${sha}: expected ${found.size} bytes, got ${bytes.length}`)
      }
      return new Uint8Array(bytes)
    })

  const mergeBase = (base: string, head: string) =>
    keep(`merge-base ${base} ${head}`, async () => {
      const found = comparison(
        await one('/compare/{basehead}', { basehead: `${base}...${head}`, per_page: 1 }),
        'compare',
      )
      return found.merge_base_commit.sha
    })

  /** Whether `ancestor` is in the history of `descendant`. */
  async function contains(descendant: string, ancestor: string): Promise<boolean> {
    const basehead = `${ancestor}...${descendant}`
    const found = comparison(await one('/compare/{basehead}', { basehead, per_page: 1 }), 'compare')
    return found.status === 'identical' || found.status === 'ahead'
  }

  function governed(sha: string, globs: readonly string[]): Promise<GovernedTree> {
    return keep(`governed ${sha} ${globs.join(' ')}`, async () =>
      governedIn((await commit(sha)).tree.sha, globs, {
        tree: (id) => tree(id, false),
        below: (id) => tree(id, true),
      }),
    )
  }

  return { fullName, owner, repo, one, all, commit, blob, mergeBase, contains, governed }
}

/** Folders of a tree may name one another's subtrees, so that few objects unfold into more paths than anybody can read. */
const mostEntries = 100_000

/**
 * What lies under the globs (and at the exact paths) in one tree, without reading the rest of the repository. A
 * symbolic link or a submodule where a folder should be is part of the answer, as what lies behind it is out of reach.
 * Throws Undecidable where more than `mostEntries` would have to be looked at.
 */
export async function governedIn(
  root: string,
  globs: readonly string[],
  { tree, below }: TreeReader,
): Promise<GovernedTree> {
  const found = new Map<string, TreeEntry>()
  let seen = 0
  async function look(entry: TreeEntry, path: string): Promise<void> {
    seen += 1
    if (seen > mostEntries) {
      throw new Undecidable(`the folders of ${globs.join(' and ')} have more than ${mostEntries} entries`)
    }
    // What was read before is there at once, and others wait for their turn too.
    if (seen % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve))
    if (entry.type === 'tree') return
    if (globs.some((glob) => globMatches(glob, path) || isRootOf(path, glob)))
      found.set(path, { ...entry, path })
  }
  async function walk(sha: string, under: string): Promise<void> {
    const at = (path: string) => (under === '' ? path : `${under}/${path}`)
    if (below !== undefined && globs.some((glob) => isDeepFrom(under, glob))) {
      for (const entry of await below(sha)) await look(entry, at(entry.path))
      return
    }
    for (const entry of await tree(sha)) {
      const path = at(entry.path)
      await look(entry, path)
      if (entry.type === 'tree' && globs.some((glob) => leadsTo(path, glob))) await walk(entry.sha, path)
    }
  }
  await walk(root, '')
  return found
}

/** How trees are read by their id: the entries of one, and of all that is below it where that can be had at once. */
export type TreeReader = {
  readonly tree: (sha: string) => Promise<readonly TreeEntry[]>
  readonly below?: (sha: string) => Promise<readonly TreeEntry[]>
}

/** True for the folder from which on the glob may take files of any folder. */
function isDeepFrom(folder: string, glob: string): boolean {
  const root = globRoot(glob)
  return folder === root && glob.slice(root === '' ? 0 : root.length + 1).includes('/')
}

/** True where a path that the glob takes may lie below this folder. */
function leadsTo(folder: string, glob: string): boolean {
  const wanted = glob.split('/')
  for (const [i, part] of folder.split('/').entries()) {
    const want = wanted[i] ?? ''
    if (want.includes('**')) return true
    if (i >= wanted.length - 1 || !globMatches(want, part)) return false
  }
  return true
}

/** True for something that is not a folder where the glob expects one. */
function isRootOf(path: string, glob: string): boolean {
  const root = globRoot(glob)
  return root === path || root.startsWith(`${path}/`)
}
