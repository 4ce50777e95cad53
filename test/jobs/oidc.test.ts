import { exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { exportAudit } from '../../app/store/audit.ts'
import { type Answer, type Claims, kid } from '../stage/issuer.ts'
import { type Door, openDoor, rule } from './kit.ts'

let door: Door
beforeEach(async () => {
  door = await openDoor()
})
afterEach(() => door.close())

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const sessions = () => door.store.db.prepare('select * from actions_session').all()
const entries = () => [...exportAudit(door.store)].map((line) => JSON.parse(line).entry)

test('the right token opens one session, and is spent', async () => {
  const token = await door.token()
  const first = await door.knock(token)
  expect(first.statusCode).toBe(200)
  expect(first.json().session).toMatch(/^dbs_[0-9A-Z]{26}_[\w-]{43}$/)
  expect(Date.parse(first.json().expires_at) - door.clock.now().getTime()).toBe(3_600_000)
  const again = await door.knock(token)
  expect([again.statusCode, again.json().code]).toEqual([401, 'ACTIONS'])
  expect(again.body).toContain('used before')
  expect(sessions()).toHaveLength(1)
})

test('a token that is shown many times at once opens one session', async () => {
  const token = await door.token()
  const answers = await Promise.all(Array.from({ length: 20 }, () => door.knock(token)))
  expect(answers.filter((one) => one.statusCode === 200)).toHaveLength(1)
  expect(sessions()).toHaveLength(1)
})

test('a spent token stays spent for as long as it could pass', async () => {
  const token = await door.token()
  await door.knock(token)
  door.pass(329)
  await door.session()
  expect((await door.knock(token)).body).toContain('used before')
  door.pass(1)
  expect((await door.knock(token)).body).toContain('run out')
})

/** Each is the right token with one thing wrong. */
const wrong: Readonly<Record<string, () => Claims>> = {
  'another issuer': () => ({ iss: 'https://token.actions.example.com' }),
  'an issuer with a slash at its end': () => ({ iss: `${door.issuer.url}/` }),
  'another audience': () => ({ aud: 'https://github.com/acme' }),
  'an audience that begins alike': () => ({ aud: 'dbward:dbward.example.com.evil.example' }),
  'the audience in a list': () => ({ aud: ['dbward:dbward.example.com'] }),
  'the audience in a list with another': () => ({ aud: ['dbward:dbward.example.com', 'x'] }),
  'no audience': () => ({ aud: undefined }),
  'an end that is over': () => ({ exp: door.seconds() - 30 }),
  'no end': () => ({ exp: undefined }),
  'an end as text': () => ({ exp: String(door.seconds() + 300) }),
  'a beginning to come': () => ({ nbf: door.seconds() + 31 }),
  'no beginning': () => ({ nbf: undefined }),
  'a time of making to come': () => ({ iat: door.seconds() + 31 }),
  'a time of making long ago, and an end to come': () => ({
    iat: door.seconds() - 931,
    exp: door.seconds() + 86_400,
  }),
  'no time of making': () => ({ iat: undefined }),
  'another repository': () => ({ repository: 'acme/shop2' }),
  'the repository in another case': () => ({ repository: 'Acme/shop' }),
  'a repository of the same name and another id': () => ({ repository_id: '4712' }),
  'a repository whose id begins alike': () => ({ repository_id: '47110' }),
  'the repository id as a number': () => ({ repository_id: 4711 }),
  'the repository id with a zero before it': () => ({ repository_id: '04711' }),
  'no repository id': () => ({ repository_id: undefined }),
  'another owner': () => ({ repository_owner_id: '501' }),
  'no owner': () => ({ repository_owner_id: undefined }),
  'another branch': () => ({ ref: 'refs/heads/dev' }),
  'a branch that begins alike': () => ({ ref: 'refs/heads/main2' }),
  'a tag of the name of the branch': () => ({ ref: 'refs/tags/main', ref_type: 'tag' }),
  'the merge ref of a pull request': () => ({ ref: 'refs/pull/7/merge' }),
  'no ref': () => ({ ref: undefined }),
  'a short commit': () => ({ sha: 'b'.repeat(39) }),
  'a commit in capitals': () => ({ sha: 'B'.repeat(40) }),
  'no commit': () => ({ sha: undefined }),
  'the event pull_request': () => ({ event_name: 'pull_request' }),
  'the event pull_request_target': () => ({ event_name: 'pull_request_target' }),
  'no event': () => ({ event_name: undefined }),
  'the workflow of another branch': () => ({
    job_workflow_ref: 'acme/shop/.github/workflows/migrate.yml@refs/heads/dev',
  }),
  'another workflow': () => ({ job_workflow_ref: 'acme/shop/.github/workflows/x.yml@refs/heads/main' }),
  'the workflow of another repository': () => ({
    job_workflow_ref: 'eve/shop/.github/workflows/migrate.yml@refs/heads/main',
  }),
  'the right workflow only as the one that calls': () => ({
    job_workflow_ref: 'eve/tools/.github/workflows/reusable.yml@refs/heads/main',
    workflow_ref: rule.job_workflow_ref,
  }),
  'no workflow': () => ({ job_workflow_ref: undefined }),
  'no environment': () => ({ environment: undefined }),
  'another environment': () => ({ environment: 'staging' }),
  'the environment in another case': () => ({ environment: 'Production' }),
  'another kind of runner': () => ({ runner_environment: 'self-hosted' }),
  'no kind of runner': () => ({ runner_environment: undefined }),
  'no run': () => ({ run_id: undefined }),
  'a run that is no number': () => ({ run_id: '9001/1' }),
  'no attempt': () => ({ run_attempt: undefined }),
  'an attempt of zero': () => ({ run_attempt: '0' }),
  'no jti': () => ({ jti: undefined }),
  'a jti that is no text': () => ({ jti: 12_345_678 }),
  'the right subject, and another repository': () => ({ repository_id: '1', repository: 'eve/shop' }),
}

describe('one thing wrong is a no:', () => {
  test.each(Object.keys(wrong))('%s', async (name) => {
    const changes = wrong[name]?.() ?? {}
    const answer = await door.knock(await door.issuer.sign(door.claims(changes)))
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'ACTIONS'])
    expect(sessions()).toEqual([])
    // And it was that one thing.
    const mended = {
      ...changes,
      ...Object.fromEntries(Object.entries(door.claims()).filter(([k]) => k in changes)),
    }
    expect((await door.knock(await door.issuer.sign(door.claims(mended)))).statusCode).toBe(200)
  })

  test('there are more than thirty of them', () => expect(Object.keys(wrong).length).toBeGreaterThan(30))
})

