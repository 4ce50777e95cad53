import type { Token as MysqlToken } from './mysql/lex.ts'
import type { Token as PostgresToken } from './postgres/lex.ts'

/**
 * One statement between its boundaries: `off` to `end` are its exact bytes, without a `;`, and without comments and
 * white space around it. `stop` is where it is over: the offset of its `;`, or of the end of its section.
 */
export type Slice = {
  readonly off: number
  readonly end: number
  readonly stop: number
  /** why no parser needs to be asked: it is not SQL that a server takes */
  readonly unreadable?: string
  /** its tokens, where they were all read to find its end: nobody needs to read them again */
  readonly tokens?: readonly PostgresToken[]
}

/** What stands at a place between two statements; with `statement` one begins there. */
export type Gap = {
  readonly is: 'line-comment' | 'nothing' | 'separator' | 'statement'
  readonly off: number
  readonly end: number
}

export type Comment = Pick<MysqlToken | PostgresToken, 'off' | 'end'>

/** How an engine finds its statements in a text. One is made for each file and asked from front to back. */
export type Dialect = {
  between(off: number): Gap
  /** The statement that begins at `off`; `ends` tells of a comment whether the section is over. */
  statement(
    off: number,
    ends: (comment: Comment) => boolean,
  ): { readonly slice: Slice; readonly next: number }
}
