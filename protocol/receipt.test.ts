import { describe, expect, test } from 'vitest'
import { seal } from './dsse.ts'
import type { JsonObject } from './json.ts'
import { openReceipt, signReceipt } from './receipt.ts'
import { outcomeOf, sampleBundle, sampleNow, sampleReceipt, sampleServer, sampleSigner } from './samples.ts'
import { maxStatements } from './token.ts'

const signer = sampleSigner('agent')
const want = { bundle: await sampleBundle(), now: sampleNow, aud: sampleServer }
const whole = { v: 1, kid: signer.kid, ...sampleReceipt }
const failure = {
  class: 'lock-timeout',
  sqlstate: '55P03',
  file: 'db/migrate/1_users.sql',
  i: 0,
  position: 14,
  message: 'waited 5 s for a lock',
}
const attempt = async (changes: object) => {
  const envelope = await seal('receipt.v1', { ...whole, ...changes } as JsonObject, signer)
  return outcomeOf(() => openReceipt(envelope, want))
}

describe('a receipt', () => {
  test('comes back as the agent signed it', async () => {
    const opened = openReceipt(await signReceipt(sampleReceipt, signer), want)
    expect(opened.receipt).toEqual(whole)
    expect(opened.sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  test.each<[string, object, string]>([
    ['of a clean failure', { outcome: 'failed_clean', error: failure }, 'accepted'],
    [
      'of a part',
      { outcome: 'partial', error: { ...failure, sqlstate: null, position: null, i: null, file: null } },
      'accepted',
    ],
    ['of an unknown end without an error', { outcome: 'unknown', error: null }, 'accepted'],
    [
      'from a database that was never reached',
      { outcome: 'failed_clean', error: failure, statements: [], ledger: { server_id: null, rows: [] } },
      'accepted',
    ],
    ['whose wall clock jumped back', { finished: sampleReceipt.started - 1 }, 'accepted'],
    ['of success with an error', { error: failure }, 'RECEIPT_INVALID'],
    ['of another agent', { agent: 'prod-eu-2' }, 'RECEIPT_INVALID'],
    ['for another server', { aud: 'dbward-2' }, 'RECEIPT_INVALID'],
    ['with an unknown outcome', { outcome: 'ok' }, 'RECEIPT_INVALID'],
    ['with an unknown member', { sql: 'select 1' }, 'RECEIPT_INVALID'],
    [
      'with an unknown member of a statement',
      { statements: [{ ...sampleReceipt.statements[0], sql: '' }] },
      'RECEIPT_INVALID',
    ],
    [
      'with an unknown member of an error',
      { outcome: 'partial', error: { ...failure, detail: 'Key (email)' } },
      'RECEIPT_INVALID',
    ],
    [
      'with an error that leaves out its sqlstate',
      { outcome: 'partial', error: { ...failure, sqlstate: undefined } },
      'undefined',
    ],
    ['of another format', { v: 2 }, 'RECEIPT_INVALID'],
    [
      'with a long message',
      { outcome: 'partial', error: { ...failure, message: 'x'.repeat(1_001) } },
      'RECEIPT_INVALID',
    ],
    ['with a time in text', { started: '2027-01-15T08:00:00.000Z' }, 'RECEIPT_INVALID'],
    ['with negative rows', { statements: [{ ...sampleReceipt.statements[0], rows: -1 }] }, 'RECEIPT_INVALID'],
  ])('%s', async (_, changes, code) => {
    if (code === 'undefined') await expect(attempt(changes)).rejects.toThrow(/undefined/)
    else expect(await attempt(changes)).toBe(code)
  })

  test('is refused where any member is missing', async () => {
    for (const name of Object.keys(whole).filter((key) => key !== 'kid')) {
      const rest = Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name))
      const envelope = await seal('receipt.v1', rest as JsonObject, signer)
      expect(await outcomeOf(() => openReceipt(envelope, want)), name).toBe('RECEIPT_INVALID')
    }
  })

  test('cannot be made by the server: no other key of the bundle signs one', async () => {
    for (const role of ['authz', 'exec', 'checkpoint', 'root'] as const) {
      const server = { ...sampleSigner(role), role: 'agent' as const }
      const envelope = await seal('receipt.v1', { ...whole, kid: server.kid }, server)
      expect(await outcomeOf(() => openReceipt(envelope, want))).toBe('RECEIPT_INVALID')
    }
  })

  test('is refused from a revoked agent', async () => {
    const envelope = await signReceipt(sampleReceipt, signer)
    const bundle = await sampleBundle({ revoked: [signer.kid] })
    expect(await outcomeOf(() => openReceipt(envelope, { ...want, bundle }))).toBe('KEY_REVOKED')
  })

  test('has room for each statement that a token may stand for, and for no more', async () => {
    const statement = {
      file: 'x'.repeat(200),
      i: 4_999,
      kind: 'k'.repeat(64),
      command: 'c'.repeat(64),
      rows: 1_000_000,
      ms: 900_000,
    }
    const statements = Array.from({ length: maxStatements }, () => statement)
    const envelope = await signReceipt({ ...sampleReceipt, statements }, signer)
    expect(openReceipt(JSON.stringify(envelope), want).receipt.statements).toHaveLength(maxStatements)
    const more = { ...sampleReceipt, statements: [...statements, statement] }
    expect(await outcomeOf(() => signReceipt(more, signer))).toBe('RECEIPT_INVALID')
  })
})
