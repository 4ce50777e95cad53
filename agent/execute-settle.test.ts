import type { PlannedFile } from '@dbward/protocol/plan'
import { expect, test } from 'vitest'
import { type FileEnd, once, runFiles, settle } from './execute-settle.ts'
import { failure } from './failure.ts'

const files = ['a', 'b'].map((path) => ({ path }) as PlannedFile)
const lost = failure('connection', 'the connection was lost')
const ran = (file: string) => ({ file, i: 0, kind: 'x', command: 'X', rows: null, ms: 1 })
const applied = (file: string): FileEnd => ({ end: 'applied', statements: [ran(file)] })
const ended = async (ends: readonly FileEnd[], there: readonly string[] | null) => {
  const left = [...ends]
  const found = await runFiles(files.slice(0, ends.length), async () => {
    const next = left.shift()
    if (next === undefined) throw new Error('expected no further file to be run')
    return next
  })
  return settle(files, found, async () => there)
}
const stop = (end: 'failed' | 'partial' | 'unknown', kept: readonly string[] = []): FileEnd => ({
  end,
  failure: lost,
  statements: kept.map(ran),
})
const ask = (otherwise: 'failed' | 'partial' | 'unknown'): FileEnd => ({
  end: 'ask',
  otherwise,
  failure: lost,
})

// What each file said, which of them the ledger has afterwards, and what is said of the whole.
test.each<[readonly FileEnd[], readonly string[] | null, string]>([
  [[applied('a'), applied('b')], ['a', 'b'], 'applied'],
  [[{ end: 'found' }, { end: 'found' }], ['a', 'b'], 'already_applied'],
  [[{ end: 'found' }, applied('b')], ['a', 'b'], 'applied'],
  // The driver said that all went well, and the ledger does not have it.
  [[applied('a'), applied('b')], ['a'], 'unknown'],
  [[applied('a'), applied('b')], [], 'unknown'],
  [[applied('a'), applied('b')], null, 'unknown'],
  [[stop('failed')], [], 'failed_clean'],
  [[applied('a'), stop('failed')], ['a'], 'partial'],
  [[{ end: 'found' }, stop('failed')], ['a'], 'failed_clean'],
  [[stop('partial', ['a'])], [], 'partial'],
  [[stop('unknown')], [], 'unknown'],
  [[stop('failed')], null, 'unknown'],
  // A row where a failed file can have left none: something else wrote it.
  [[stop('failed')], ['a'], 'unknown'],
  [[applied('a'), stop('failed')], ['a', 'b'], 'unknown'],
  [[applied('a'), ask('unknown')], ['a', 'b'], 'applied'],
  [[ask('failed')], [], 'failed_clean'],
  [[ask('unknown')], [], 'unknown'],
  [[applied('a'), ask('partial')], ['a'], 'partial'],
])('%j, with the ledger at %j, is %s', async (ends, there, outcome) => {
  expect((await ended(ends, there)).outcome).toBe(outcome)
})

test('statements are told where their file is in the ledger, or where nothing undid them', async () => {
  const { statements, files: done } = await ended([applied('a'), stop('partial', ['b'])], ['a'])
  expect([statements.map(({ file }) => file), done]).toEqual([['a', 'b'], ['a']])
  expect((await ended([applied('a'), stop('failed')], [])).statements).toEqual([])
})

test('a report is made again until it got through, and then never', async () => {
  let calls = 0
  const report = once(async () => {
    calls += 1
    if (calls === 1) throw new Error('no')
  })
  await expect(report()).rejects.toThrow('no')
  await report()
  await report()
  expect(calls).toBe(2)
})
