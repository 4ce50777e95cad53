import { executePostgres } from '@dbward/agent/execute'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Postgres, startPostgres } from '../postgres/private.ts'
import { count, effects, ledgerPaths, type Parties, parties, target, workFor } from './kit.ts'

let server: Postgres
let all: Parties
beforeAll(async () => {
  server = await startPostgres()
  all = await parties('breakout')
})
afterAll(() => server.stop())

/** Statements that try to make a part of a file permanent, and what an execution says of each. */
const breakouts: Readonly<Record<string, readonly [readonly string[], 'failed_clean' | 'unknown', string]>> =
  {
    commit: [['commit'], 'failed_clean', '23503'],
    'commit and chain': [['commit and chain'], 'failed_clean', '23503'],
    end: [['end'], 'failed_clean', '23503'],
    'end and chain': [['end and chain'], 'failed_clean', '23503'],
    rollback: [['rollback'], 'unknown', 'escaped'],
    'rollback, then a transaction of its own': [['rollback', 'begin'], 'unknown', 'escaped'],
    'rollback and chain': [['rollback and chain'], 'unknown', 'escaped'],
    abort: [['abort'], 'unknown', 'escaped'],
    'prepare transaction': [["prepare transaction 'mine'"], 'failed_clean', '23503'],
    'set constraints all immediate': [['set constraints all immediate'], 'failed_clean', '23503'],
    'set constraints of the ledger': [['set constraints dbward.tripwire immediate'], 'failed_clean', '23503'],
    'a commit in a do block': [['do $$ begin commit; end $$'], 'failed_clean', '2D000'],
    'a rollback in a procedure': [
      ['create procedure p() language plpgsql as $$ begin rollback; end $$', 'call p()'],
      'failed_clean',
      '2D000',
    ],
    session_replication_role: [['set session_replication_role = replica', 'commit'], 'failed_clean', '42501'],
    'triggers off': [['alter table dbward.ledger disable trigger all', 'commit'], 'failed_clean', '42501'],
    'the constraint off': [
      ['alter table dbward.ledger drop constraint tripwire', 'commit'],
      'failed_clean',
      '42501',
    ],
    'the row away': [['delete from dbward.ledger', 'commit'], 'failed_clean', '42501'],
    'the ledger emptied': [['truncate dbward.ledger', 'commit'], 'failed_clean', '42501'],
    'a done row of its own': [
      ["insert into dbward.done (nonce) values (decode(repeat('00', 32), 'hex'))", 'commit'],
      'failed_clean',
      '23503',
    ],
    'the nonces read': [['create table n as select nonce from dbward.done'], 'failed_clean', '42501'],
    'a savepoint, then commit': [
      ['savepoint s', count('in'), 'release s', 'commit'],
      'failed_clean',
      '23503',
    ],
    'several statements in one': [[`rollback; begin; ${count('smuggled')}; commit`], 'failed_clean', '42601'],
    'the lock released': [['select pg_advisory_unlock_all()'], 'unknown', 'escaped'],
    'quotes that mean something else': [['set standard_conforming_strings = off'], 'unknown', 'escaped'],
    'copy from the client': [['copy effects from stdin'], 'failed_clean', '57014'],
    'names in front of ours': [
      [
        'create schema evil',
        "create function evil.pg_current_xact_id() returns xid8 language sql as $$ select '1'::xid8 $$",
        'set search_path = evil, pg_catalog',
        'rollback and chain',
      ],
      'unknown',
      'escaped',
    ],
  }

describe('nothing stays of a file that tries', () => {
  for (const [name, [statements, outcome, code]] of Object.entries(breakouts)) {
    it(name, async () => {
      const at = await target(server)
      await server.query(at.name, `grant create on database ${at.name} to ${at.role}`)
      const file = { path: 'db/1_a.sql', statements: [count('before'), ...statements, count('after')] }
      const done = await executePostgres(at.url, await workFor(all, [file], { fence: 1 }))
      expect(done).toMatchObject({ outcome, files: [], statements: [] })
      expect([done.error?.sqlstate, done.error?.class]).toContain(code)
      expect(await effects(server, at)).toEqual([])
      expect(await ledgerPaths(server, at)).toEqual([])
      expect(await server.query(at.name, 'select from pg_prepared_xacts')).toEqual([])
    })
  }
})

describe('what is no breakout', () => {
  it('a savepoint that is rolled back to', async () => {
    const at = await target(server)
    const statements = [count('a'), 'savepoint s', count('b'), 'rollback to s', count('c'), 'release s']
    const done = await executePostgres(
      at.url,
      await workFor(all, [{ path: 'db/1_a.sql', statements }], { fence: 1 }),
    )
    expect(done).toMatchObject({ outcome: 'applied', error: null })
    expect(await effects(server, at)).toEqual(['a', 'c'])
  })
})

describe('a superuser', () => {
  it('is refused, for the tripwire does not hold against one', async () => {
    const at = await target(server)
    const work = await workFor(all, [{ path: 'db/1_a.sql', statements: [count('a')] }], { fence: 1 })
    await expect(executePostgres(at.admin, work)).rejects.toMatchObject({ code: 'TRIPWIRE_WEAK' })
    expect(await effects(server, at)).toEqual([])
  })

  it('is let in where the operator says so, and a breakout of one is seen', async () => {
    const at = await target(server)
    const file = { path: 'db/1_a.sql', statements: [count('a')] }
    const done = await executePostgres(
      at.admin,
      await workFor(all, [file], { fence: 1, allowWeakTripwire: true }),
    )
    expect(done.outcome).toBe('applied')
    const leaving = {
      path: 'db/2_b.sql',
      statements: [count('b'), 'delete from dbward.ledger', 'commit', count('c')],
    }
    const work = await workFor(all, [leaving], { fence: 2, allowWeakTripwire: true })
    expect(await executePostgres(at.admin, work)).toMatchObject({
      outcome: 'unknown',
      error: { class: 'escaped', i: 1 },
    })
  })
})
