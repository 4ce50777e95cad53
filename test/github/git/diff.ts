import type { Repo } from '../world.ts'
import { remember } from './read.ts'
import { git } from './run.ts'

export type FileChange = {
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed'
  readonly path: string
  readonly previousPath: string | null
  readonly sha: string
  readonly additions: number
  readonly deletions: number
  readonly patch: string | null
}

// GitHub leaves `patch` out of a file whose diff is large. The exact bound is not documented.
const LONGEST_PATCH = 100_000

/** The files that differ between two commits or trees, in git's order, with renames found by git. */
export function diff(repo: Repo, from: string, to: string): Promise<readonly FileChange[]> {
  return remember(repo, `diff ${from} ${to}`, async () => {
    const [raw, numbers, patches] = await Promise.all([
      git(repo.dir, ['diff', '-M', '--raw', '-z', '--abbrev=40', from, to]),
      git(repo.dir, ['diff', '-M', '--numstat', '-z', from, to]),
      git(repo.dir, ['diff', '-M', '--no-color', '--full-index', from, to]),
    ])
    const counted = parseNumbers(numbers)
    const patched = parsePatches(patches)
    return parseRaw(raw).map((file, index) => ({
      ...file,
      additions: counted[index]?.additions ?? 0,
      deletions: counted[index]?.deletions ?? 0,
      patch: patched[index] ?? null,
    }))
  })
}

function parseRaw(text: string): Omit<FileChange, 'additions' | 'deletions' | 'patch'>[] {
  const fields = text.split('\0')
  const files: Omit<FileChange, 'additions' | 'deletions' | 'patch'>[] = []
  for (let at = 0; at < fields.length - 1; ) {
    const [, , before = '', after = '', letter = ''] = (fields[at] ?? '').split(' ')
    const renamed = letter.startsWith('R') || letter.startsWith('C')
    const first = fields[at + 1] ?? ''
    const path = renamed ? (fields[at + 2] ?? '') : first
    files.push({
      status: statusOf(letter),
      path,
      previousPath: renamed ? first : null,
      sha: letter === 'D' ? before : after,
    })
    at += renamed ? 3 : 2
  }
  return files
}

function statusOf(letter: string): FileChange['status'] {
  if (letter === 'A') return 'added'
  if (letter === 'D') return 'removed'
  if (letter.startsWith('R')) return 'renamed'
  return letter === 'T' ? 'changed' : 'modified'
}

function parseNumbers(text: string): { additions: number; deletions: number }[] {
  const fields = text.split('\0')
  const counts: { additions: number; deletions: number }[] = []
  for (let at = 0; at < fields.length - 1; ) {
    const [additions = '', deletions = '', path = ''] = (fields[at] ?? '').split('\t')
    // Binary files count as `-`.
    counts.push({ additions: Number(additions) || 0, deletions: Number(deletions) || 0 })
    // A rename has an empty path here, and both paths follow.
    at += path === '' ? 3 : 1
  }
  return counts
}

/** One entry a file; null where there is no text to show (binary, mode change, too long). */
function parsePatches(text: string): (string | null)[] {
  // Not by /^/m: to a regular expression, a carriage return or U+2028 inside a file begins a line too.
  return `\n${text}`
    .split('\ndiff --git ')
    .slice(1)
    .map((part) => {
      const start = part.indexOf('\n@@ ')
      if (start < 0) return null
      const patch = part.slice(start + 1).replace(/\n$/, '')
      return patch.length > LONGEST_PATCH ? null : patch
    })
}
