import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { mutations } from './decide-mutations.ts'

/**
 * Each check of the decision is taken out, one at a time, in a copy of `protocol/`; the histories of
 * `protocol/decide-rows.ts` must tell. One Node process walks all copies.
 */
let wrong: readonly number[] = []
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dbward-mutate-'))
  const copies = [null, ...mutations].map((mutation, i) => {
    const copy = join(folder, `${i}`)
    cpSync('protocol', copy, { recursive: true, filter: (path) => !/node_modules|\.test\.ts$/.test(path) })
    if (mutation !== null) {
      const path = join(copy, mutation.file)
      writeFileSync(
        path,
        readFileSync(path, 'utf8').replace(mutation.from, () => mutation.to),
      )
    }
    return pathToFileURL(copy).href
  })
  const script = `
    const wrong = []
    for (const copy of ${JSON.stringify(copies)}) {
      const { decide } = await import(copy + '/decide.ts')
      const { rows } = await import(copy + '/decide-rows.ts')
      const { outcomeOf } = await import(copy + '/decide-samples.ts')
      wrong.push(rows.filter(([workflow, history, outcome]) => {
        try { return outcomeOf(decide, workflow, history) !== outcome } catch { return true }
      }).length)
    }
    console.log(JSON.stringify(wrong))`
  wrong = JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }),
  )
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('as it is, all histories are decided as they should', () => {
  expect([wrong[0], wrong.length]).toEqual([0, mutations.length + 1])
})

it.each(mutations.map((one, i) => [`${one.file}: ${one.from.trim().split('\n')[0]}`, one, i] as const))(
  '%s',
  (_, { file, from, to }, i) => {
    expect(readFileSync(join('protocol', file), 'utf8').split(from)).toHaveLength(2)
    expect(to).not.toBe(from)
    expect(wrong[i + 1]).toBeGreaterThan(0)
  },
)
