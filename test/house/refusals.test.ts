import { refusalCodes } from '@dbward/protocol/errors'
import { expect, test } from 'vitest'
import { readSource } from './source.ts'
import { read, rooms, runtimeFiles } from './tree.ts'

const rows = [...read('docs/refusals.md').matchAll(/^\| `([A-Z_]+)` \| (.+) \| (.+) \|$/gm)]

test('every refusal code has a row in docs/refusals.md, and every row is a code', () => {
  expect(rows.map(([, code]) => code).sort()).toEqual([...refusalCodes].sort())
})

test('every row says what the code means and what to do', () => {
  const poor = rows.filter(([, , meaning = '', remedy = '']) => meaning.length < 15 || remedy.length < 8)
  expect(poor.map(([, code]) => code)).toEqual([])
})

test('every code is one that something refuses with', () => {
  const strings = rooms
    .flatMap(runtimeFiles)
    .filter((path) => path !== 'protocol/errors.ts')
    .flatMap((path) => readSource(path).strings)
  // `refusal()` in protocol/dsse.ts makes the code of a token's refusal from what was wrong with it.
  const faults = ['MALFORMED', 'TYPE', 'KEY', 'SIGNATURE', 'CLAIMS'].map((fault) => `TOKEN_${fault}`)
  expect(strings).toContain('TOKEN_…')
  const used = new Set([...strings, ...faults])
  expect(refusalCodes.filter((code) => !used.has(code))).toEqual([])
})
