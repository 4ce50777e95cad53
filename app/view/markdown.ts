import { createHash } from 'node:crypto'
import { code as codeSpan, type Markdown } from '@dbward/rules/markdown'

// The escaper is shared with the Action's summary; it is a leaf, so that both rooms may have it.
export * from '@dbward/rules/markdown'

/** The longest name of a file that GitHub takes in a request is far below this. */
const mostCode = 500

/**
 * A code span: nothing inside is Markdown, a mention or a link. Names are people's own, and no page is to be filled with
 * one; two that are cut tell themselves apart by the hash of the whole.
 */
export function code(text: string): Markdown {
  const characters = Array.from(text)
  if (characters.length <= mostCode) return codeSpan(text)
  const sha256 = createHash('sha256').update(text).digest('hex')
  return codeSpan(`${characters.slice(0, mostCode).join('')}… SHA-256 of the whole: ${sha256}`)
}