describe('a signature is a no:', () => {
  test('none at all', async () => {
    const parts = [base64url({ alg: 'none', typ: 'JWT', kid }), base64url(door.claims())]
    // Its shape is refused before anybody looks at it.
    expect((await door.knock(`${parts.join('.')}.`)).statusCode).toBe(400)
    expect((await door.knock(`${parts.join('.')}.AA`)).statusCode).toBe(401)
  })

  test('HS256 with the public key for its secret', async () => {
    const secret = Buffer.from(await exportSPKI(door.issuer.publicKey))
    const jwt = new SignJWT(door.claims()).setProtectedHeader({ alg: 'HS256', kid })
    expect((await door.knock(await jwt.sign(secret))).statusCode).toBe(401)
  })

  test.each(['RS384', 'RS512', 'PS256'])('%s by the right key', async (alg) => {
    const jwk = { ...door.issuer.keys()[0], alg } as JWK
    door.issuer.publish([jwk])
    const pair = await generateKeyPair(alg)
    const jwt = new SignJWT(door.claims()).setProtectedHeader({ alg, kid })
    expect((await door.knock(await jwt.sign(pair.privateKey))).statusCode).toBe(401)
  })

  test('by another key under the same id, also where the header brings it along', async () => {
    const pair = await generateKeyPair('RS256', { extractable: true })
    const jwk = await exportJWK(pair.publicKey)
    for (const header of [
      {},
      { jwk },
      { jku: 'http://127.0.0.1:1/keys' },
      { x5u: 'http://127.0.0.1:1/cert' },
    ]) {
      const jwt = new SignJWT(door.claims()).setProtectedHeader({ alg: 'RS256', kid, ...header })
      expect((await door.knock(await jwt.sign(pair.privateKey))).statusCode).toBe(401)
    }
  })

  test('by a key of 1,024 bits, though it is published', async () => {
    const { generateKeyPairSync, createSign } = await import('node:crypto')
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1_024 })
    door.issuer.publish([{ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' } as JWK])
    const signed = `${base64url({ alg: 'RS256', kid })}.${base64url(door.claims())}`
    const signature = createSign('RSA-SHA256').update(signed).sign(privateKey).toString('base64url')
    expect((await door.knock(`${signed}.${signature}`)).statusCode).toBe(401)
  })

  test.each([
    ['no kid', undefined],
    ['another kid', 'key-2'],
    ['a kid that is a path', '../../key-1'],
  ])('%s', async (_, named) => {
    expect((await door.knock(await door.token({}, { kid: named }))).statusCode).toBe(401)
  })

  test('a changed payload', async () => {
    const [header, , signature] = (await door.token()).split('.')
    const forged = `${header}.${base64url(door.claims({ run_attempt: '2' }))}.${signature}`
    expect((await door.knock(forged)).statusCode).toBe(401)
  })
})

test('an agent that is no job, one that is gone and one that never was get the same answer', async () => {
  door.enrol('standing', null)
  const answers = await Promise.all(
    ['standing', 'never'].map(async (id) => door.knock(await door.token(), id)),
  )
  expect(answers.map((one) => one.statusCode)).toEqual([401, 401])
  expect(new Set(answers.map((one) => one.body)).size).toBe(1)
})

test.each([
  ['the commit of the workflow', { ...rule, job_workflow_sha: 'f'.repeat(40) }],
  ['no environment', { ...rule, environment: null }],
])('a rule that asks for %s refuses the job that has another', async (_, actions) => {
  door.enrol('one', actions)
  expect((await door.knock(await door.token())).statusCode).toBe(401)
  const right = { job_workflow_sha: 'f'.repeat(40), environment: actions.environment ?? undefined }
  expect((await door.knock(await door.token(right))).statusCode).toBe(200)
})

describe('where the keys cannot be read, nobody comes in:', () => {
  const bad: Readonly<Record<string, Answer>> = {
    'an error': (_, response) => void response.writeHead(500).end('{}'),
    'nothing there': (_, response) => void response.writeHead(404).end(),
    'a cut connection': (request) => void request.socket.destroy(),
    'a redirect to somebody else': (_, response) =>
      void response.writeHead(302, { location: 'http://127.0.0.1:1/keys' }).end(),
    garbage: (_, response) => void response.end('<html>'),
    'no list': (_, response) => void response.end('{"keys":{}}'),
    'more than anybody needs': (_, response) =>
      void response.end(JSON.stringify({ keys: [], padding: 'x'.repeat(400_000) })),
    'a key id twice': (_, response) =>
      void response.end(JSON.stringify({ keys: [door.issuer.keys()[0], door.issuer.keys()[0]] })),
    'no answer for seconds': (_, response) =>
      void setTimeout(() => response.end(JSON.stringify({ keys: door.issuer.keys() })), 8_000).unref(),
  }
  test.each(Object.keys(bad))('%s', async (name) => {
    door.issuer.behave(bad[name] ?? null)
    const answer = await door.knock(await door.token())
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'UNAVAILABLE'])
    expect(sessions()).toEqual([])
    door.issuer.behave(null)
    // The next one is let in as soon as the pause is over, and not before.
    expect((await door.knock(await door.token())).statusCode).toBe(503)
    door.pass(30)
    expect((await door.knock(await door.token())).statusCode).toBe(200)
  })

  test('keys that were read are believed for ten minutes, and not for longer', async () => {
    await door.session()
    door.issuer.behave((_, response) => void response.writeHead(500).end())
    door.pass(599)
    await door.session()
    door.pass(2)
    expect((await door.knock(await door.token())).statusCode).toBe(503)
  })
})

