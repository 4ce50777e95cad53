import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonical, type Json, maxDepth, parseCanonical, parseStrict } from './json.ts'
import { ShapeError } from './shape.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

describe('parseStrict takes', () => {
  test.each<[string, Json]>([
    ['null', null],
    ['true', true],
    ['false', false],
    ['0', 0],
    ['-7', -7],
    ['9007199254740991', 9007199254740991],
    ['-9007199254740991', -9007199254740991],
    ['""', ''],
    ['"\\u0041\\n\\/\\"\\\\\\b\\f\\r\\t"', 'A\n/"\\\b\f\r\t'],
    ['"\\ud83d\\ude00 😀"', '😀 😀'],
    ['[]', []],
    ['{}', {}],
    [' { "b" : [ 1 , 2 ] , "a" : { } } \n', { b: [1, 2], a: {} }],
  ])('%s', (source, value) => {
    expect(parseStrict(source)).toEqual(value)
    expect(parseStrict(bytes(source))).toEqual(value)
  })

  test('__proto__ as a name like any other', () => {
    const value = parseStrict('{"__proto__":{"admin":true}}')
    expect(Object.keys(value as object)).toEqual(['__proto__'])
    expect((value as { admin?: unknown }).admin).toBeUndefined()
  })

  test(`${maxDepth} levels and not one more`, () => {
    expect(canonical(parseStrict(nested(maxDepth)))).toBe(nested(maxDepth))
    expect(() => parseStrict(nested(maxDepth + 1))).toThrow(/at most 64 levels/)
    expect(() => parseStrict('['.repeat(100_000))).toThrow(/at most 64 levels/)
  })
})

describe('parseStrict refuses', () => {
  test.each([
    ['nothing', '', /a value, got "the end"/],
    ['a byte order mark', '\ufeff{}', /a value/],
    ['two members of one name', '{"a":1,"a":1}', /each name once/],
    ['two members of one name by an escape', '{"a":1,"\\u0061":2}', /each name once/],
    ['a fraction', '1.0', /safe integer/],
    ['an exponent', '1e2', /safe integer/],
    ['a capital exponent', '1E2', /safe integer/],
    ['minus zero', '-0', /safe integer/],
    ['a leading zero', '01', /safe integer/],
    ['a plus sign', '+1', /a value/],
    ['an integer that doubles cannot hold', '9007199254740993', /safe integer/],
    ['one above the last safe integer', '9007199254740992', /safe integer/],
    ['a huge integer', '9'.repeat(400), /safe integer/],
    ['NaN', 'NaN', /a value/],
    ['a lone high surrogate', '"\\ud800"', /lone surrogate/],
    ['a lone low surrogate', '"\\udc00x"', /lone surrogate/],
    ['a lone surrogate as a name', '{"\\ud800":1}', /lone surrogate/],
    ['a raw control character', '"a\nb"', /more of the string/],
    ['an unended string', '"abc', /more of the string/],
    ['an unknown escape', '"\\x41"', /an escape of JSON/],
    ['an escape by the name of an inherited member', '"\\constructor"', /an escape of JSON/],
    ['a short unicode escape', '"\\u00f"', /four hex digits/],
    ['single quotes', "{'a':1}", /a string/],
    ['a trailing comma in a list', '[1,]', /a value/],
    ['a trailing comma in an object', '{"a":1,}', /a string/],
    ['a missing colon', '{"a" 1}', /":"/],
    ['a missing comma', '[1 2]', /"," or "]"/],
    ['an unclosed object', '{"a":1', /"," or "}"/],
    ['a comment', '{}//', /the end/],
    ['a second value', '{}{}', /the end/],
    ['trailing bytes', 'null\0', /the end/],
    ['space that is not of JSON', '\u00a0null', /a value/],
  ])('%s', (_, source, message) => {
    expect(() => parseStrict(source)).toThrow(ShapeError)
    expect(() => parseStrict(source)).toThrow(message)
    expect(() => parseStrict(bytes(source))).toThrow(ShapeError)
  })

  test.each([
    ['a stray continuation byte', [0x22, 0x80, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['a surrogate in UTF-8', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a cut character', [0x22, 0xe2, 0x82]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00]],
  ])('%s', (_, raw) => {
    expect(() => parseStrict(Uint8Array.from(raw))).toThrow(/UTF-8/)
  })

  test('bytes behind a byte order mark', () => {
    expect(() => parseStrict(Uint8Array.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]))).toThrow(/a value/)
  })
})

describe('canonical', () => {
  // RFC 8785, 3.2.3: the order is that of UTF-16 units, so U+1F600 (D83D DE00) stands before U+FB33.
  test('sorts members as the RFC does', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    }
    expect(Object.values(JSON.parse(canonical(value)))).toHaveLength(7)
    expect(canonical(value)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis",' +
        '"\u20ac":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    )
  })

  // RFC 8785, 3.2.2: the string and the literals of its example; its numbers are fractions, which we refuse.
  test('writes strings and literals as the RFC does', () => {
    const source =
      '{"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}'
    expect(canonical(parseStrict(source))).toBe(
      '{"literals":[null,true,false],"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
  })

  test('writes the integers of RFC 8785 appendix B that we take', () => {
    expect(canonical([0, 9007199254740991, -9007199254740991])).toBe('[0,9007199254740991,-9007199254740991]')
  })

  test.each<[string, unknown]>([
    ['a fraction', 1.5],
    ['minus zero', -0],
    ['an unsafe integer', 2 ** 53],
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['undefined', undefined],
    ['an undefined member', { a: undefined }],
    ['a hole in a list', new Array(1)],
    ['a big integer', 1n],
    ['a function', () => 1],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate as a name', { '\udfff': 1 }],
    ['a value that is too deep', JSON.parse(nested(maxDepth + 1))],
  ])('refuses %s', (_, value) => {
    expect(() => canonical(value as Json)).toThrow(ShapeError)
  })
})

describe('parseCanonical', () => {
  test.each([
    '{"b":1,"a":2}',
    '{"a":1 }',
    '"\\u0041"',
    '"\\/"',
    '{"a":1}\n',
    ' {}',
    '"\\u000A"',
    '{"a":"\\u00e9"}',
  ])('refuses another spelling: %s', (source) => {
    expect(parseStrict(source)).toBeDefined()
    expect(() => parseCanonical(bytes(source))).toThrow(/canonical/)
  })

  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger().map((n) => (Object.is(n, -0) ? 0 : n)),
      fc.string({ unit: 'binary' }),
      fc.array(tie('value'), { maxLength: 5 }),
      fc.dictionary(fc.string({ unit: 'binary' }), tie('value'), { maxKeys: 5 }),
    ),
  }))

  test('reads back whatever canonical writes, and agrees with JSON.parse on it', () => {
    fc.assert(
      fc.property(value, (original) => {
        const written = canonical(original)
        const back = parseCanonical(bytes(written))
        expect(canonical(back)).toBe(written)
        expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(back)))
      }),
      { numRuns: 500 },
    )
  })

  test('never takes what JSON.parse does not', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '\\',
      '1',
      '-',
      '0',
      '.',
      'e',
      ' ',
      'true',
      'nul',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const source = parts.join('')
        let value: Json
        try {
          value = parseStrict(source)
        } catch (error) {
          expect(error).toBeInstanceOf(ShapeError)
          return
        }
        expect(JSON.parse(source)).toEqual(value)
      }),
      { numRuns: 3_000 },
    )
  })
})
