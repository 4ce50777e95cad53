import { posix } from 'node:path'
import { type Answer, ApiError, notFound, type RepoAsk, type Route, repoRoute } from '../api.ts'
import { accountOf } from '../auth.ts'
import { optionalText, record, text } from '../fields.ts'
import {
  branchTip,
  NO_COMMIT,
  readBlob,
  readCommit,
  readTree,
  resolveCommit,
  type TreeEntry,
} from '../git/read.ts'
import { signatureOf, webFlow, writeBlob, writeCommit, writeTree } from '../git/write.ts'
import { fullName } from '../lookup.ts'
import { move } from '../moved.ts'
import { gitCommitBody } from '../render/commits.ts'
import { needs } from './needs.ts'
import { byOf, refuseProtected } from './refs.ts'

const LARGEST_JSON = 1024 * 1024

export const contentRoutes: readonly Route[] = [
  // The answer has one of four forms, of which the type of the operation names only the union.
  repoRoute('get', '/repos/{owner}/{repo}/contents/{path}', needs.readContents, async (ask) => {
    return (await read(ask)) as Answer<never>
  }),

  repoRoute('put', '/repos/{owner}/{repo}/contents/{path}', needs.writeContents, async (ask) => {
    const path = cleanPath(ask)
    const content = Buffer.from(text(ask.body, 'content', 'Content'), 'base64')
    const branch = optionalText(ask.body, 'branch', 'Content') ?? ask.repo.defaultBranch
    const old = await entryAt(ask, branch, path)
    expectSha(ask, old)
    const commit = await commitChange(ask, branch, {
      path,
      sha: await writeBlob(ask.repo, content),
      mode: old?.mode ?? '100644',
    })
    const entry = await entryAt(ask, branch, path)
    if (!entry) throw new Error(`expected the file that was just written at ${path}, got none`)
    return {
      status: old ? 200 : 201,
      body: { content: { ...common(ask, path, entry, branch), type: 'file' }, commit },
    }
  }),

  repoRoute('delete', '/repos/{owner}/{repo}/contents/{path}', needs.writeContents, async (ask) => {
    const path = cleanPath(ask)
    const branch = optionalText(ask.body, 'branch', 'Content') ?? ask.repo.defaultBranch
    const old = await entryAt(ask, branch, path)
    if (!old) throw notFound()
    expectSha(ask, old)
    const commit = await commitChange(ask, branch, { path, sha: null, mode: old.mode })
    return { status: 200, body: { content: null, commit } }
  }),
]

async function read(ask: RepoAsk): Promise<Answer> {
  const path = cleanPath(ask)
  const ref = ask.query.ref ?? ask.repo.defaultBranch
  const root = await rootOf(ask, ref)
  if (!root) throw notFound()
  const entry = path === '' ? null : await find(ask, root, path)
  if (path !== '' && !entry) throw notFound()
  if (!entry || entry.type === 'tree') return directory(ask, entry?.sha ?? root, path, ref)
  if (entry.type === 'commit') {
    const body = {
      ...common(ask, path, entry, ref),
      type: 'submodule',
      submodule_git_url: null,
      download_url: null,
    }
    return { status: 200, body }
  }
  return entry.mode === '120000' ? symlink(ask, root, path, entry, ref) : file(ask, path, entry, ref)
}

async function directory(ask: RepoAsk, tree: string, path: string, ref: string): Promise<Answer> {
  const entries = await readTree(ask.repo, tree, false)
  const body = entries.map((entry) => ({
    ...common(ask, posix.join(path, entry.path), entry, ref),
    // In a listing, GitHub calls a submodule a file.
    type: entry.type === 'tree' ? 'dir' : entry.mode === '120000' ? 'symlink' : 'file',
    ...(entry.type === 'blob' ? {} : { download_url: null }),
  }))
  return { status: 200, body }
}

/** GitHub follows a link to a file of the same repository without a word. */
async function symlink(
  ask: RepoAsk,
  root: string,
  path: string,
  entry: TreeEntry,
  ref: string,
): Promise<Answer> {
  const target = (await readBlob(ask.repo, entry.sha))?.toString('utf8') ?? ''
  const pointed = posix.normalize(posix.join(posix.dirname(path), target))
  const found = target.startsWith('/') || pointed.startsWith('..') ? null : await find(ask, root, pointed)
  if (found?.type === 'blob' && found.mode !== '120000') return file(ask, path, found, ref)
  return { status: 200, body: { ...common(ask, path, entry, ref), type: 'symlink', target } }
}

