import { expect, test } from 'vitest'
import { inMarkdown, oneLine } from './escape.ts'

test.each([
  ['a line\nand ::set-output name=x::y', 'a line and ::set-output name=x::y'],
  ['a\r\n::error::b', 'a ::error::b'],
  ['a\u2028b\u0085c\u001b[31md', 'a b c [31md'],
  ['a\u202eb\u200bc\ufeffd', 'abcd'],
  ['\ud800', '\ufffd'],
  ['  a  ', 'a'],
])('%j is on one line', (text, line) => expect(oneLine(text)).toBe(line))

test('a long line is cut between characters', () => {
  expect(oneLine('é😀'.repeat(10), 4)).toBe('é😀é…')
})

test.each([
  ['| a | b', '\\| a \\| b'],
  ['<img src=x>', '\\<img src\\=x\\>'],
  ['`a` [b](c) @acme/dba #7', '\\`a\\` \\[b\\]\\(c\\) \\@acme\\/dba \\#7'],
  ['users_2026\n# big', 'users\\_2026 \\# big'],
])('%j means nothing in Markdown', (text, line) => expect(inMarkdown(text)).toBe(line))
