import { array, assert, constantFrom, oneof, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clipped, code, details, escaped, fenced, type Markdown, md, plain, table } from './markdown.ts'

const zeroWidth = '\u200b'
const pieces = constantFrom(
  ...[
    '@acme/dba',
    '#12',
    'acme/shop#3',
    'GH-7',
    'gh-7',
    'https://evil.example',
    'www.evil.example',
    'HTTP://x.y',
  ],
  ...[
    '[a](javascript:alert(1))',
    '![x](http://t/p.png)',
    '<img src=x onerror=1>',
    '</details>',
    '<!--',
    '-->',
  ],
  ...[
    '```',
    '`',
    '``',
    '~~~',
    '| a | b |',
    '\\|',
    '\\',
    '|',
    '---',
    '# x',
    '- x',
    '1. x',
    '> q',
    '$$x$$',
    '&#64;x',
    ':tada',
    ':',
    '9f1c0a1',
  ],
  ...['\u001b[31mred\u001b[0m', '\u001b]0;title\u0007', '\u009b1m', '\u0000', '\r\n', '\n\n', '\u2028', '\t'],
  ...[
    '\u202egnp.exe',
    '\u2066x',
    '\u200b',
    '\ufeff',
    '\u00ad',
    '\ud800',
    '**b**',
    '_i_',
    '~~s~~',
    '[^1]',
    'a@b.c',
  ],
)
const hostile = array(oneof(pieces, string({ unit: 'grapheme' }), string({ unit: 'binary' })), {
  maxLength: 12,
}).map((parts) => parts.join(''))
const runs = { numRuns: 1_000 }