async function file(ask: RepoAsk, path: string, entry: TreeEntry, ref: string): Promise<Answer> {
  const bytes = await readBlob(ask.repo, entry.sha)
  if (!bytes) throw notFound()
  if (ask.accept.includes('raw')) {
    return {
      status: 200,
      bytes,
      headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
    }
  }
  const small = bytes.length <= LARGEST_JSON
  const content = small ? bytes.toString('base64').replace(/(.{60})/g, '$1\n') : ''
  const body = {
    ...common(ask, path, entry, ref),
    type: 'file',
    content,
    encoding: small ? 'base64' : 'none',
  }
  return { status: 200, body }
}

function common({ world, repo }: RepoAsk, path: string, entry: TreeEntry, ref: string) {
  const encoded = path.split('/').map(encodeURIComponent).join('/')
  const self = `${world.url}/repos/${fullName(repo)}/contents/${encoded}?ref=${encodeURIComponent(ref)}`
  const kind = entry.type === 'tree' ? 'trees' : 'blobs'
  const git = `${world.url}/repos/${fullName(repo)}/git/${kind}/${entry.sha}`
  const html = `${world.url}/${fullName(repo)}/${entry.type === 'tree' ? 'tree' : 'blob'}/${ref}/${encoded}`
  return {
    name: posix.basename(path),
    path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url: self,
    html_url: html,
    git_url: git,
    download_url: `${world.url}/${fullName(repo)}/raw/${ref}/${encoded}`,
    _links: { self, git, html },
  }
}

async function rootOf({ repo }: RepoAsk, ref: string): Promise<string | null> {
  const sha = await resolveCommit(repo, ref)
  return (sha && (await readCommit(repo, sha))?.tree) || null
}

/** Walks a path without following links, as git does. */
async function find({ repo }: RepoAsk, root: string, path: string): Promise<TreeEntry | null> {
  let tree = root
  let entry: TreeEntry | null = null
  for (const part of path.split('/')) {
    if (entry && entry.type !== 'tree') return null
    entry = (await readTree(repo, tree, false)).find((one) => one.path === part) ?? null
    if (!entry) return null
    tree = entry.sha
  }
  return entry
}

async function entryAt(ask: RepoAsk, branch: string, path: string): Promise<TreeEntry | null> {
  const root = await rootOf(ask, `heads/${branch}`)
  return root ? find(ask, root, path) : null
}

function expectSha(ask: RepoAsk, old: TreeEntry | null): void {
  const given = optionalText(ask.body, 'sha', 'Content')
  if (old && given === null) throw new ApiError(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
  if (given !== null && given !== old?.sha) {
    throw new ApiError(409, `${ask.params.path} does not match ${given}`)
  }
}

async function commitChange(
  ask: RepoAsk,
  branch: string,
  change: { readonly path: string; readonly mode: string; readonly sha: string | null },
) {
  const { world, repo } = ask
  const before = await branchTip(repo, branch)
  if (!before && branch !== repo.defaultBranch) throw new ApiError(404, `Branch ${branch} not found`)
  refuseProtected(ask, `refs/heads/${branch}`, 'push')
  const parent = before ? await readCommit(repo, before) : null
  const author = person(ask, 'author') ?? signatureOf(accountOf(ask.caller), world.now())
  const after = await writeCommit(repo, {
    tree: await writeTree(repo, parent?.tree ?? null, [change]),
    parents: before ? [before] : [],
    message: text(ask.body, 'message', 'Content'),
    author,
    committer: person(ask, 'committer') ?? webFlow(world.now()),
  })
  const moved = { ref: `refs/heads/${branch}`, before: before ?? NO_COMMIT, after }
  if (!(await move(world, repo, moved, byOf(ask)))) throw new ApiError(409, `${branch} has moved`)
  const commit = await readCommit(repo, after)
  if (!commit) throw new Error(`expected the commit that was just written at ${after}, got none`)
  return gitCommitBody(world, repo, commit)
}

function person({ body, world }: RepoAsk, key: 'author' | 'committer') {
  if (!body[key]) return null
  const fields = record(body[key], 'Content')
  const now = webFlow(world.now()).date
  return {
    name: text(fields, 'name', 'Content'),
    email: text(fields, 'email', 'Content'),
    date: optionalText(fields, 'date', 'Content') ?? now,
  }
}

function cleanPath({ params }: RepoAsk): string {
  const path = (params.path ?? '').replace(/^\/+|\/+$/g, '')
  if (path.split('/').some((part) => part === '..' || part === '.' || part === '.git')) {
    throw new ApiError(422, 'path contains a malformed path component')
  }
  return path
}
