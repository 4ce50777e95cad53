import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { claimsOf } from '../../app/flow/order.ts'
import {
  putRequests,
  sampleAudit,
  sampleChange,
  sampleQuestion,
  sampleReceiptFor,
  sampleRequest,
  sampleToken,
} from '../../app/samples.ts'
import { attempt as readAttempt } from '../../app/store/attempts.ts'
import { commit } from '../../app/store/commit.ts'
import { request as readRequest } from '../../app/store/requests.ts'
import type { RequestWrite } from '../../app/store/rows.ts'
import { type Door, openDoor, rule } from './kit.ts'

let door: Door
beforeEach(async () => {
  door = await openDoor()
})
afterEach(() => door.close())

const ours = 'b'.repeat(40)
const put = async (...rows: readonly Partial<RequestWrite>[]) =>
  putRequests(door.store, door.clock.now(), await Promise.all(rows.map((row) => sampleRequest(row))))
const claim = async (session: string, question = sampleQuestion()) => door.ask(session, '/claim', question)
const queue = async (session: string, db = 'app', env = 'production') =>
  (await door.ask(session, '/queue', { db, env })).json()
const state = (pr = 7) => readRequest(door.store, `4711#${pr}:app@production`)?.state

test('a job gets the request of its commit, with a token for its run', async () => {
  await put({})
  const order = (await claim(await door.session())).json()
  expect(claimsOf(order.token)).toMatchObject({ aud: 'agent:one', merge_sha: ours, run: '9001/1' })
  expect(readAttempt(door.store, order.attempt)).toMatchObject({ agent: 'one', run: '9001/1' })
})

describe('a job gets nothing', () => {
  test.each<[string, Partial<RequestWrite>]>([
    ['of another commit', { merge_sha: 'c'.repeat(40) }],
    ['of another repository', { repo_id: 4712 }],
    ['that is not merged', { merge_sha: null, state: 'approved' }],
    ['that is not approved', { state: 'held' }],
    ['of a database that its agent does not have', { db: 'log' }],
    ['of an environment that its agent does not have', { env: 'staging' }],
  ])('%s', async (_, row) => {
    await put(row)
    expect((await claim(await door.session())).statusCode).toBe(204)
  })

  test('while another merge stands before it', async () => {
    await put({ pr: 6, merge_sha: 'c'.repeat(40) }, {})
    expect((await claim(await door.session())).statusCode).toBe(204)
    expect((await claim(await door.session({ sha: 'c'.repeat(40) }))).statusCode).toBe(200)
    expect((await claim(await door.session())).statusCode).toBe(204)
  })
})

describe('the attempt of one run is not another’s', () => {
  test.each([
    ['another run', { run_id: '9002' }],
    ['another attempt of the run', { run_attempt: '2' }],
  ])('%s can neither start it, keep it, refuse it nor report it', async (_, changes) => {
    await put({})
    const order = (await claim(await door.session())).json()
    const other = await door.session(changes)
    const jti = order.attempt
    const receipt = await sampleReceiptFor(order, 'one')
    const answers = [
      await door.ask(other, `/attempts/${jti}/started`, { jti }),
      await door.ask(other, `/attempts/${jti}/heartbeat`, { jti }),
      await door.ask(other, `/attempts/${jti}/refused`, { jti, code: 'GAP', message: 'x' }),
      await door.ask(other, '/receipts', { receipt }),
      await door.ask(other, '/probed', { attempt: jti, jti, found: 'not_applied' }),
    ]
    expect(answers.map((one) => [one.statusCode, one.json().code])).toEqual(answers.map(() => [409, 'STALE']))
    expect(state()).toBe('leased')
  })

  test('nor is a claim that was seen on its way', async () => {
    await put({})
    const question = sampleQuestion()
    await claim(await door.session(), question)
    const answer = await claim(await door.session({ run_id: '9002' }), question)
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'TOKEN_NONCE'])
  })

  test('a second session of the same run goes on', async () => {
    await put({})
    const order = (await claim(await door.session())).json()
    const jti = order.attempt
    const again = await door.session()
    expect((await door.ask(again, `/attempts/${jti}/started`, { jti })).json().proceed).toBe(true)
    const receipt = await sampleReceiptFor(order, 'one')
    expect((await door.ask(again, '/receipts', { receipt })).json()).toMatchObject({ state: 'applied' })
  })

  test('a run that was asked what the ledger says may answer for the one that went silent', async () => {
    await put({})
    const order = (await claim(await door.session())).json()
    door.pass(120)
    const other = await door.session({ run_id: '9002' })
    const probe = (await claim(other)).json()
    expect(probe).toMatchObject({ kind: 'probe', attempt: order.attempt })
    const receipt = await sampleReceiptFor(order, 'one')
    const third = await door.session({ run_id: '9003' })
    expect((await door.ask(third, '/receipts', { receipt })).statusCode).toBe(409)
    expect((await door.ask(other, '/receipts', { receipt })).json()).toMatchObject({ state: 'applied' })
  })
})

