import { createHash, randomBytes } from 'node:crypto'
import type { Work } from '@dbward/agent/execute'
import type { Access } from '@dbward/agent/mysql/execute'
import { initMysql } from '@dbward/agent/mysql/init'
import { rowVerifier } from '@dbward/agent/trust'
import { bundleKey, openBundle, signBundle, type TrustBundle } from '@dbward/protocol/bundle'
import { newJti, newNonce } from '@dbward/protocol/ids'
import { generateKey, type LocalSigner, parseSigner } from '@dbward/protocol/keys'
import { makePlan, type Plan, planDigest, statementCount } from '@dbward/protocol/plan'
import { type ExecClaims, signToken, type VerifiedToken, verifyToken } from '@dbward/protocol/token'
import type { Mysql } from '../mysql/private.ts'

/** A file of a migration: statements that are joined by `;` and a line end, or one that runs statement by statement. */
export type SourceFile = {
  readonly path: string
  readonly statements: readonly string[]
  readonly tx?: 'auto' | 'none'
}

/** The parties of an execution with real keys: roots that sign a bundle, a server that signs tokens, an agent. */
export type Parties = {
  readonly exec: LocalSigner
  readonly agent: LocalSigner
  readonly bundle: TrustBundle
}

export const agentId = 'agent-1'
const random = (bytes: number) => new Uint8Array(randomBytes(bytes))

/** The same parties for the same seed, so that a child process signs as its parent does. */
export async function parties(seed: string): Promise<Parties> {
  const now = Math.floor(Date.now() / 1_000)
  const key = (role: 'root' | 'exec' | 'agent') => {
    const bytes = createHash('sha256').update(`${seed} ${role}`).digest()
    return parseSigner(generateKey(role, () => new Uint8Array(bytes)).privateFile, role, role)
  }
  const [root, exec, agent] = [key('root'), key('exec'), key('agent')]
  const times = { not_before: now - 3_600, not_after: now + 86_400 }
  const keys = [
    bundleKey({ ...exec.publicKey, role: 'exec' }, { id: 'server-1', ...times }),
    bundleKey({ ...agent.publicKey, role: 'agent' }, { id: agentId, ...times }),
  ]
  const signed = await signBundle({ version: 1, issued: now, expires: now + 86_400, keys, revoked: [] }, [
    root,
  ])
  return { exec, agent, bundle: openBundle(signed, { roots: [root.publicKey], threshold: 1, now }) }
}

export type TokenWants = {
  readonly fence: number
  /** Of the server that the token is for; that of the test's own server where nothing is said. */
  readonly engine?: 'postgres' | 'mysql' | 'mariadb'
  readonly db?: string
  readonly env?: string
  readonly limits?: Partial<ExecClaims['limits']>
}

/** A token as a server makes it and as an agent verifies it. */
export async function tokenFor(all: Parties, plan: Plan, wants: TokenWants): Promise<VerifiedToken> {
  const now = Math.floor(Date.now() / 1_000)
  const nonce = newNonce(random)
  const digest = 'a'.repeat(64)
  const envelope = await signToken(
    {
      iss: 'server-1',
      aud: `agent:${agentId}`,
      sub: 'req-1',
      att: 1,
      jti: newJti(random),
      nonce,
      iat: now,
      nbf: now,
      exp: now + 300,
      db: wants.db ?? 'app',
      engine: wants.engine ?? 'mariadb',
      env: wants.env ?? 'production',
      fence: wants.fence,
      op: 'migrate',
      repo_id: 1,
      repo: 'acme/shop',
      pr: 7,
      base_ref: 'main',
      head_sha: 'b'.repeat(40),
      merge_sha: 'c'.repeat(40),
      plan_sha256: planDigest(plan),
      n_stmts: statementCount(plan),
      policy_sha256: digest,
      approvals_sha256: digest,
      authz_sha256: digest,
      audit: { seq: 12, hash: digest },
      limits: { stmt_ms: 20_000, lock_ms: 2_000, total_ms: 60_000, max_rows: 0, ...wants.limits },
      bg: false,
      run: null,
    },
    all.exec,
  )
  return verifyToken(envelope, { bundle: all.bundle, now, sinceClaimMs: 0, agentId, nonce, run: null })
}

export function planOf(files: readonly SourceFile[]): { plan: Plan; bytes: ReadonlyMap<string, Uint8Array> } {
  const planned = files.map((file) => {
    let source = ''
    const stmts = file.statements.map((sql) => {
      const off = Buffer.byteLength(source)
      source += `${sql};\n`
      return { off, len: Buffer.byteLength(sql), kind: 'test' }
    })
    return {
      path: file.path,
      bytes: new TextEncoder().encode(source),
      tx: file.tx ?? ('auto' as const),
      stmts,
    }
  })
  return { plan: makePlan(planned), bytes: new Map(planned.map((file) => [file.path, file.bytes])) }
}

export type WorkWants = TokenWants &
  Partial<Pick<Work, 'onStarted' | 'signal' | 'allowWeakTripwire' | 'verifyRow' | 'token' | 'lockRetries'>>

export async function workFor(all: Parties, files: readonly SourceFile[], wants: WorkWants): Promise<Work> {
  const { plan, bytes } = planOf(files)
  return {
    token: wants.token ?? (await tokenFor(all, plan, wants)),
    plan,
    files: bytes,
    agent: { id: agentId, kid: all.agent.kid, sign: (payload) => all.agent.sign(payload) },
    verifyRow: wants.verifyRow ?? rowVerifier(all.bundle),
    approvers: ['alice', 'bob'],
    lockRetries: wants.lockRetries ?? 5,
    onStarted: wants.onStarted ?? (() => Promise.resolve()),
    ...(wants.signal === undefined ? {} : { signal: wants.signal }),
    ...(wants.allowWeakTripwire === undefined ? {} : { allowWeakTripwire: wants.allowWeakTripwire }),
  }
}

/** A new database with two accounts of its own, a table in which effects are counted, and the ledger of the server. */
export type Target = Access & {
  readonly name: string
  readonly role: string
  readonly progress: string
  readonly admin: string
}

export async function target(server: Mysql): Promise<Target> {
  const name = await server.createDatabase('app')
  const [role, progress] = [`${name}_m`, `${name}_p`]
  const admin = server.url(undefined, name)
  await initMysql(admin, {
    migrator: role,
    migratorPassword: server.password,
    progress,
    progressPassword: server.password,
    schemas: [name],
  })
  await server.query(name, 'create table effects (what varchar(200) not null) engine = InnoDB')
  return {
    name,
    role,
    progress,
    admin,
    url: server.url(role, name),
    progressUrl: server.url(progress, 'dbward'),
  }
}

export async function effects(server: Mysql, at: Target): Promise<readonly string[]> {
  const rows = await server.query(at.name, 'select what from effects order by what')
  return rows.map((row) => String(row.what))
}

export async function ledgerPaths(server: Mysql, at: Target): Promise<readonly string[]> {
  const rows = await server.query('dbward', 'select path from ledger where schema_name = ? order by path', [
    at.name,
  ])
  return rows.map((row) => String(row.path))
}

export async function columns(server: Mysql, at: Target, table: string): Promise<readonly string[]> {
  const rows = await server.query(
    at.name,
    `select column_name as name from information_schema.columns where table_schema = ? and table_name = ?
     order by ordinal_position`,
    [at.name, table],
  )
  return rows.map((row) => String(row.name))
}

export function count(what: string): string {
  return `insert into effects values ('${what}')`
}
