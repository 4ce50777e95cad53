import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openObjects } from './git-objects.ts'

const folder = mkdtempSync(join(tmpdir(), 'dbward-objects-'))
const git = (args: readonly string[], input?: Uint8Array) =>
  execFileSync('git', args, { cwd: folder, ...(input === undefined ? {} : { input }) })
    .toString()
    .trim()
git(['init', '--quiet'])
afterAll(() => rmSync(folder, { recursive: true }))

const open = (args: readonly string[] = ['cat-file', '--batch']) =>
  openObjects(spawn('git', args, { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] }))
const put = (bytes: Uint8Array) => git(['hash-object', '-w', '--stdin'], bytes)

test('objects of any bytes and any size come back as they are, each to who asked for it', async () => {
  const large = new Uint8Array(3_000_000).map((_, i) => (i * 7) % 256)
  const all = [
    new Uint8Array(0),
    new Uint8Array([10, 0, 10]),
    large,
    new Uint8Array(Buffer.from('x missing\n')),
  ]
  const ids = all.map(put)
  const objects = open()
  const found = await Promise.all([...ids, ...ids].map((id) => objects.read(id)))
  await objects.close()
  expect(found.map((one) => one?.type)).toEqual(Array(8).fill('blob'))
  for (const [i, one] of found.entries())
    expect(Buffer.compare(one?.bytes ?? large, all[i % 4] ?? large)).toBe(0)
})

test('one that is not there is none, and the next is still answered', async () => {
  const objects = open()
  const id = put(new Uint8Array([1]))
  expect(await Promise.all([objects.read('0'.repeat(40)), objects.read(id)])).toMatchObject([
    null,
    { type: 'blob' },
  ])
  await objects.close()
})

test('where git ends, nobody waits for an answer', async () => {
  const objects = open(['--version'])
  await expect(objects.read('0'.repeat(40))).rejects.toThrow(/^git /)
  await expect(objects.read('0'.repeat(40))).rejects.toThrow(/^git /)
  await objects.close()
})
