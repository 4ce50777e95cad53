import type { Repo } from '../world.ts'
import { log, mergeBase, readCommit } from './read.ts'
import { gitBytes } from './run.ts'
import { type Signature, writeCommit } from './write.ts'

/** The tree of a three-way merge of two commits, or null where they conflict. */
export async function mergeTrees(repo: Repo, ours: string, theirs: string): Promise<string | null> {
  // Without a common ancestor, git exits 128, as it does for a repository that is broken.
  if (!(await mergeBase(repo, ours, theirs))) return null
  const args = ['merge-tree', '--write-tree', ours, theirs]
  const { code, bytes } = await gitBytes(repo.dir, args, { allow: [1] })
  return code === 0 ? (bytes.toString('utf8').split('\n')[0] ?? null) : null
}

/**
 * Replays the commits of `base..head` onto `base` and returns the new ones, oldest first; null on a conflict.
 *
 * `merge-tree --merge-base` came with git 2.40. Here each step is a merge of two throw-away commits whose
 * only common ancestor carries the tree of the replayed commit's parent, which means the same.
 */
export async function replay(
  repo: Repo,
  base: string,
  head: string,
  committer: Signature,
): Promise<readonly string[] | null> {
  const commits = await log(repo, ['--no-merges', '--reverse', '--topo-order', `${base}..${head}`])
  const landed: string[] = []
  let onto = base
  for (const commit of commits) {
    const tree = await transplant(repo, commit.parents[0] ?? null, commit.sha, onto, committer)
    if (!tree) return null
    const current = await readCommit(repo, onto)
    if (tree === current?.tree) continue
    onto = await writeCommit(repo, {
      tree,
      parents: [onto],
      message: commit.message,
      author: commit.author,
      committer,
    })
    landed.push(onto)
  }
  return landed
}

async function transplant(
  repo: Repo,
  parent: string | null,
  commit: string,
  onto: string,
  by: Signature,
): Promise<string | null> {
  const bare = async (sha: string | null, parents: readonly string[]): Promise<string> => {
    const tree = sha ? (await readCommit(repo, sha))?.tree : EMPTY_TREE
    if (!tree) throw new Error(`expected a commit at ${sha}, got none`)
    return writeCommit(repo, { tree, parents, message: 'scratch', author: by, committer: by })
  }
  const ancestor = await bare(parent, [])
  return mergeTrees(repo, await bare(onto, [ancestor]), await bare(commit, [ancestor]))
}

/** git knows this tree without it being stored. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'
