/**
 * Globs for migration paths: `*` within a folder, `**` across folders, `?` one character; nothing else is special.
 * A path takes part only when it is plain ASCII (`plainPath`), so that no two spellings of one name exist.
 */
export function globMatches(glob: string, path: string): boolean {
  return pattern(glob).test(path)
}

/** The folders of a glob before its first wildcard: `db/migrate` for `db/migrate/*.sql`. */
export function globRoot(glob: string): string {
  const parts = glob.split('/')
  const first = parts.findIndex((part) => /[*?]/.test(part))
  return parts.slice(0, first === -1 ? parts.length - 1 : first).join('/')
}

/** A path of letters, digits, `.`, `_`, `-` and `/`, at most 200 long, without `.` or `..` as a part. */
export function plainPath(path: string): boolean {
  return (
    /^[A-Za-z0-9._/-]{1,200}$/.test(path) &&
    path.split('/').every((part) => part !== '' && !/^\.{1,2}$/.test(part))
  )
}

const compiled = new Map<string, RegExp>()

function pattern(glob: string): RegExp {
  const before = compiled.get(glob)
  if (before !== undefined) return before
  const source = glob.replace(/\*\*\/|\*\*|\*|\?|[^*?]+/g, (piece) => {
    if (piece === '**/') return '(?:[^/]+/)*'
    if (piece === '**') return '.*'
    if (piece === '*') return '[^/]*'
    if (piece === '?') return '[^/]'
    return piece.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  })
  const made = new RegExp(`^${source}$`, 's')
  if (compiled.size >= 1_000) compiled.clear()
  compiled.set(glob, made)
  return made
}
