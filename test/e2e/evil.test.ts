import { randomBytes } from 'node:crypto'
import type { RefusalCode } from '@dbward/protocol/errors'
import { generateKey, parseSigner } from '@dbward/protocol/keys'
import { emptyLog, extend } from '@dbward/protocol/log'
import type { ExecuteOrder } from '@dbward/protocol/messages'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Attack, type Besieged, besieged } from '../stage/besieged.ts'
import type { Lies } from '../stage/hostile.ts'

let agent: Besieged
beforeAll(async () => {
  agent = await besieged()
})
afterAll(() => agent?.stop())

const made = (role: 'exec' | 'authz') =>
  parseSigner(generateKey(role, (bytes) => new Uint8Array(randomBytes(bytes))).privateFile, role, role)
const bobs = async (): Promise<Lies> => {
  const { bob } = agent.people
  const commit_id = await bob.head(agent.pulls.unapproved)
  return { approvals: [{ review_id: 1, user_id: bob.id, login: 'bob', commit_id, state: 'APPROVED' }] }
}
const ago = (seconds: number) => Math.floor(Date.now() / 1_000) - seconds
const flip = ({ token, ...rest }: ExecuteOrder): ExecuteOrder => {
  const payload = Buffer.from(token.payload, 'base64')
  payload[payload.length - 10] = (payload[payload.length - 10] ?? 0) ^ 1
  return { ...rest, token: { ...token, payload: payload.toString('base64') } }
}

