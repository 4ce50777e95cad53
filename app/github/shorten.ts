import { createHash } from 'node:crypto'

/**
 * Cuts a page at the end of a line, so that it fits, and names the SHA-256 of the whole. Pages are made to fit before
 * they come here; this is for the one that was not, which must not fail to be posted for ever.
 */
export function shorten(page: string, most: number): string {
  if (Buffer.byteLength(page) <= most) return page
  const note = `\n\nCut off. SHA-256 of the whole: \`${createHash('sha256').update(page).digest('hex')}\``
  const room = most - Buffer.byteLength(note) - longestFence
  const kept: string[] = []
  let size = 0
  let fence: string | null = null
  for (const line of page.split('\n')) {
    size += Buffer.byteLength(line) + 1
    if (size > room) break
    kept.push(line)
    const marks = /^`{3,}/.exec(line)?.[0]
    if (marks !== undefined) fence = fence === null ? marks : line === fence ? null : fence
  }
  // An open block of code would swallow the note.
  return [...kept, ...(fence === null ? [] : [fence.slice(0, longestFence)])].join('\n') + note
}

const longestFence = 100
