import type { Problem } from './span.ts'

/** A `-- migrate:up` or `-- migrate:down` line, as dbmate reads them. */
export type Directive = { readonly section: 'up' | 'down'; readonly transaction: boolean }

/**
 * Reads a line comment as a directive: undefined where it is an ordinary comment, `malformed` where it looks like a
 * directive and is none. A directive that we would read otherwise than its author is never passed over.
 */
export function readDirective(comment: string, startsLine: boolean): Directive | 'malformed' | undefined {
  if (!/^--\s*migrate\s*:/i.test(comment)) return
  const [, section, options = ''] =
    /^--[ \t]*migrate:(up|down)((?:[ \t]+[^ \t]+)*)[ \t]*$/.exec(comment) ?? []
  if (!startsLine || (section !== 'up' && section !== 'down')) return 'malformed'
  const words = options.split(/[ \t]+/).filter((word) => word !== '')
  if (words.some((word) => word !== 'transaction:false' && word !== 'transaction:true') || words.length > 1) {
    return 'malformed'
  }
  return { section, transaction: words[0] !== 'transaction:false' }
}

export function directiveProblem(message: string, off: number, len: number): Problem {
  return {
    code: 'directive',
    message,
    instead:
      'Write plain SQL, or one line `-- migrate:up` (with ` transaction:false` where needed) before the statements and `-- migrate:down` after them.',
    off,
    len,
  }
}
