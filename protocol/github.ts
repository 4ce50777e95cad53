import type { Account } from './facts.ts'
import { flag, gitId, integer, list, nullable, oneOf, open, type Parsed, type Parser, text } from './shape.ts'

/**
 * A credential to read GitHub with. The server reads with its App's installation, an agent with a read-only App of
 * its own; what is asked and how the answers are understood is the same code, so that two honest readers agree.
 * `route` and `params` are as GitHub's REST documentation writes them (https://docs.github.com/rest). Both functions
 * reject where GitHub does not answer with a success; the error carries the HTTP `status`.
 */
export type GitHubReader = {
  readonly one: (route: string, params: GitHubParams) => Promise<unknown>
  /** Every item of every page, or a rejection: never some of them. */
  readonly all: (route: string, params: GitHubParams) => Promise<readonly unknown[]>
  /** Whose floor all that is read by it is judged under, as the configuration says (floor-read.ts). */
  readonly floorRepository?: string
}
export type GitHubParams = Readonly<Record<string, string | number>>

/** True for an answer that says "there is no such thing", as opposed to "ask me later". */
export function isMissing(error: unknown): boolean {
  const status = (error as { status?: unknown } | null)?.status
  return status === 404 || status === 410 || status === 422
}

export const account: Parser<Account> = (value, at) => {
  const found = open({ id: integer, login: text, type: text })(value, at)
  return {
    id: found.id,
    login: found.login,
    type: found.type === 'User' || found.type === 'Bot' ? found.type : 'Other',
  }
}

export const repository = open({ id: integer, full_name: text, default_branch: text })

export const pull = open({
  number: integer,
  state: oneOf('open', 'closed'),
  merged: flag,
  merge_commit_sha: nullable(gitId),
  merged_at: nullable(text),
  merged_by: nullable(account),
  user: account,
  title: text,
  commits: integer,
  changed_files: integer,
  head: open({ sha: gitId, ref: text, repo: nullable(open({ id: integer })) }),
  base: open({ ref: text, sha: gitId, repo: open({ id: integer }) }),
})
export type Pull = Parsed<typeof pull>

export const gitCommit = open({
  sha: gitId,
  tree: open({ sha: gitId }),
  parents: list(open({ sha: gitId })),
})

export const pullCommit = open({
  sha: gitId,
  author: nullableAccount(),
  committer: nullableAccount(),
  parents: list(open({ sha: gitId })),
  commit: open({
    message: text,
    tree: open({ sha: gitId }),
    author: nullable(open({ email: nullable(text) })),
    committer: nullable(open({ email: nullable(text) })),
  }),
})
export type PullCommit = Parsed<typeof pullCommit>

export const gitTree = open({
  truncated: flag,
  tree: list(open({ path: text, mode: text, type: text, sha: gitId, size: nullable(integer) })),
})
export type TreeEntry = Parsed<typeof gitTree>['tree'][number]

export const gitBlob = open({ sha: gitId, size: nullable(integer), content: text, encoding: oneOf('base64') })

export const comparison = open({
  status: oneOf('diverged', 'ahead', 'behind', 'identical'),
  merge_base_commit: open({ sha: gitId }),
})

export const branch = open({ name: text, protected: flag, commit: open({ sha: gitId }) })

export const review = open({
  id: integer,
  user: nullable(account),
  state: oneOf('APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED', 'PENDING'),
  commit_id: nullable(gitId),
  submitted_at: nullable(text),
  body: nullable(text),
})
export type Review = Parsed<typeof review>

export const activity = open({
  before: gitId,
  after: gitId,
  ref: text,
  activity_type: text,
  actor: nullable(account),
})
export type Activity = Parsed<typeof activity>

export const issueEvent = open({ event: text, created_at: text })
export const permission = open({ permission: text, role_name: text, user: nullable(account) })
export const membership = open({ state: text })

/** Commit authors may be null, or an empty object where GitHub knows no account. */
function nullableAccount(): Parser<Account | null> {
  const inner = nullable(account)
  return (value, at) =>
    typeof value === 'object' && value !== null && Object.keys(value).length === 0 ? null : inner(value, at)
}
