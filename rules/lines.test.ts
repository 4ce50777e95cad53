import fc from 'fast-check'
import { expect, test } from 'vitest'
import { positions } from './lines.ts'

test('agrees with counting by hand, at every character', () => {
  const piece = fc.constantFrom('a', 'é', '€', '𝄞', '\n', '\r\n', 'x'.repeat(1023), 'é'.repeat(700))
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), (pieces, mark) => {
      const text = pieces.join('')
      const at = positions(new TextEncoder().encode((mark ? '\ufeff' : '') + text))
      let off = mark ? 3 : 0
      let line = 1
      let column = 1
      for (const character of text) {
        expect(at(off)).toEqual({ line, column })
        off += new TextEncoder().encode(character).length
        column = character === '\n' ? 1 : column + character.length
        if (character === '\n') line++
      }
      expect(at(off)).toEqual({ line, column })
    }),
    { numRuns: 100 },
  )
})

test('an offset beyond the end is the end', () => {
  expect(positions(new TextEncoder().encode('ab\nc'))(99)).toEqual({ line: 2, column: 2 })
  expect(positions(new Uint8Array())(0)).toEqual({ line: 1, column: 1 })
})