describe('a hostile text', () => {
  test('reads as it was written, and is nothing else', () => {
    const check = property(hostile, (text) => {
      const { outside, spans } = parseInline(escaped(text))
      expect(spans).toEqual([])
      expect(outside.active).not.toMatch(/[`*_[\]<>|~$]/)
      expectNoReference(outside.shown)
      expect(outside.shown.replaceAll(zeroWidth, '')).toBe(plain(text).replace(/\s+/g, ' ').trim())
      expect(escaped(text)).not.toMatch(/^(?:[-+=>]|#+(?:\s|$)|\d{1,9}[.)])/)
    })
    assert(check, runs)
  })

  test('is one code span, whole', () => {
    const check = property(hostile, (text) => {
      const line = plain(text).replace(/\s+/g, ' ').trim()
      const { outside, spans } = parseInline(code(text))
      expect(spans).toEqual(line === '' ? [] : [line])
      expect(outside.shown).toBe(line === '' ? '(empty)' : '')
    })
    assert(check, runs)
  })

  test('does not leave its block of code', () => {
    const check = property(hostile, (text) => {
      const lines = fenced(text, 'sql').split('\n')
      const fence = lines.at(-1) ?? ''
      expect(lines[0]).toBe(`${fence}sql`)
      expect(fence).toMatch(/^`{3,}$/)
      expect(lines.slice(1, -1).some((line) => line.includes(fence))).toBe(false)
      expect(lines.slice(1, -1).join('\n')).toBe(plain(text))
    })
    assert(check, runs)
  })

  test('stays in its cell, in code and outside', () => {
    const check = property(array(hostile, { minLength: 1, maxLength: 4 }), (texts) => {
      const row = texts.flatMap((text) => [escaped(text), code(text)])
      const lines = table(
        row.map((_, i) => `h${i}`),
        [row],
      ).split('\n')
      expect(lines).toHaveLength(3)
      expect(cellsOf(lines[2] ?? '')).toHaveLength(row.length)
    })
    assert(check, runs)
  })

  test('has no character left that a screen obeys', () => {
    expect(plain('\u001b\u{10000}')).not.toMatch(/\p{Cs}/u)
    const check = property(hostile, (text) => {
      expect(plain(text)).not.toMatch(/[^\P{Cc}\n\t]|\p{Cf}|\p{Cs}/u)
    })
    assert(check, runs)
  })
})

describe('what people wrote', () => {
  test.each([
    ['@acme/dba please', '@&#8203;acme/dba please'],
    ['fixes #12', 'fixes #&#8203;12'],
    ['see https://evil.example', 'see https:&#8203;//evil.example'],
    ['drop table "a_b"', 'drop table "a\\_b"'],
    ['queued on app@production', 'queued on app@production'],
    ['mail a@b.example or x@0123456', 'mail a@&#8203;b.example or x@&#8203;012345&#8203;6'],
    ['as in 9f1c0a1b2c3d', 'as in 9f1c0a&#8203;1b2c3d'],
    ['10:30 :tada: x::text a:b', '10:30 :&#8203;tada: x::&#8203;text a:&#8203;b'],
    ['- item', '\\- item'],
    ['1. item', '1\\. item'],
    ['it costs $5 or $6', 'it costs &#8203;&#36;&#8203;5 or &#8203;&#36;&#8203;6'],
  ])('%s', (text, shown) => expect(escaped(text)).toBe(shown))

  test('hidden characters are shown by their names, and colours are not', () => {
    expect(plain('a\u202eb\u200bc')).toBe('aU+202EbU+200Bc')
    expect(plain('\u001b[31;1mred\u001b[0m \u001b]8;;http://x\u0007link')).toBe('red link')
  })

  test('a code span may hold backticks', () => {
    expect(code('a`b')).toBe('``a`b``')
    expect(code('`a`')).toBe('`` `a` ``')
  })

  test('a pipe in code stays in its cell', () => {
    expect(table(['a'], [[code('x|y')]])).toContain('| `x\\|y` |')
  })

  test('clipping counts characters and not halves of them', () => {
    expect(clipped('🙂🙂🙂🙂', 3)).toBe('🙂🙂…')
    expect(clipped('abc', 3)).toBe('abc')
  })

  test('a summary holds no markup', () => {
    expect(details('<b>1 & 2</b>', md`x`)).toBe('<details><summary>b1  2b</summary>\n\nx\n\n</details>')
  })
})

/** GitHub looks for references in the text of the finished page, after entities were read. */
function expectNoReference(shown: string): void {
  expect(shown).not.toMatch(
    /(?<![a-z0-9])@\w|\w@[\w-]+\.\w|@[0-9a-f]{7}|#\d|\bgh-\d|:\/\/|\bwww\.|(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])|:(?!\d{1,2}:)[\w+-]+:/i,
  )
}

/** CommonMark's code spans, backslash escapes and numeric entities; what is left over is `active`. */
function parseInline(source: Markdown): {
  readonly outside: { readonly active: string; readonly shown: string }
  readonly spans: readonly string[]
} {
  const spans: string[] = []
  let active = ''
  let shown = ''
  for (let at = 0; at < source.length; ) {
    const rest = source.slice(at)
    const backslash = /^\\([!-/:-@[-`{-~])/.exec(rest)
    const entity = /^&#(\d+);/.exec(rest)
    const open = /^`+/.exec(rest)?.[0]
    if (backslash !== null) {
      shown += backslash[1]
      at += 2
    } else if (entity !== null) {
      shown += String.fromCodePoint(Number(entity[1]))
      at += entity[0].length
    } else if (open !== undefined) {
      const close = new RegExp(`(?<!\`)${open}(?!\`)`).exec(rest.slice(open.length))
      if (close === null) {
        active += open
        at += open.length
        continue
      }
      const inner = rest.slice(open.length, open.length + close.index)
      spans.push(/^ .*[^ ].* $/.test(inner) ? inner.slice(1, -1) : inner)
      at += open.length * 2 + close.index
    } else {
      active += source[at]
      shown += source[at]
      at += 1
    }
  }
  return { outside: { active, shown }, spans }
}

function cellsOf(row: string): readonly string[] {
  return row
    .replace(/^\|/, '')
    .replace(/\|$/, '')
    .split(/(?<!\\)\|/)
}
