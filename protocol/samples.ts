import type { signAuthorization } from './authorization.ts'
import {
  type BundleContent,
  type BundleRole,
  bundleKey,
  openBundle,
  signBundle,
  type TrustBundle,
} from './bundle.ts'
import { Refusal } from './errors.ts'
import { generateKey, type KeyRole, keyRoles, type LocalSigner, parseSigner } from './keys.ts'
import type { append } from './log.ts'
import type { signReceipt } from './receipt.ts'
import type { signSchema } from './schema.ts'
import type { signToken } from './token.ts'

/**
 * Keys and statements for tests and for the vectors in docs/protocol.md. The seeds are public: a key from here must
 * never be trusted by anything that runs.
 */
export function sampleSeed(role: KeyRole, nth = 0): Uint8Array {
  return new Uint8Array(32).fill(keyRoles.indexOf(role) + 1 + 16 * nth)
}

/** The key of that seed; `nth` gives a second and a third key of one role. */
export function sampleSigner(role: KeyRole, nth = 0): LocalSigner {
  return parseSigner(generateKey(role, () => sampleSeed(role, nth)).privateFile, role, 'sample')
}

/** The moment of all samples, in Unix seconds. */
export const sampleNow = 1_800_000_000
export const sampleServer = 'dbward-1'
export const sampleAgent = 'prod-eu-1'

export function sampleBundleContent(changes: Partial<BundleContent> = {}): Omit<BundleContent, 'v'> {
  const entry = (role: BundleRole, id: string) =>
    bundleKey(
      { ...sampleSigner(role).publicKey, role },
      { id, not_before: sampleNow - 86_400, not_after: sampleNow + 30 * 86_400 },
    )
  return {
    version: 7,
    issued: sampleNow - 86_400,
    expires: sampleNow + 30 * 86_400,
    keys: [
      entry('authz', sampleServer),
      entry('exec', sampleServer),
      entry('checkpoint', sampleServer),
      entry('agent', sampleAgent),
    ],
    revoked: [],
    ...changes,
  }
}

export async function sampleBundle(changes: Partial<BundleContent> = {}): Promise<TrustBundle> {
  const root = sampleSigner('root')
  const envelope = await signBundle(sampleBundleContent(changes), [root])
  return openBundle(envelope, { roots: [root.publicKey], threshold: 1, now: sampleNow })
}

export const sampleNonce = Buffer.alloc(32, 7).toString('base64url')
const digest = (digit: string) => digit.repeat(64)
const commit = (digit: string) => digit.repeat(40)

export const sampleClaims = {
  iss: sampleServer,
  aud: `agent:${sampleAgent}`,
  sub: 'acme/shop#7:app:production',
  att: 1,
  jti: '01JZZZZZZZZZZZZZZZZZZZZZZZ',
  nonce: sampleNonce,
  iat: sampleNow,
  nbf: sampleNow - 30,
  exp: sampleNow + 300,
  db: 'app',
  engine: 'postgres',
  env: 'production',
  fence: 12,
  op: 'migrate',
  repo_id: 4711,
  repo: 'acme/shop',
  pr: 7,
  base_ref: 'main',
  head_sha: commit('a'),
  merge_sha: commit('b'),
  plan_sha256: digest('1'),
  n_stmts: 2,
  policy_sha256: digest('2'),
  approvals_sha256: digest('3'),
  authz_sha256: digest('4'),
  audit: { seq: 41, hash: digest('5') },
  limits: { stmt_ms: 900_000, lock_ms: 5_000, total_ms: 3_600_000, max_rows: 0 },
  bg: false,
  run: null,
} as const satisfies Parameters<typeof signToken>[0]

