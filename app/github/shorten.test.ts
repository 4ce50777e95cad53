import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { shorten } from './shorten.ts'

const long = `first\n\n${'ä'.repeat(300)}\n${'line\n'.repeat(1_000)}`

test('a page that fits is left alone', () => expect(shorten('a\nb', 100)).toBe('a\nb'))

test('a page is cut at the end of a line, below the limit in bytes, and names the whole', () => {
  const short = shorten(long, 2_000)
  expect(Buffer.byteLength(short)).toBeLessThanOrEqual(2_000)
  expect(short).toMatch(/^first\n\nä+\nline\n/)
  expect(short).toContain(
    `\nline\n\nCut off. SHA-256 of the whole: \`${createHash('sha256').update(long).digest('hex')}\``,
  )
})

test('a block of code that is cut is closed', () => {
  const short = shorten(`\`\`\`\`sql\n\`\`\`\n${'select 1;\n'.repeat(1_000)}\`\`\`\`\n`, 2_000)
  expect(short).toContain('select 1;\n````\n\nCut off.')
})
