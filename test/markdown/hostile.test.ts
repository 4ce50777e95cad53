import { shorten } from '@dbward/app/github/shorten'
import { plain } from '@dbward/rules/markdown'
import { describe, expect, test } from 'vitest'
import { fieldCount, pagesWith } from './pages.ts'
import { payloads } from './payloads.ts'
import { madeOfText, rendered } from './render.ts'

const hostile = payloads(1_000)

test('there are 1,000 payloads, and more than 100 fields that each of them is put into', () => {
  expect(new Set(hostile).size).toBeGreaterThan(900)
  expect(fieldCount()).toBeGreaterThan(100)
})

test('a page with a hostile text has the elements of one with a harmless text, and nothing that text can make', () => {
  const found = hostile.flatMap((text) => {
    const pages = pagesWith(text)
    const twin = twinOf(harmless(text))
    const said = (name: string, problems: readonly string[]) =>
      problems.length === 0 ? [] : [`${JSON.stringify(text)} in ${name}: ${problems.join(', ')}`]
    const rendering = Object.entries(pages.markdown).flatMap(([name, page]) => {
      const shown = rendered(page)
      const made = Object.entries(madeOfText).filter(([, form]) => shown.prose.some((one) => form.test(one)))
      const others = shown.elements.join() === twin[name] ? [] : ['other elements']
      const foreign = shown.elements.filter((one) => !ours.test(one))
      return said(name, [...others, ...foreign, ...made.map(([what]) => what)])
    })
    const titles = [...pages.titles, ...pages.annotations.map((one) => one.title)]
    const messages = pages.annotations.map((one) => one.message)
    return [
      ...rendering,
      ...said(
        'titles',
        titles.filter((one) => obeyed.test(one)),
      ),
      ...said(
        'annotations',
        messages.filter((one) => obeyed.test(one.replace(/[\n\t]/g, ''))),
      ),
    ]
  })
  expect(found.slice(0, 20)).toEqual([])
})

describe('a text of 20,000 characters', () => {
  test.each(['x', '@', '|', '`', '\n', '<b>', '\\', '\u202e'])('of %j', (part) => {
    const { markdown, titles, annotations } = pagesWith(part.repeat(20_000 / part.length))
    for (const [name, page] of Object.entries(markdown)) {
      // An answer has no parts that could be left out; what is posted is cut, as everything is that did not fit.
      const posted = name.startsWith('answer') ? shorten(page, 65_000) : page
      expect({ name, fits: Buffer.byteLength(posted) <= 65_535 }).toEqual({ name, fits: true })
      if (posted !== page) expect(posted).toMatch(/Cut off\. SHA-256 of the whole: `[0-9a-f]{64}`$/)
    }
    for (const title of [...titles, ...annotations.map((one) => one.title)]) {
      expect(Array.from(title).length).toBeLessThanOrEqual(255)
    }
    for (const { message } of annotations) expect(Buffer.byteLength(message)).toBeLessThan(64 * 1024)
    const cut = annotations.filter(({ message }) => message.length > 4_000)
    expect(
      cut.every(({ message }) => /… *\n\nCut off\. SHA-256 of the whole: [0-9a-f]{64}$/.test(message)),
    ).toBe(true)
    expect(cut.length).toBeGreaterThan(part === '\n' ? -1 : 0)
  })
})

/** What a screen obeys and does not show. */
const obeyed = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u

/** The same lines and words of letters that mean nothing. */
function harmless(text: string): string {
  // Of a policy's scope, which is then for all.
  return text === '*' ? text : plain(text).replace(/[^\s/]+/gu, 'xx')
}

const twins = new Map<string, Readonly<Record<string, string>>>()

function twinOf(text: string): Readonly<Record<string, string>> {
  const known = twins.get(text)
  if (known !== undefined) return known
  const pages = Object.entries(pagesWith(text).markdown)
  const made = Object.fromEntries(pages.map(([name, page]) => [name, rendered(page).elements.join()]))
  twins.set(text, made)
  return made
}

/** What our own pages are made of: no link, no picture, no attribute but the language of a block of code. */
const ours =
  /^<(?:p|ul|li|br|sub|strong|blockquote|h3|code|pre|code class="language-(?:json|sql)"|details|summary|table|thead|tbody|tr|th|td)>$/