describe('a session ends', () => {
  test('after its hour', async () => {
    const session = await door.session()
    door.pass(3_599)
    expect((await claim(session)).statusCode).toBe(204)
    door.pass(1)
    expect((await claim(session)).statusCode).toBe(401)
  })

  test('with the rule by which it came in', async () => {
    const session = await door.session()
    door.enrol('one', { ...rule, refs: ['refs/heads/release'] })
    expect((await claim(session)).statusCode).toBe(401)
  })

  test('where the agent gets a token of its own', async () => {
    const session = await door.session()
    door.enrol('one', null)
    expect((await claim(session)).statusCode).toBe(401)
  })

  test.each([
    ['another secret', (one: string) => `${one.slice(0, -2)}${one.endsWith('AA') ? 'BB' : 'AA'}`],
    ['another id', (one: string) => one.replace(/^dbs_./, (lead) => (lead === 'dbs_7' ? 'dbs_6' : 'dbs_7'))],
    ['the form of an agent’s token', (one: string) => one.replace(/^dbs_[^_]+/, 'dba_one')],
    ['nothing behind it', (one: string) => one.slice(0, 30)],
  ])('and is none with %s', async (_, change) => {
    expect((await claim(change(await door.session()))).statusCode).toBe(401)
  })
})

describe('what a job may know while it waits', () => {
  test('nothing, where the server has not seen its merge', async () => {
    expect(await queue(await door.session())).toEqual({ seen: false, undecided: null, requests: [] })
  })

  test('that there is nothing for it', async () => {
    await put({ env: 'staging' })
    expect(await queue(await door.session())).toEqual({ seen: true, undecided: null, requests: [] })
  })

  test.each([
    ['no policy', { policy: { found: 'no' }, cannotDecide: null }, 'The base branch has no policy.'],
    [
      'a broken policy',
      { policy: { found: 'broken' }, cannotDecide: null },
      'The policy of the base branch cannot be read.',
    ],
    ['something else', { policy: { found: 'yes' }, cannotDecide: 'It is too large.' }, 'It is too large.'],
  ])('that it could not be judged for %s', async (_, snapshot, undecided) => {
    commit(door.store, door.clock.now(), { audit: [sampleAudit], changes: [{ ...sampleChange, snapshot }] })
    expect(await queue(await door.session())).toEqual({ seen: true, undecided, requests: [] })
  })

  test.each<[string, Partial<RequestWrite>, object]>([
    ['its turn', {}, { state: 'queued', place: 1, why: 'It is its turn.' }],
    [
      'that nobody approved it',
      { state: 'held', reason: 'It needs 1 approval of acme/dba.', next_step: 'Approve #7.' },
      { state: 'held', place: 1, why: 'It needs 1 approval of acme/dba.', who: 'Approve #7.' },
    ],
    [
      'that it waits for another environment',
      { environments_before: ['staging'] },
      { why: 'It waits until staging has the same plan, as the policy lists it before production.' },
    ],
    [
      'that it is tried again',
      { not_before: '2099-01-01T00:00:00.000Z', reason: 'The database cannot be asked.' },
      { why: 'The database cannot be asked. It is tried again after 2099-01-01T00:00:00.000Z.' },
    ],
  ])('%s', async (_, row, said) => {
    await put(row)
    expect((await queue(await door.session())).requests).toMatchObject([{ pr: 7, run: null, ...said }])
  })

  test('whom it waits for', async () => {
    const unknown = { state: 'unknown', reason: 'Nobody knows what ran.', next_step: 'Run its job again.' }
    await put({ pr: 6, merge_sha: 'c'.repeat(40), ...unknown }, {})
    expect((await queue(await door.session())).requests).toMatchObject([
      {
        place: 2,
        why: 'It waits behind #6, which is unknown: Nobody knows what ran.',
        who: 'Run its job again.',
      },
    ])
  })

  test('which run has it', async () => {
    await put({})
    await claim(await door.session({ run_id: '9002' }))
    expect((await queue(await door.session())).requests).toMatchObject([{ state: 'leased', run: '9002/1' }])
  })

  test('nothing of another repository, nor of a database that is not its agent’s', async () => {
    await put({ pr: 6, repo_id: 4712, state: 'unknown', reason: 'secret' }, { db: 'log' })
    const session = await door.session()
    expect(await queue(session)).toEqual({ seen: true, undecided: null, requests: [] })
    const answer = await door.ask(session, '/queue', { db: 'log', env: 'production' })
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'NOT_ALLOWED_HERE'])
  })

  test('and it has nothing to say of what a database looks like', async () => {
    const schema = { payloadType: 'x', payload: '', signatures: [] }
    const answer = await door.ask(await door.session(), '/schema', { schema })
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'NOT_ALLOWED_HERE'])
  })

  test('and an agent that stands has no merge to ask for', async () => {
    door.enrol('standing', null)
    const answer = await door.ask(sampleToken('standing'), '/queue', { db: 'app', env: 'production' })
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'NOT_ALLOWED_HERE'])
  })
})