const attacks: Readonly<Record<string, readonly [RefusalCode, () => Attack]>> = {
  'a pull request that is not merged': ['NOT_MERGED', () => ({ pull: 'open' })],
  'a merge that is another one': [
    'NOT_MERGED',
    () => ({ pull: 'approved', lies: async () => ({ merge_sha: await tip() }) }),
  ],
  'a merge that is on hold by a review': ['ON_HOLD', () => ({ pull: 'held' })],
  'a merge that was cancelled by a review': ['CANCELLED_BY_REVIEW', () => ({ pull: 'cancelled' })],
  'a merge with a file that is skipped by a review': ['SKIPPED_BY_REVIEW', () => ({ pull: 'skipped' })],
  'a merge that nobody approved': ['NOT_APPROVED', () => ({ pull: 'unapproved' })],
  'a merge with approvals that the server made up': [
    'NOT_APPROVED',
    () => ({ pull: 'unapproved', lies: bobs }),
  ],
  'an approval of other bytes': ['NOT_APPROVED', () => ({ pull: 'changed' })],
  'approvals that are others than those on GitHub': [
    'APPROVALS_DIGEST',
    () => ({ pull: 'approved', lies: bobs }),
  ],
  'fewer approvals than the agent asks for': [
    'FLOOR',
    () => ({ pull: 'approved', target: { min_approvals: 2 } }),
  ],
  'a policy that the agent was not told of': [
    'POLICY_DIGEST',
    () => ({ pull: 'approved', target: { policies: ['0'.repeat(64)] } }),
  ],
  'more time for a lock than the policy gives': [
    'POLICY_DIGEST',
    () => ({
      pull: 'approved',
      lies: { limits: { stmt_ms: 1, lock_ms: 86_400_000, total_ms: 1, max_rows: 0 } },
    }),
  ],
  'SQL that the merge does not have': [
    'PLAN_DIGEST',
    () => ({ pull: 'approved', lies: { sql: 'drop schema public cascade;\n' } }),
  ],
  'a count of statements that is not the plan’s': [
    'PLAN_DIGEST',
    () => ({ pull: 'approved', lies: { n_stmts: 2 } }),
  ],
  'SQL with a finding that blocks': ['REVIEW_BLOCKED', () => ({ pull: 'dangerous' })],
  'SQL with a comment that allows what the policy lets nobody allow': [
    'REVIEW_BLOCKED',
    () => ({ pull: 'excused' }),
  ],
  'a policy that is not the base’s': [
    'POLICY_DIGEST',
    () => ({ pull: 'approved', lies: { policy_sha256: 'f'.repeat(64) } }),
  ],
  'a branch that the agent does not serve': ['WRONG_BASE', () => ({ pull: 'released' })],
  'a branch under the name of one that it serves': [
    'WRONG_BASE',
    () => ({ pull: 'released', lies: { base_ref: 'main' } }),
  ],
  'a branch that anybody may push to': [
    'BRANCH_UNPROTECTED',
    () => ({ pull: 'released', target: { branches: ['release'] } }),
  ],
  'the id of another repository': ['NOT_ALLOWED_HERE', () => ({ pull: 'approved', lies: { repo_id: 1 } })],
  'the name of another repository': [
    'REPOSITORY',
    () => ({ pull: 'approved', lies: { repo: 'acme/other' } }),
  ],
  'a database that is not configured': [
    'NOT_ALLOWED_HERE',
    () => ({ pull: 'approved', lies: { db: 'other' } }),
  ],
  'an environment that is not configured': [
    'NOT_ALLOWED_HERE',
    () => ({ pull: 'approved', lies: { env: 'staging' } }),
  ],
  'a merge whose predecessor did not run': ['GAP', () => ({ pull: 'next' })],
  'a merge that was reverted': ['STALE', () => ({ pull: 'reverted' })],
  'fewer approvals than the organisation’s floor asks for': [
    'NOT_APPROVED',
    () => ({ pull: 'approved', floor: 'acme/shop' }),
  ],
  'a floor that the agent cannot read': [
    'POLICY_INVALID',
    () => ({ pull: 'approved', floor: 'acme/elsewhere' }),
  ],
  'a merge in a freeze of the policy': [
    'WINDOW',
    () => ({ pull: 'frozen', target: { branches: ['freeze'], require_protection: false } }),
  ],
  'a break-glass': ['CAPABILITY', () => ({ pull: 'unapproved', lies: { bg: true } })],
  'a token for another agent': [
    'TOKEN_AUDIENCE',
    () => ({ pull: 'approved', lies: { aud: 'agent:agent-2' } }),
  ],
  'a token for a run of GitHub Actions': [
    'TOKEN_AUDIENCE',
    () => ({ pull: 'approved', lies: { run: '9001/1' } }),
  ],
  'a token of another claim': [
    'TOKEN_NONCE',
    () => ({ pull: 'approved', lies: { nonce: Buffer.alloc(32, 1).toString('base64url') } }),
  ],
  'a token that is over': [
    'TOKEN_EXPIRED',
    () => ({ pull: 'approved', lies: { iat: ago(400), nbf: ago(400), exp: ago(100) } }),
  ],
  'a claim of long ago': ['TOKEN_EXPIRED', () => ({ pull: 'approved', secondsSinceClaim: 301 })],
  'a token of tomorrow': [
    'TOKEN_NOT_YET',
    () => ({ pull: 'approved', lies: { iat: ago(-86_400), nbf: ago(-86_400), exp: ago(-86_500) } }),
  ],
  'a token with one bit flipped': ['TOKEN_SIGNATURE', () => ({ pull: 'approved', bend: flip })],
  'a token by a key that nobody knows': [
    'TOKEN_KEY',
    () => ({ pull: 'approved', lies: { exec: made('exec') } }),
  ],
  'a token by a key that was revoked': [
    'KEY_REVOKED',
    () => ({ pull: 'approved', revoked: [agent.keys.exec.kid] }),
  ],
  'a token in the name of another server': [
    'TOKEN_KEY',
    () => ({ pull: 'approved', lies: { iss: 'dbward-2' } }),
  ],
  'an authorization by a key that nobody knows': [
    'AUTHORIZATION_INVALID',
    () => ({ pull: 'approved', lies: { authz: made('authz') } }),
  ],
  'a token in the place of the authorization': [
    'AUTHORIZATION_INVALID',
    () => ({ pull: 'approved', bend: (order) => ({ ...order, authorization: order.token }) }),
  ],
  'an audit log that ends before what was seen': [
    'AUDIT_FORK',
    () => ({ pull: 'approved', seen: { seq: 9, hash: 'a'.repeat(64) } }),
  ],
  'an audit log that was written anew': [
    'AUDIT_FORK',
    () => {
      const seen = extend(emptyLog, ['b'.repeat(64)])
      const digests = ['c'.repeat(64)]
      const other = extend(extend(emptyLog, ['d'.repeat(64)]), digests)
      return { pull: 'approved', seen, lies: { tail: { from: 1, ...other, digests } } }
    },
  ],
  'an audit log that is not the one of the token': [
    'AUDIT_FORK',
    () => ({ pull: 'approved', lies: { audit: { seq: 1, hash: 'e'.repeat(64) } } }),
  ],
}

const tip = async () =>
  (await agent.people.ann.octokit.rest.repos.getBranch({ owner: 'acme', repo: 'shop', branch: 'main' })).data
    .commit.sha

describe('a server that was taken over, with its real keys, gets nothing run by', () => {
  it.each(Object.entries(attacks))('%s', async (_, [code, plan]) => {
    const { refused, begun } = await agent.attack(plan())
    expect([refused, begun]).toEqual([[code], 0])
    expect(await agent.traces()).toEqual([])
  })
})

it('what people approved runs, once, so that nothing above was refused for another reason', async () => {
  const { refused, begun, again } = await agent.attack({ pull: 'approved' })
  expect([refused, begun]).toEqual([[], 1])
  expect(await agent.traces()).toEqual(['approved', 'db/migrate/1_approved.sql'])
  await again()
  expect(refused).toEqual(['TOKEN_REPLAYED'])
})
