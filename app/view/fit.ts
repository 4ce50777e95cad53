import { createHash } from 'node:crypto'
import { blocks, code, escaped, type Markdown, md } from './markdown.ts'

/** `drop` 0 stays; the others go from 1 up, the last resort last. */
export type Section = { readonly name: string; readonly drop: number; readonly body: Markdown }

/** GitHub takes 65,536 characters in a comment and 65,535 in a check run's text; counted in bytes we are below both. */
export const mostBytes = 60_000

/**
 * The sections that fit on one page, with a line that says what was left out and the SHA-256 of the whole: two
 * readers of a shortened page can still tell whether they were shown the same thing.
 */
export function fit(sections: readonly Section[], most = mostBytes): Markdown {
  const shown = sections.filter((one) => one.body !== '')
  const whole = blocks(...shown.map((one) => one.body))
  if (bytes(whole) <= most) return whole
  const dropped: Section[] = []
  const page = () => {
    const left = shown.filter((one) => !dropped.includes(one)).map((one) => one.body)
    return blocks(...left, note(whole, dropped))
  }
  for (const one of shown.filter(({ drop }) => drop > 0).sort((a, b) => a.drop - b.drop)) {
    dropped.push(one)
    if (bytes(page()) <= most) break
  }
  return page()
}

function note(whole: Markdown, dropped: readonly Section[]): Markdown {
  const names = escaped(dropped.map((one) => one.name).join(', '))
  const sha256 = createHash('sha256').update(whole).digest('hex')
  return md`Left out, as GitHub's pages are limited: ${names}. SHA-256 of the whole: ${code(sha256)}`
}

function bytes(text: string): number {
  return Buffer.byteLength(text)
}
