/** A range of BYTES of the file, not of characters: `off` is the first one, `off + len` the first one after. */
export type Span = { readonly off: number; readonly len: number }

export function span(from: number, to: number): Span {
  return { off: from, len: to - from }
}

export function end(range: Span): number {
  return range.off + range.len
}

/** Trouble with a file that is no statement's: it is reported as `unparsed`, and the file does not run. */
export type Problem = {
  readonly code:
    | 'too-large'
    | 'not-utf8'
    | 'hidden-character'
    | 'directive'
    | 'not-sql'
    | 'too-many-statements'
    | 'split-disagrees'
    | 'no-transaction'
  readonly message: string
  readonly instead: string
} & Span
