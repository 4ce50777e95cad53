import { keepsOut } from '@dbward/rules/lock-mode'
import { loadParser } from '@dbward/rules/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Postgres } from '../postgres/postgres.ts'
import { startPostgres } from '../postgres/private.ts'
import { openMeasure } from './measure.ts'
import { locksPage } from './page.ts'
import { indexed, type Said, saidOf } from './said.ts'
import { measured } from './statements.ts'

let server: Postgres
let open: Awaited<ReturnType<typeof openMeasure>>

beforeAll(async () => {
  server = await startPostgres()
  open = await openMeasure(server)
  await loadParser()
})
afterAll(async () => {
  await open?.close()
  await server?.stop()
})

const answer = (answers: readonly string[]) =>
  answers.includes('yes') ? true : answers.includes('depends') ? null : false

test.each(measured)('$sql', async ({ sql, before = '', depends, reaches = [] }) => {
  const seen = await open.measure(sql)
  const said = saidOf(`${before}${sql}`)
  let unsure = false
  for (const [relation, { lock, scans, rewrites }] of said) {
    const real = seen.get(relation)
    expect([relation, real?.lock]).toEqual([relation, lock])
    const [reads, writes] = [answer(scans), answer(rewrites)]
    // What is read for an index is read of its table.
    const { scanned } = seen.get(indexed[relation] ?? relation) ?? seen.get(relation) ?? {}
    // A relation that is written anew may be read by an index of its own.
    if (reads !== null && writes === false) expect([relation, scanned]).toEqual([relation, reads])
    if (writes !== null) expect([relation, real?.rewritten]).toEqual([relation, writes])
    unsure ||= reads === null || writes === null
  }
  expect(unsure).toBe(depends === true)
  // And nothing else keeps anybody waiting: indexes and parts of a table go with it.
  const besides = [...seen].filter(([name, { lock }]) => !said.has(name) && keepsOut(lock) !== 'nobody')
  const others = besides.map(([name]) => name).filter((name) => !follows(name, said))
  expect(others).toEqual(reaches)
})

const owners: Readonly<Record<string, readonly string[]>> = {
  t_c: ['t'],
  t_u: ['t'],
  t_pkey: ['t'],
  p_pkey: ['p'],
  s_pkey: ['s'],
  mv_id: ['mv', 't'],
  mv: ['t'],
  part: ['part'],
  part1: ['part'],
}

function follows(name: string, said: ReadonlyMap<string, Said>): boolean {
  return owners[name]?.some((owner) => said.has(owner)) === true
}

test('docs/locks.md says the same', async () => {
  await expect(locksPage()).toMatchFileSnapshot('../../docs/locks.md')
})
