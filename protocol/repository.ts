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

  const tree = (sha: string) =>
    keep(`tree ${sha}`, async () => {
      const found = gitTree(await one('/git/trees/{tree_sha}', { tree_sha: sha }), 'tree')
      if (found.truncated)
        throw new Error(`GitHub cut the tree ${sha} short; a part of it would not be judged`)
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
      governedIn((await commit(sha)).tree.sha, globs, tree),
    )
  }

  return { fullName, owner, repo, one, all, commit, blob, mergeBase, contains, governed }
}

/**
 * What lies under the globs (and at the exact paths) in one tree, without reading the rest of the repository. A
 * symbolic link or a submodule where a folder should be is part of the answer, as what lies behind it is out of reach.
 */
export async function governedIn(
  root: string,
  globs: readonly string[],
  tree: (sha: string) => Promise<readonly TreeEntry[]>,
): Promise<GovernedTree> {
  const found = new Map<string, TreeEntry>()
  async function walk(sha: string, under: string): Promise<void> {
    for (const entry of await tree(sha)) {
      const path = under === '' ? entry.path : `${under}/${entry.path}`
      if (entry.type === 'tree') {
        if (globs.some((glob) => leadsTo(path, glob))) await walk(entry.sha, path)
      } else if (globs.some((glob) => globMatches(glob, path) || isRootOf(path, glob))) {
        found.set(path, { ...entry, path })
      }
    }
  }
  await walk(root, '')
  return found
}

/** True where a governed path may lie below this folder. */
function leadsTo(folder: string, glob: string): boolean {
  const root = globRoot(glob)
  if (root === folder || root.startsWith(`${folder}/`)) return true
  const deep = glob.slice(root === '' ? 0 : root.length + 1).includes('/')
  return deep && (root === '' || folder.startsWith(`${root}/`))
}

/** True for something that is not a folder where the glob expects one. */
function isRootOf(path: string, glob: string): boolean {
  const root = globRoot(glob)
  return root === path || root.startsWith(`${path}/`)
}
