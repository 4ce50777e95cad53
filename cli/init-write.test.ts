import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeNew } from './init-write.ts'
import { folder } from './testing.ts'

test('all is written or nothing', () => {
  const top = folder()
  writeFileSync(join(top, 'b'), '')
  const files = [
    { path: 'a', text: 'new' },
    { path: `x/${'y'.repeat(300)}`, text: '' },
  ]
  expect(() => writeNew(top, files)).toThrow(
    /expected to write a new file there, and got ENAMETOOLONG; nothing/,
  )
  expect(() => writeNew(top, [{ path: 'b/c', text: '' }])).toThrow(/^b: expected a folder, and it is none/)
  expect(existsSync(join(top, 'a'))).toBe(false)
  expect(writeNew(top, [{ path: 'a', text: '1' }])).toEqual([{ path: 'a', text: '1', state: 'written' }])
  expect(writeNew(top, [{ path: 'a', text: '2' }])).toEqual([{ path: 'a', text: '2', state: 'kept' }])
  expect(readFileSync(join(top, 'a'), 'utf8')).toBe('1')
})
