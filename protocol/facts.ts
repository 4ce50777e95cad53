import type { CodeOwners } from './codeowners.ts'
import type { Asked, ReviewCommand } from './command.ts'
import type { Role } from './policy.ts'

/**
 * What GitHub says about one change, as a value. `readChange` (snapshot.ts) makes it from GitHub, the server with its
 * App and the agent with a read-only credential of its own; `decide` judges it without asking anybody anything else.
 */
export type ChangeFacts = {
  readonly repo: { readonly id: number; readonly name: string }
  readonly pr: number
  readonly state: 'open' | 'closed' | 'merged'
  readonly author: Account
  readonly mergedBy: Account | null
  readonly mergeSha: string | null
  /** ISO 8601, as GitHub gives it. */
  readonly mergedAt: string | null
  readonly head: string
  /** `sha` is the commit whose policy rules: the tip of the base branch while open, the base at merge afterwards. */
  readonly base: { readonly ref: string; readonly sha: string }
  readonly policySha256: string | null
  /** The bytes that would run; the policy file is in it where the change touches it. */
  readonly files: FileMap
  readonly problems: readonly FileProblem[]
  /** Who owns the files at the base commit; null where no workflow asks for it. */
  readonly codeOwners: CodeOwners | null
  readonly reviews: readonly ReviewFact[]
  readonly contributors: readonly Contributor[]
  /** Authors and committers of governed bytes that GitHub could not name. Somebody unknown is somebody. */
  readonly unknownContributors: number
  readonly standing: Readonly<Record<number, Standing>>
  /** When the base of the pull request last changed, as ISO 8601; null where it never did. */
  readonly baseChangedAt: string | null
}

export type Account = { readonly id: number; readonly login: string; readonly type: 'User' | 'Bot' | 'Other' }

/** Somebody, and neither an App nor an organisation. */
export function isPerson({ type, login }: Account): boolean {
  return type === 'User' && !login.endsWith('[bot]')
}

/** Path to SHA-256 of the bytes in hex, or to `deleted`, for every governed file (and the policy) that a change touches. */
export type FileMap = Readonly<Record<string, string>>

export type ReviewFact = {
  readonly id: number
  readonly user: Account
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING'
  readonly commit: string | null
  /** ISO 8601, as GitHub gives it. */
  readonly at: string
  readonly hasReason: boolean
  /** What the reviewed commit would have run; null where it can no longer be read. */
  readonly files: FileMap | null
  /** What the body asks dbward, where it does; the body itself stays on GitHub. */
  readonly says?: Exclude<Asked<ReviewCommand>, { readonly kind: 'none' }>
}

export type ContributorRole = 'author' | 'committer' | 'co-author' | 'pusher'
export type Contributor = { readonly id: number; readonly login: string; readonly as: ContributorRole }

/** What a person may do on the repository now, and which of the policy's teams (`org/slug`, lower case) they are in. */
export type Standing = { readonly role: Role | 'none'; readonly teams: readonly string[] }

/** A governed file that cannot be governed: a symbolic link, a submodule, bytes that are not text, ... */
export type FileProblem = { readonly path: string; readonly code: FileProblemCode; readonly message: string }
export const fileProblemCodes = [
  'not-a-file',
  'symlink',
  'submodule',
  'lfs-pointer',
  'attributes',
  'too-large',
  'too-many-files',
  'odd-path',
  'same-path-twice',
  'two-databases',
  'same-version-twice',
  'no-version',
  'changed-after-merge',
  'pushed-directly',
  'too-many-commits',
  'unreadable',
] as const
export type FileProblemCode = (typeof fileProblemCodes)[number]

export function sameFiles(a: FileMap, b: FileMap): boolean {
  const paths = Object.keys(a)
  return paths.length === Object.keys(b).length && paths.every((path) => a[path] === b[path])
}
