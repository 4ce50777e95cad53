import type { Engine } from '@dbward/rules/engine'
import { readFile } from '@dbward/rules/read'
import { type FileReview, reviewer } from '@dbward/rules/review'
import { type Split, splitOf, tiles } from '@dbward/rules/split'
import { parseSync } from 'libpg-query'

export type Examined = { readonly split: Split; readonly parsed: boolean }

/**
 * Reads one input and throws where what is said of it cannot be: a byte that is in no statement and is no comment,
 * white space or separator; statements that overlap; a file that is refused and has no finding that blocks. PostgreSQL's
 * own parser must have been loaded.
 */
export function examine(bytes: Uint8Array, engine: Engine): Examined {
  const file = readFile(bytes, engine)
  const split = splitOf(file)
  ordered(split, bytes.length)
  const review = reviewOf[engine]('a.sql', file)
  places(review, bytes)
  const blocks = review.findings.some(({ severity }) => severity === 'block')
  if (split.problems.length > 0 && !blocks) throw new Error('the file is refused, and no finding says so')
  if (split.stmts.some(({ kind }) => kind === 'opaque') && !blocks) {
    throw new Error('a statement is opaque, and no finding says so')
  }
  if (split.problems.length > 0) return { split, parsed: false }
  if (!tiles(bytes, split.stmts, engine)) throw new Error('the statements do not tile the file')
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  if (engine !== 'postgres') {
    emptyForMysql(without(bytes, split), text)
    return { split, parsed: false }
  }
  return { split, parsed: asPostgresSees(bytes, text, split) }
}

const reviewOf = {
  postgres: reviewer({ engine: 'postgres' }),
  mysql: reviewer({ engine: 'mysql' }),
  mariadb: reviewer({ engine: 'mariadb' }),
}

function ordered({ stmts }: Split, length: number): void {
  let before = 0
  for (const [nth, { i, off, len }] of stmts.entries()) {
    if (i !== nth) throw new Error('the statements are not numbered one after the other')
    if (off < before || len <= 0 || off + len > length)
      throw new Error('the statements overlap or leave the file')
    before = off + len
  }
}

function places({ findings }: FileReview, bytes: Uint8Array): void {
  const lines = bytes.reduce((sum, byte) => sum + (byte === 0x0a ? 1 : 0), 1)
  for (const { line, column, end_line, end_column } of findings) {
    const forward = line < end_line || (line === end_line && column <= end_column)
    if (line < 1 || column < 1 || end_line > lines || !forward)
      throw new Error('a finding is at no place of the file')
  }
}

/** What is left of a file without its statements. */
function without(bytes: Uint8Array, { stmts }: Split): string {
  let at = 0
  const left: string[] = []
  for (const { off, len } of [...stmts, { off: bytes.length, len: 0 }]) {
    left.push(decoder.decode(bytes.subarray(at, off)))
    at = off + len
  }
  return left.join('\n')
}

const decoder = new TextDecoder()

// Comments of MySQL, none of which is executed, white space and separators: another reader than the one that is tried.
const nothing = /^(?:[\s;\ufeff]|#[^\n]*|--(?=[\0- \x7f]|$)[^\n]*|\/\*(?![!]|[Mm]!)[\s\S]*?\*\/)*$/

function emptyForMysql(left: string, text: string): void {
  // After DELIMITER anything may be a separator, and the down section of a file is not read at all.
  if (/delimiter|migrate:/i.test(text)) return
  if (!nothing.test(left)) throw new Error('SQL stands between the statements')
}

/** Whether PostgreSQL's grammar takes the whole file; then it must see the very same statements. */
function asPostgresSees(bytes: Uint8Array, text: string, split: Split): boolean {
  if (/migrate:/.test(text)) return false
  if (statementsOf(without(bytes, split)).length > 0) throw new Error('SQL stands between the statements')
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  const seen = statementsOf(text)
  if (seen.length !== split.stmts.length) {
    throw new Error(`PostgreSQL sees ${seen.length} statements, and we see ${split.stmts.length}`)
  }
  for (const [i, { off, len }] of seen.entries()) {
    const own = split.stmts[i]
    const end = len === undefined ? bytes.length : off + len + marked
    if (own === undefined || own.off !== off + marked || own.off + own.len > end) {
      throw new Error('a statement begins or ends at another place than PostgreSQL says')
    }
  }
  return true
}

function statementsOf(text: string): readonly { readonly off: number; readonly len: number | undefined }[] {
  const plain = text.replace(/^\ufeff/, '')
  if (plain.trim() === '') return []
  const { stmts = [] } = parseSync(plain)
  return stmts.map(({ stmt_location: off = 0, stmt_len: len }) => ({ off, len }))
}
