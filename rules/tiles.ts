import type { Dialect } from './dialect.ts'
import { dialectOf } from './dialect-of.ts'
import { readDirective } from './directives.ts'
import type { Engine } from './engine.ts'
import { end, type Span } from './span.ts'

/**
 * Whether every byte of a file is in one of these statements, a `;`, a comment, white space or the down section.
 *
 * It asks nothing of whoever made the list: an executor that runs the slices of a plan proves with it that no SQL
 * of the file was left out. That each slice is one statement is for the parser and the server to say.
 */
export function tiles(bytes: Uint8Array, statements: readonly Span[], engine: Engine = 'postgres'): boolean {
  const dialect = dialectOf(engine, bytes)
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  let up = false
  for (const [i, statement] of statements.entries()) {
    if (!Number.isSafeInteger(statement.off) || !Number.isSafeInteger(statement.len)) return false
    if (statement.off < at || statement.len <= 0 || end(statement) > bytes.length) return false
    const gap = readGap(bytes, dialect, at, statement.off)
    if (gap === undefined || gap.down || (i > 0 && !gap.separates)) return false
    up ||= gap.up
    at = end(statement)
  }
  const rest = readGap(bytes, dialect, at, bytes.length)
  return rest !== undefined && (!rest.down || up || rest.up)
}

type Gap = { up: boolean; down: boolean; separates: boolean }

/** What stands between statements; undefined where it is more than white space, comments and `;`. */
function readGap(bytes: Uint8Array, dialect: Dialect, from: number, to: number): Gap | undefined {
  const gap: Gap = { up: false, down: false, separates: false }
  for (let at = from; at < to; ) {
    const { is, off, end: next } = dialect.between(at)
    if (next > to || is === 'statement') return
    if (is === 'line-comment') {
      const comment = text.decode(bytes.subarray(off, next)).replace(/\r$/, '')
      const directive = readDirective(comment, startsLine(bytes, off))
      if (directive === 'malformed') return
      if (directive?.section === 'down') return { ...gap, down: true }
      gap.up ||= directive?.section === 'up'
    }
    gap.separates ||= is === 'separator'
    at = next
  }
  return gap
}

function startsLine(bytes: Uint8Array, off: number): boolean {
  return off === 0 || bytes[off - 1] === 0x0a || (off === 3 && bytes[0] === 0xef)
}

const text = new TextDecoder()
