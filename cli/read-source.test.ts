import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSourceAt } from './read-source.ts'
import { folder } from './testing.ts'

test('reads plain files only, and tells what is not there from what cannot be read', () => {
  const top = folder()
  writeFileSync(join(top, 'package.json'), '{}')
  symlinkSync('package.json', join(top, 'linked'))
  mkdirSync(join(top, '.env'))
  execFileSync('mkfifo', [join(top, 'pipe')])
  symlinkSync('loop', join(top, 'loop'))
  writeFileSync(join(top, 'large'), 'x'.repeat(1024 * 1024 + 1))
  const read = readSourceAt(top)
  expect(['package.json', 'linked'].map(read)).toEqual(['{}', '{}'])
  expect(['none', '.env', 'package.json/config'].map(read)).toEqual([null, null, null])
  expect(['pipe', 'loop', 'large'].map(read)).toEqual([undefined, undefined, undefined])
})