export const sampleAuthorization = {
  iss: sampleServer,
  iat: sampleNow,
  request: 'acme/shop#7:app:production',
  db: 'app',
  env: 'production',
  engine: 'postgres',
  op: 'migrate',
  repo_id: 4711,
  repo: 'acme/shop',
  pr: 7,
  base_ref: 'main',
  base_sha: commit('c'),
  head_sha: commit('a'),
  merge_sha: commit('b'),
  plan_sha256: digest('1'),
  policy_sha256: digest('2'),
  approvals: [{ review_id: 99, user_id: 5, login: 'grace', commit_id: commit('a'), state: 'APPROVED' }],
  decision: 'allow',
} as const satisfies Parameters<typeof signAuthorization>[0]

export const sampleReceipt = {
  aud: sampleServer,
  agent: sampleAgent,
  request: 'acme/shop#7:app:production',
  att: 1,
  jti: '01JZZZZZZZZZZZZZZZZZZZZZZZ',
  db: 'app',
  env: 'production',
  fence: 12,
  plan_sha256: digest('1'),
  token_sha256: digest('6'),
  outcome: 'applied',
  started: sampleNow * 1_000 + 1_500,
  finished: sampleNow * 1_000 + 1_742,
  statements: [
    {
      file: 'db/migrate/1_users.sql',
      i: 0,
      kind: 'create-table',
      command: 'CREATE TABLE',
      rows: null,
      ms: 12,
    },
    { file: 'db/migrate/1_users.sql', i: 1, kind: 'insert', command: 'INSERT', rows: 3, ms: 2 },
  ],
  error: null,
  ledger: {
    server_id: '7412345678901234567',
    rows: [{ migration: 'db/migrate/1_users.sql', sha256: digest('7') }],
  },
  audit: { seq: 41, hash: digest('5') },
} as const satisfies Parameters<typeof signReceipt>[0]

export const sampleSchema = {
  aud: sampleServer,
  agent: sampleAgent,
  db: 'app',
  env: 'production',
  engine: 'postgres',
  server_version: '18.1',
  taken: sampleNow * 1_000,
  names: 'exact',
  path: ['public'],
  truncated: false,
  tables: [
    {
      schema: 'public',
      name: 'users',
      kind: 'table',
      of: null,
      rows: 1_200_000,
      bytes: 340_000_000,
      columns: [
        { name: 'id', type: 'bigint', nullable: false },
        { name: 'email', type: 'character varying(200)', nullable: true },
      ],
      primary_key: ['id'],
      indexes: [{ name: 'users_pkey', columns: ['id'], unique: true, valid: true }],
      foreign_keys: [],
    },
    {
      schema: 'public',
      name: 'orders',
      kind: 'table',
      of: null,
      rows: null,
      bytes: null,
      columns: [{ name: 'user_id', type: 'bigint', nullable: false }],
      primary_key: [],
      indexes: [],
      foreign_keys: [
        {
          name: 'orders_user_id_fkey',
          columns: ['user_id'],
          to_schema: 'public',
          to_table: 'users',
          to_columns: ['id'],
          on_delete: 'cascade',
        },
      ],
    },
  ],
} as const satisfies Parameters<typeof signSchema>[0]

/** The code that a refused call gives, or `accepted`. Any other error is a bug and comes through. */
export async function outcomeOf(call: () => unknown): Promise<string> {
  try {
    await call()
    return 'accepted'
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

/** The same signature to a verifier that does not check that S is below the group order. */
export function plusGroupOrder(signature: Uint8Array): Uint8Array {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`) + order
  const high = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse()
  return Buffer.concat([signature.subarray(0, 32), high])
}

/** What the nth entry of a sample log says. */
export function sampleEntry(nth: number): Parameters<typeof append>[1] {
  return {
    ts: new Date(sampleNow * 1_000 + nth * 1_234).toISOString(),
    type: 'request.approved',
    actor: { kind: 'user', id: 'grace' },
    subject: {
      repo: 'acme/shop',
      pr: nth,
      head: commit('a'),
      merge: commit('b'),
      db: 'app',
      env: 'production',
      request: `acme/shop#${nth}:app:production`,
      attempt: 1,
    },
    outcome: 'allowed',
    data: { plan_sha256: digest('1'), nested: { list: [1, 'two'], none: null } },
  }
}