test('a new key of the issuer is found, and one that it took back is not believed', async () => {
  await door.session()
  const pair = await generateKeyPair('RS256', { extractable: true })
  const next = { ...(await exportJWK(pair.publicKey)), kid: 'key-2', use: 'sig', alg: 'RS256' }
  door.issuer.publish([next])
  const byNext = () =>
    new SignJWT(door.claims()).setProtectedHeader({ alg: 'RS256', kid: 'key-2' }).sign(pair.privateKey)
  expect((await door.knock(await byNext())).statusCode).toBe(401)
  door.pass(31)
  expect((await door.knock(await byNext())).statusCode).toBe(200)
  expect((await door.knock(await door.token())).statusCode).toBe(401)
})

test('a storm of unknown keys is no storm of questions', async () => {
  const knock = async (n: number) => door.knock(await door.token({}, { kid: `unknown-${n}` }))
  const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => knock(n)))
  expect(new Set(answers.map((one) => one.statusCode))).toEqual(new Set([401]))
  expect(door.issuer.asked()).toBe(1)
  // Who has a good token is not kept out by it.
  await door.session()
  door.pass(31)
  for (let n = 0; n < 20; n++) await knock(n)
  expect(door.issuer.asked()).toBe(2)
})

test('a storm while the issuer is down is no storm of questions', async () => {
  door.issuer.behave((_, response) => void response.writeHead(500).end())
  const answers = await Promise.all(Array.from({ length: 50 }, async () => door.knock(await door.token())))
  expect(new Set(answers.map((one) => one.statusCode))).toEqual(new Set([503]))
  expect(door.issuer.asked()).toBe(1)
})

