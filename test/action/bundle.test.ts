import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { bundleAction } from '../../tools/bundle-build.ts'
import { parseSource } from '../house/source.ts'
import { root } from '../house/tree.ts'

const committed = join(root, 'action', 'dist')
const folder = mkdtempSync(join(tmpdir(), 'dbward-bundle-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the committed bundle is what its sources make, byte for byte', async () => {
  await bundleAction(folder)
  const stale = [...new Set([...readdirSync(folder), ...readdirSync(committed)])].filter(
    (name) => text(folder, name) !== text(committed, name),
  )
  expect(stale, 'action/dist is not what its sources make: run `npm run bundle`, and commit it').toEqual([])
})

describe('the committed bundle', () => {
  const files = readdirSync(committed).filter((name) => name.endsWith('.js'))
  const code = files.map((name) => text(committed, name) ?? '').join('\n')

  test('loads nothing but its own files and what Node has built in', () => {
    const loaded = files.flatMap((name) => {
      const source = text(committed, name) ?? ''
      const required = [...source.matchAll(/__require\("([^"]+)"\)/g)].map(([, one = '']) => one)
      return [...parseSource(name, source).imports, ...required]
    })
    const builtin = new Set(builtinModules)
    const foreign = loaded.filter((name) => {
      if (name?.startsWith('./')) return !files.includes(name.slice(2))
      return name === null || !(name.startsWith('node:') || builtin.has(name))
    })
    expect(loaded.length).toBeGreaterThan(10)
    expect(foreign).toEqual([])
  })

  test('names no folder of a machine and no time of a build', () => {
    expect(code).not.toContain(root.replace(/\/$/, ''))
    expect(code).not.toMatch(/sourceMappingURL=|file:\/\/\/(home|root|tmp|work|Users)\//)
  })

  test('has the licences of what is in it', () => {
    const titles = [
      ...(text(committed, 'LICENSES.txt') ?? '').matchAll(/^(\S+) \d\S* \((.+)\)\n=+\n\n(.*)$/gm),
    ]
    const names = titles.map(([, name]) => name)
    expect(names).toContain('libpg-query')
    expect(names).toContain('@actions/core')
    const bare = titles.filter(([, , license, first]) => license === 'undefined' || first === '')
    expect(bare.map(([, name]) => name)).toEqual([])
  })
})

function text(from: string, name: string): string | null {
  try {
    return readFileSync(join(from, name), 'utf8')
  } catch {
    return null
  }
}
