import type { Comment, Dialect, Slice } from './dialect.ts'
import { type Directive, directiveProblem, readDirective } from './directives.ts'
import { decode, faults } from './faults.ts'
import { gatherRemarks, type Remark } from './remarks.ts'
import type { Problem } from './span.ts'

export type StatementSpan = Slice

/**
 * A migration file: plain SQL, or dbmate's `-- migrate:up` and `-- migrate:down`.
 *
 * `up` are the statements that would be executed, in order; nothing of the down section is. `tx` is what the file
 * itself says. With any problem the file does not run, and `up` may be incomplete.
 */
export type Migration = {
  readonly up: readonly StatementSpan[]
  readonly from: number
  readonly to: number
  readonly tx: 'auto' | 'none'
  readonly directives: boolean
  /** the comments to this review that stand where statements do */
  readonly remarks: readonly Remark[]
  readonly problems: readonly Problem[]
}

export const maxStatements = 5000
const maxProblems = 20

export function readMigration(bytes: Uint8Array, dialect: Dialect): Migration {
  const wrong = faults(bytes)
  const unreadable = wrong.some((fault) => fault.code !== 'hidden-character' || bytes[fault.off] === 0)
  if (unreadable)
    return { up: [], from: 0, to: 0, tx: 'auto', directives: false, remarks: [], problems: wrong }
  const sections = readSections(bytes, startsWithMark(bytes) ? 3 : 0, dialect)
  return {
    ...sections,
    problems: [...wrong, ...sections.problems, ...unseenDirectives(bytes, sections.lines)],
  }
}

function startsWithMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
}

type Sections = Migration & { readonly lines: readonly number[] }

function readSections(bytes: Uint8Array, from: number, dialect: Dialect): Sections {
  const up: StatementSpan[] = []
  const problems: Problem[] = []
  const lines: number[] = []
  const remarks = gatherRemarks(bytes)
  let opened: Directive | undefined
  let start = from
  let at = from
  let to = bytes.length
  while (at < to) {
    const gap = dialect.between(at)
    const directive = gap.is === 'line-comment' ? directiveAt(bytes, gap) : undefined
    if (directive !== undefined) {
      lines.push(gap.off)
      const trouble = misplaced(directive, opened, up.length)
      if (trouble && problems.length < maxProblems)
        problems.push(directiveProblem(trouble, gap.off, gap.end - gap.off))
      if (directive !== 'malformed' && directive.section === 'down') to = gap.off
      else if (directive !== 'malformed' && opened === undefined) {
        opened = directive
        if (up.length === 0) start = gap.end
      }
      at = gap.end
    } else if (gap.is !== 'statement') {
      if (gap.is === 'separator') remarks.passed(gap.end)
      else remarks.between(gap, up.length)
      at = gap.end
    } else {
      const within: Comment[] = []
      const { slice, next } = dialect.statement(at, (comment) => {
        within.push(comment)
        return isDirective(bytes, comment)
      })
      remarks.inside(within, slice.stop, up.length)
      up.push(slice)
      remarks.passed(next)
      at = next
      if (up.length > maxStatements) {
        problems.push(tooMany(slice))
        break
      }
    }
  }
  const tx = opened?.transaction === false ? 'none' : 'auto'
  return {
    up,
    from: start,
    to,
    tx,
    directives: opened !== undefined,
    remarks: remarks.found,
    problems,
    lines,
  }
}

function isDirective(bytes: Uint8Array, comment: Comment): boolean {
  return directiveAt(bytes, comment) !== undefined
}

function directiveAt(bytes: Uint8Array, { off, end }: Comment): Directive | 'malformed' | undefined {
  const startsLine = off === 0 || bytes[off - 1] === 0x0a || (off === 3 && startsWithMark(bytes))
  return readDirective(text.decode(bytes.subarray(off, end)).replace(/\r$/, ''), startsLine)
}

const text = new TextDecoder()

function misplaced(directive: Directive | 'malformed', opened: Directive | undefined, statements: number) {
  if (directive === 'malformed') return 'This line looks like a directive of a migration and is none.'
  if (directive.section === 'down')
    return opened ? undefined : 'There is no `-- migrate:up` before this line.'
  if (opened) return 'There is a second `-- migrate:up`.'
  return statements > 0 ? 'There are statements before this line.' : undefined
}

// dbmate looks at lines only. Where one of them stands inside a literal or a comment, or after the down section
// began, dbmate and we would not run the same statements.
function unseenDirectives(bytes: Uint8Array, lines: readonly number[]): readonly Problem[] {
  const whole = decode(bytes) ?? ''
  if (!/^\ufeff?--\s*migrate:(up|down)/m.test(whole)) return []
  const problems: Problem[] = []
  const known = new Set(lines)
  let off = 0
  for (const line of whole.split('\n')) {
    const mark = off === 0 && line.startsWith('\ufeff') ? 3 : 0
    const directive = /^\ufeff?--\s*migrate:(up|down)/.test(line)
    const len = encoder.encode(line).length
    if (directive && !known.has(off + mark)) {
      problems.push(
        directiveProblem(
          'A line like a directive stands where it is none, or where it is one too many.',
          off,
          len,
        ),
      )
    }
    off += len + 1
    if (problems.length === maxProblems) break
  }
  return problems
}

const encoder = new TextEncoder()

function tooMany({ off, end }: StatementSpan): Problem {
  return {
    code: 'too-many-statements',
    message: `This file has more than ${maxStatements} statements.`,
    instead: 'Split it into several migrations.',
    off,
    len: end - off,
  }
}
