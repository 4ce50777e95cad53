import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lex } from './lex.ts'

const tokensOf = (sql: string) => {
  const bytes = new TextEncoder().encode(sql)
  return lex(bytes)
    .filter(({ kind }) => kind !== 'space')
    .map(({ kind, off, end }) => `${kind} ${new TextDecoder().decode(bytes.subarray(off, end))}`)
}

// What PostgreSQL's scan.l says about each of these is the reason for the expectation.
test.each([
  ['a doubled quote stays inside', "'it''s' x", ["string 'it''s'", 'word x']],
  ['a backslash is no escape in a plain string', "'a\\' x", ["string 'a\\'", 'word x']],
  ['a backslash is one after E', "e'a\\' x' y", ["string e'a\\' x'", 'word y']],
  [
    'the second part of an E string keeps its escapes',
    "E'a'\n 'b\\' c' d",
    ["string E'a'\n 'b\\' c'", 'word d'],
  ],
  ['also over a comment', "E'a' -- x\n'b\\' c'", ["string E'a' -- x\n'b\\' c'"]],
  ['but not on the same line', "E'a' 'b\\' c", ["string E'a'", "string 'b\\'", 'word c']],
  ['an E at the end of a word is none', "se'a\\' b", ['word se', "string 'a\\'", 'word b']],
  ['U& has no backslash before a quote', "U&'a\\' b", ["string U&'a\\'", 'word b']],
  ['bits and national characters', "b'1' x'f' n'a'", ["string b'1'", "string x'f'", "string n'a'"]],
  ['a quoted name', '"a;""b" U&"c;" d', ['quoted "a;""b"', 'quoted U&"c;"', 'word d']],
  ['a dollar quote', '$$a;$x$ b$$ c', ['dollar $$a;$x$ b$$', 'word c']],
  ['a dollar quote with a mark', '$a$ $b$ $$ $a$;', ['dollar $a$ $b$ $$ $a$', 'symbol ;']],
  ['a mark that ends where another begins', '$a$ $b$a$;', ['dollar $a$ $b$a$', 'symbol ;']],
  ['dollars inside a word', 'a$b$ c$', ['word a$b$', 'word c$']],
  ['a parameter', '$1 $2a', ['symbol $', 'number 1', 'symbol $', 'number 2a']],
  ['nested comments', '/* /* ; */ ; */ a', ['comment /* /* ; */ ; */', 'word a']],
  ['a comment right after an operator', '1+--;\n2', ['number 1', 'symbol +', 'line-comment --;', 'number 2']],
  ['a line comment ends at a carriage return', '--a\rb', ['line-comment --a', 'word b']],
  ['letters beyond ASCII, a no-break space among them', 'été\u00a0x', ['word été\u00a0x']],
  ['an open string takes the rest', "a 'b; c", ['word a', "bad 'b; c"]],
  ['an open comment takes the rest', '/* /* */ a', ['bad /* /* */ a']],
  ['an open dollar quote takes the rest', '$a$ b $A$', ['bad $a$ b $A$']],
  ['half of a comment is an operator', '/ * -', ['symbol /', 'symbol *', 'symbol -']],
])('%s', (_name, sql, tokens) => {
  expect(tokensOf(sql)).toEqual(tokens)
})

test('tokens tile any bytes', () => {
  const pieces = fc.constantFrom(
    "'",
    '"',
    '$',
    '$a$',
    '/*',
    '*/',
    '--',
    '\n',
    '\\',
    'E',
    'U&',
    ' ',
    'x',
    '1',
    ';',
    'é',
  )
  const text = fc.array(pieces, { maxLength: 40 }).map((parts) => new TextEncoder().encode(parts.join('')))
  fc.assert(
    fc.property(fc.oneof(text, fc.uint8Array({ maxLength: 60 })), (bytes) => {
      let at = 0
      for (const token of lex(bytes)) {
        expect(token.off).toBe(at)
        expect(token.end).toBeGreaterThan(token.off)
        at = token.end
      }
      expect(at).toBe(bytes.length)
    }),
    { numRuns: 3000 },
  )
})