test('refusals are counted, and do not fill the audit log', async () => {
  for (let n = 0; n < 30; n++) await door.knock(await door.token({ environment: 'staging' }))
  door.pass(61)
  await door.knock(await door.token({ ref: 'refs/heads/dev' }))
  const found = entries().filter((one) => one.type === 'session.refused')
  expect(found.map((one) => one.data)).toEqual([
    { refused: 1, claims: { environment: 1 } },
    { refused: 30, claims: { environment: 29, ref: 1 } },
  ])
})

test('a session is on record, and no secret is anywhere', async () => {
  const token = await door.token()
  const { session } = (await door.knock(token)).json()
  const [entry] = entries().filter((one) => one.type === 'session.opened')
  expect(entry).toMatchObject({
    actor: { kind: 'agent', id: 'one' },
    subject: { repo: 'acme/shop', merge: 'b'.repeat(40) },
    data: { run: '9001/1', repository_id: '4711', environment: 'production' },
  })
  const stored = door.store.db.serialize().toString('latin1')
  expect(stored).not.toContain(session)
  expect(stored).not.toContain(session.slice(31))
  expect(stored).not.toContain(token.split('.')[2])
})

test.each([
  ['nothing', {}],
  ['a token that is no text', { id_token: 1, agent: 'one' }],
  ['one member too many', { id_token: 'a.b.c', agent: 'one', sha: 'b'.repeat(40) }],
  ['an agent that is no id', { id_token: 'a.b.c', agent: '../one' }],
])('a question with %s is not read', async (_, payload) => {
  const answer = await door.server.inject({ method: 'POST', url: '/actions/v1/session', payload })
  expect(answer.statusCode).toBe(400)
})

test('a question larger than 16 KiB is not read', async () => {
  expect((await door.knock(`a.${'b'.repeat(17_000)}.c`)).statusCode).toBe(413)
})
