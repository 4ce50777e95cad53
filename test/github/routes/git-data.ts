import { ApiError, invalid, notFound, type RepoAsk, type Route, repoRoute } from '../api.ts'
import { accountOf } from '../auth.ts'
import { list, optionalText, record, text } from '../fields.ts'
import { readBlob, readCommit, readTree, resolveCommit, type TreeEntry, typeOf } from '../git/read.ts'
import {
  type Signature,
  signatureOf,
  type TreeChange,
  writeBlob,
  writeCommit,
  writeTree,
} from '../git/write.ts'
import { fullName, stamp } from '../lookup.ts'
import { gitCommitBody } from '../render/commits.ts'
import { nodeId } from '../render/people.ts'
import { needs } from './needs.ts'

// https://docs.github.com/en/rest/git/trees#get-a-tree: the recursive limits.
const MOST_ENTRIES = 100_000
const MODES = ['100644', '100755', '040000', '160000', '120000'] as const

export const gitDataRoutes: readonly Route[] = [
  repoRoute('get', '/repos/{owner}/{repo}/git/blobs/{file_sha}', needs.readContents, async (ask) => {
    const sha = ask.params.file_sha ?? ''
    const bytes = await readBlob(ask.repo, sha)
    if (!bytes) throw notFound()
    if (ask.accept.includes('raw')) {
      return { status: 200, bytes, headers: { 'content-type': 'application/vnd.github.raw+json' } }
    }
    const content = bytes.toString('base64').replace(/(.{60})(?=.)/g, '$1\n')
    return {
      status: 200,
      body: {
        sha,
        node_id: nodeId('B', ask.repo.id),
        size: bytes.length,
        url: `${api(ask)}/blobs/${sha}`,
        content: content && `${content}\n`,
        encoding: 'base64',
      },
    }
  }),

  repoRoute('post', '/repos/{owner}/{repo}/git/blobs', needs.writeContents, async (ask) => {
    const content = text(ask.body, 'content', 'Blob')
    const base64 = optionalText(ask.body, 'encoding', 'Blob') === 'base64'
    const sha = await writeBlob(ask.repo, base64 ? Buffer.from(content, 'base64') : content)
    return { status: 201, body: { sha, url: `${api(ask)}/blobs/${sha}` } }
  }),

  repoRoute('get', '/repos/{owner}/{repo}/git/trees/{tree_sha}', needs.readContents, async (ask) => {
    const sha = await treeOf(ask, ask.params.tree_sha ?? '')
    // Any value of `recursive` counts, "0" and "false" too.
    const all = await readTree(ask.repo, sha, ask.query.recursive !== undefined)
    return { status: 200, body: treeBody(ask, sha, all) }
  }),

  repoRoute('post', '/repos/{owner}/{repo}/git/trees', needs.writeContents, async (ask) => {
    const base = optionalText(ask.body, 'base_tree', 'Tree')
    const changes: TreeChange[] = []
    for (const entry of list(ask.body, 'tree', 'Tree') ?? []) changes.push(await change(ask, entry))
    if (changes.length === 0) throw new ApiError(422, 'Invalid tree info')
    const sha = await writeTree(ask.repo, base && (await treeOf(ask, base)), changes)
    return { status: 201, body: treeBody(ask, sha, await readTree(ask.repo, sha, false)) }
  }),

  repoRoute('get', '/repos/{owner}/{repo}/git/commits/{commit_sha}', needs.readContents, async (ask) => {
    const commit = await readCommit(ask.repo, ask.params.commit_sha ?? '')
    if (!commit) throw notFound()
    return { status: 200, body: gitCommitBody(ask.world, ask.repo, commit) }
  }),

  repoRoute('post', '/repos/{owner}/{repo}/git/commits', needs.writeContents, async (ask) => {
    const tree = text(ask.body, 'tree', 'Commit')
    if ((await typeOf(ask.repo, tree)) !== 'tree') throw invalid('Commit', 'Tree SHA does not exist', 'tree')
    const parents = (list(ask.body, 'parents', 'Commit') ?? []).map(String)
    for (const parent of parents) {
      if (!(await readCommit(ask.repo, parent))) {
        throw new ApiError(422, 'Parent SHA does not exist or is not a commit object')
      }
    }
    const author = person(ask, 'author')
    const sha = await writeCommit(ask.repo, {
      tree,
      parents,
      message: text(ask.body, 'message', 'Commit'),
      author,
      committer: ask.body.committer ? person(ask, 'committer') : author,
    })
    const commit = await readCommit(ask.repo, sha)
    if (!commit) throw new Error(`expected the commit that was just written at ${sha}, got none`)
    return { status: 201, body: gitCommitBody(ask.world, ask.repo, commit) }
  }),
]

async function treeOf({ repo }: RepoAsk, name: string): Promise<string> {
  const type = await typeOf(repo, name)
  if (type === 'tree') return name
  if (type === 'commit') return (await readCommit(repo, name))?.tree ?? name
  const commit = await resolveCommit(repo, name)
  const tree = commit && (await readCommit(repo, commit))?.tree
  if (!tree) throw notFound()
  return tree
}

function treeBody(ask: RepoAsk, sha: string, all: readonly TreeEntry[]) {
  return {
    sha,
    url: `${api(ask)}/trees/${sha}`,
    truncated: all.length > MOST_ENTRIES,
    tree: all.slice(0, MOST_ENTRIES).map((entry) => ({
      path: entry.path,
      mode: entry.mode,
      type: entry.type,
      sha: entry.sha,
      ...(entry.size === null ? {} : { size: entry.size }),
      ...(entry.type === 'commit' ? {} : { url: `${api(ask)}/${entry.type}s/${entry.sha}` }),
    })),
  }
}

async function change({ repo }: RepoAsk, entry: unknown): Promise<TreeChange> {
  const fields = record(entry, 'Tree')
  const path = text(fields, 'path', 'Tree')
  if (path.startsWith('/') || path.split('/').some((part) => ['', '.', '..', '.git'].includes(part))) {
    throw new ApiError(422, 'tree.path contains a malformed path component')
  }
  const mode = MODES.find((one) => one === (fields.mode ?? '100644'))
  if (!mode) throw invalid('Tree', 'tree.mode is not a valid mode', 'mode')
  const content = optionalText(fields, 'content', 'Tree')
  if (content !== null) return { path, mode, sha: await writeBlob(repo, content) }
  if (fields.sha === null) return { path, mode, sha: null }
  const sha = text(fields, 'sha', 'Tree')
  const wanted = mode === '040000' ? 'tree' : 'blob'
  if (mode !== '160000' && (await typeOf(repo, sha)) !== wanted) {
    throw new ApiError(422, `tree.sha ${sha} is not a valid ${wanted}`)
  }
  return { path, mode, sha }
}

function person(ask: RepoAsk, key: 'author' | 'committer'): Signature {
  const mine = signatureOf(accountOf(ask.caller), ask.world.now())
  if (!ask.body[key]) return mine
  const fields = record(ask.body[key], 'Commit')
  const date = optionalText(fields, 'date', 'Commit')
  return {
    name: text(fields, 'name', 'Commit'),
    email: text(fields, 'email', 'Commit'),
    date: date ? stamp(new Date(date)) : mine.date,
  }
}

function api({ world, repo }: RepoAsk): string {
  return `${world.url}/repos/${fullName(repo)}/git`
}
