import type { components } from '@octokit/openapi-types'
import { accountByEmail } from '../auth.ts'
import type { FileChange } from '../git/diff.ts'
import type { Commit } from '../git/read.ts'
import { fullName } from '../lookup.ts'
import type { Repo, World } from '../world.ts'
import { nodeId, simpleUser } from './people.ts'

type Schemas = components['schemas']

const UNSIGNED = {
  verified: false,
  reason: 'unsigned',
  signature: null,
  payload: null,
  verified_at: null,
}

export function commitBody(world: World, repo: Repo, commit: Commit): Schemas['commit'] {
  const api = `${world.url}/repos/${fullName(repo)}`
  const html = `${world.url}/${fullName(repo)}`
  const author = accountByEmail(world, commit.author.email)
  const committer = accountByEmail(world, commit.committer.email)
  return {
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    url: `${api}/commits/${commit.sha}`,
    html_url: `${html}/commit/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    commit: {
      url: `${api}/git/commits/${commit.sha}`,
      author: { ...commit.author },
      committer: { ...commit.committer },
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      verification: UNSIGNED,
    },
    author: author && simpleUser(world, author),
    committer: committer && simpleUser(world, committer),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${html}/commit/${sha}`,
    })),
  }
}

export function gitCommitBody(world: World, repo: Repo, commit: Commit): Schemas['git-commit'] {
  const api = `${world.url}/repos/${fullName(repo)}`
  const html = `${world.url}/${fullName(repo)}`
  return {
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    url: `${api}/git/commits/${commit.sha}`,
    html_url: `${html}/commit/${commit.sha}`,
    author: { ...commit.author },
    committer: { ...commit.committer },
    message: commit.message,
    tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/git/commits/${sha}`,
      html_url: `${html}/commit/${sha}`,
    })),
    verification: UNSIGNED,
  }
}

export function fileBody(world: World, repo: Repo, at: string, file: FileChange): Schemas['diff-entry'] {
  const path = file.path.split('/').map(encodeURIComponent).join('/')
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${world.url}/${fullName(repo)}/blob/${at}/${path}`,
    raw_url: `${world.url}/${fullName(repo)}/raw/${at}/${path}`,
    contents_url: `${world.url}/repos/${fullName(repo)}/contents/${path}?ref=${at}`,
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
  }
}

/** The form of a commit in `push` payloads. */
export function pushedCommit(world: World, repo: Repo, commit: Commit, files: readonly FileChange[]) {
  const paths = (...status: FileChange['status'][]) =>
    files.filter((file) => status.includes(file.status)).map((file) => file.path)
  const login = (email: string) => {
    const account = accountByEmail(world, email)
    return account ? { username: account.login } : {}
  }
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${world.url}/${fullName(repo)}/commit/${commit.sha}`,
    author: { ...commit.author, ...login(commit.author.email) },
    committer: { ...commit.committer, ...login(commit.committer.email) },
    added: paths('added'),
    removed: paths('removed'),
    modified: paths('modified', 'renamed', 'changed'),
  }
}

export function simpleCommit(commit: Commit): Schemas['simple-commit'] {
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: commit.committer.date,
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
  }
}

export function refBody(
  world: World,
  repo: Repo,
  ref: { readonly ref: string; readonly sha: string; readonly type: string },
): Schemas['git-ref'] {
  const api = `${world.url}/repos/${fullName(repo)}/git`
  return {
    ref: ref.ref,
    node_id: nodeId('REF', repo.id),
    url: `${api}/${ref.ref}`,
    object: { sha: ref.sha, type: ref.type, url: `${api}/${ref.type}s/${ref.sha}` },
  }
}
