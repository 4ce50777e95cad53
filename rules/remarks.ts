import type { Comment } from './dialect.ts'

/**
 * A comment that speaks to this review (`-- dbward: ...`), and where it stands: `before` the statement `statement` with
 * nothing but comments before it on its line, `behind` another statement on its line, or `inside` of one.
 */
export type Remark = {
  readonly off: number
  readonly end: number
  readonly where: 'before' | 'behind' | 'inside'
  /** which statement of the file it is about, from 0; there may be none so late */
  readonly statement: number
  /** what it says, without the signs that make it a comment, on one line */
  readonly text: string
}

/** More of them in one file are no use to anybody; those after it count for nothing. */
export const maxRemarks = 500

/** Gathers the remarks of a file. The dialect says what is a comment, so that none is found in a literal. */
export function gatherRemarks(bytes: Uint8Array) {
  const found: Remark[] = []
  let solid = 0
  return {
    found,
    /** Between statements. */
    between({ off, end }: Comment, statement: number): void {
      const text = remark(bytes, off, end)
      if (text === undefined || found.length > maxRemarks) return
      const newline = bytes.indexOf(0x0a, solid)
      const behind = solid > 0 && (newline === -1 || newline > off)
      found.push({ off, end, where: behind ? 'behind' : 'before', statement, text })
    },
    /** In a statement; a lexer that looks ahead may see one again, or one that is of the next statement. */
    inside(comments: readonly Comment[], stop: number, statement: number): void {
      for (const { off, end } of comments) {
        const text = off < stop ? remark(bytes, off, end) : undefined
        if (text === undefined || found.length > maxRemarks) continue
        if ((found.at(-1)?.off ?? -1) < off) found.push({ off, end, where: 'inside', statement, text })
      }
    },
    /** A statement or a `;` ended here. */
    passed(end: number): void {
      solid = end
    },
  }
}

function remark(bytes: Uint8Array, off: number, end: number): string | undefined {
  const block = bytes[off] === 0x2f && bytes[off + 1] === 0x2a
  const dashes = bytes[off] === 0x2d && bytes[off + 1] === 0x2d
  if (!block && !dashes && bytes[off] !== 0x23) return
  let from = off + (block || dashes ? 2 : 1)
  while (from < end && isFiller(bytes[from] ?? 0)) from++
  // Most comments are told apart by one byte.
  if (((bytes[from] ?? 0) | 0x20) !== 0x64) return
  const text = decoder.decode(bytes.subarray(from, block ? end - 2 : end))
  return addressed.test(text) ? text.replace(/\s+/g, ' ').trim() : undefined
}

function isFiller(byte: number): boolean {
  return byte <= 0x20 || byte === 0x2a
}

/** `dbward:` whatever follows, and what somebody wrote who forgot the colon. */
const addressed = /^dbward(\s*:|\W{0,3}(allow|ignore|disable|suppress|off|skip)\b)/i

const decoder = new TextDecoder()
