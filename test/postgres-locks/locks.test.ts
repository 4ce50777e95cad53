import { fileContext } from '@dbward/rules/file-context'
import { keepsOut, type LockMode, strongest } from '@dbward/rules/lock-mode'
import { loadParser } from '@dbward/rules/postgres'
import { readFile } from '@dbward/rules/read'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Postgres } from '../postgres/postgres.ts'
import { startPostgres } from '../postgres/private.ts'
import { openMeasure } from './measure.ts'
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

/** The tables of indexes that a statement names. */
const indexed: Readonly<Record<string, string>> = { t_c: 't', t_u: 't' }

type Said = {
  readonly lock: LockMode
  readonly scans: readonly string[]
  readonly rewrites: readonly string[]
}

/** What the review says of the last statement of a file, by relation. */
function saidOf(sql: string): ReadonlyMap<string, Said> {
  const { read } = readFile(new TextEncoder().encode(sql), 'postgres')
  const context = fileContext({ engine: 'postgres', tx: 'none', version: { major: 18, minor: 0 } })
  const said = new Map<string, Said>()
  for (const [i, { lowered }] of read.entries()) {
    for (const statement of lowered) {
      if (i === read.length - 1) {
        for (const { relation, lock, scans, rewrites, onTable } of context.effects(statement)) {
          const table = indexed[relation.name]
          if (table !== undefined && onTable !== undefined)
            said.set(table, { lock: onTable, scans: [scans], rewrites: ['no'] })
          const before = said.get(relation.name)
          said.set(relation.name, {
            lock: strongest(before === undefined ? [lock] : [before.lock, lock]) ?? lock,
            scans: [...(before?.scans ?? []), scans],
            rewrites: [...(before?.rewrites ?? []), rewrites],
          })
        }
      }
      context.saw(statement)
    }
  }
  return said
}

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
