import { sha256 } from './plan.ts'
import type { GitFiles } from './repository.ts'

/** Files with the same owners, and who they are: logins and `org/team`, in lower case. */
export type OwnedFiles = {
  readonly paths: readonly string[]
  readonly users: readonly string[]
  readonly teams: readonly string[]
}
/** What the CODEOWNERS file of one commit says of some files; where it is missing or broken, nobody owns anything. */
export type CodeOwners =
  | { readonly found: 'yes'; readonly sha256: string; readonly groups: readonly OwnedFiles[] }
  | { readonly found: 'no'; readonly why: string }

/** In the order in which GitHub looks; the first one that is there counts. */
export const codeOwnersPaths = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const
const mostBytes = 3 * 1024 * 1024

/** Reads who owns these files at one commit. */
export async function readCodeOwners(
  repo: GitFiles,
  sha: string,
  files: readonly string[],
): Promise<CodeOwners> {
  const tree = await repo.governed(sha, codeOwnersPaths)
  const entry = codeOwnersPaths.flatMap((path) => tree.get(path) ?? [])[0]
  if (entry === undefined) return { found: 'no', why: 'the base branch has no CODEOWNERS file' }
  if (entry.mode !== '100644' || (entry.size ?? 0) > mostBytes) {
    return { found: 'no', why: `${entry.path} is no plain file that GitHub reads` }
  }
  const bytes = await repo.blob(entry.sha)
  const parsed = parseCodeOwners(new TextDecoder().decode(bytes))
  if (typeof parsed === 'string') return { found: 'no', why: `${entry.path} is broken: ${parsed}` }
  return { found: 'yes', sha256: sha256(bytes), groups: groupsOf(parsed, files) }
}

export type OwnerRule = { readonly pattern: string; readonly owners: readonly string[] }

/**
 * The lines of a CODEOWNERS file (https://docs.github.com/articles/about-code-owners), or what is wrong with it. GitHub
 * skips a line that it does not understand, so that an earlier one would say who owns a file: here that is nobody.
 */
export function parseCodeOwners(source: string): readonly OwnerRule[] | string {
  const rules: OwnerRule[] = []
  for (const [index, line] of source
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const [pattern, ...rest] = line.match(/(?:\\.|[^\s\\])+/g) ?? []
    if (pattern === undefined || pattern.startsWith('#')) continue
    const comment = rest.findIndex((one) => one.startsWith('#'))
    const owners = comment === -1 ? rest : rest.slice(0, comment)
    const wrong = owners.find((one) => !/^@[\w.-]+(\/[\w.-]+)?$|^[^@\s]+@[^@\s]+$/.test(one))
    if (wrong !== undefined)
      return `line ${index + 1} has an owner that is no @user, @org/team or e-mail address`
    if (/^!|[[\]]/.test(pattern))
      return `line ${index + 1} has a pattern with "!" or "[", which GitHub does not take`
    rules.push({ pattern, owners })
  }
  return rules
}

/** The owners of a path: those of the last line that matches, which may be none. */
export function ownersOf(rules: readonly OwnerRule[], path: string): readonly string[] {
  return rules.findLast(({ pattern }) => patternOf(pattern).test(path))?.owners ?? []
}

/** An e-mail address tells no account that others could check, so it stands for nobody. */
function groupsOf(rules: readonly OwnerRule[], files: readonly string[]): readonly OwnedFiles[] {
  const named = files.map((path) => {
    const names = ownersOf(rules, path).filter((one) => one.startsWith('@'))
    return { path, owners: [...new Set(names.map((one) => one.slice(1).toLowerCase()))].sort() }
  })
  return [...Map.groupBy(named, (one) => one.owners.join(' ')).values()].map((own) => {
    const owners = own[0]?.owners ?? []
    return {
      paths: own.map((one) => one.path),
      users: owners.filter((one) => !one.includes('/')),
      teams: owners.filter((one) => one.includes('/')),
    }
  })
}

/**
 * Like .gitignore: a pattern with a slash before its end is from the root, others are of any folder; what names a folder
 * takes all below it. Other than there, `docs/*` does not take what is in folders of `docs`.
 */
function patternOf(pattern: string): RegExp {
  const rooted = pattern.replace(/\/$/, '').includes('/')
  const body = pattern.replace(/^\//, '').replace(/\/$/, '')
  const source = body.replace(/\*\*\/|\/\*\*$|\*\*|\*|\?|\\.|[^*?\\/]+|\//g, (piece) => {
    if (piece === '**/') return '(?:[^/]+/)*'
    if (piece === '/**') return '/.+'
    if (piece === '**') return '.*'
    if (piece === '*') return '[^/]*'
    if (piece === '?') return '[^/]'
    return piece.replace(/^\\/, '').replace(/[.+^${}()|[\]\\]/g, '\\$&')
  })
  const below = pattern.endsWith('/') ? '/.+' : body.endsWith('/*') ? '' : '(?:/.+)?'
  return new RegExp(`^${rooted ? '' : '(?:[^/]+/)*'}${source}${below}$`, 's')
}
