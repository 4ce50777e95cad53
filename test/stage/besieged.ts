import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServerClient } from '@dbward/agent/client'
import type { DatabaseTarget } from '@dbward/agent/config'
import { createGitHub } from '@dbward/agent/github'
import { initPostgres } from '@dbward/agent/init'
import { runOrder } from '@dbward/agent/run'
import { openSpool } from '@dbward/agent/spool'
import { bundleKey, openBundle, signBundle } from '@dbward/protocol/bundle'
import { heedFloor } from '@dbward/protocol/floor-read'
import { newNonce } from '@dbward/protocol/ids'
import type { ExecuteOrder } from '@dbward/protocol/messages'
import { startPostgres } from '../postgres/private.ts'
import { hostileOrder, type Lies } from './hostile.ts'
import { makeKeys, type StageKeys } from './keys.ts'
import { examplePolicy, type Setting, setting } from './setting.ts'

/** The pull requests that a hostile server would like to see run; `approved` is the one that people allowed. */
export type Pulls = Readonly<Record<(typeof names)[number], number>>
const names = [
  'approved',
  'next',
  'open',
  'unapproved',
  'changed',
  'released',
  'reverted',
  'dangerous',
  'excused',
  'frozen',
  'held',
  'cancelled',
  'skipped',
] as const

export type Attack = {
  readonly pull: keyof Pulls
  readonly lies?: Lies | (() => Lies | Promise<Lies>)
  /** The agent's own configuration, where the attack is against that. */
  readonly target?: Partial<DatabaseTarget>
  readonly revoked?: readonly string[]
  /** What the agent remembers of the server's audit log. */
  readonly seen?: { readonly seq: number; readonly hash: string }
  /** The last change, to what is signed already. */
  readonly bend?: (order: ExecuteOrder) => ExecuteOrder
  readonly secondsSinceClaim?: number
  /** The repository of the organisation's floor, as the agent's configuration names it. */
  readonly floor?: string
}

/** An agent's real code before a real GitHub and a real database, and a server that is its enemy. */
export type Besieged = Awaited<ReturnType<typeof besieged>>

export async function besieged() {
  const folder = mkdtempSync(join(tmpdir(), 'dbward-evil-'))
  const [s, postgres, keys] = await Promise.all([
    setting({ policy: `${examplePolicy}review:\n  - { never_allow: [truncate] }\n` }),
    startPostgres(),
    makeKeys(join(folder, 'keys'), { server: 'dbward-1', agent: 'agent-1' }),
  ])
  const database = await postgres.createDatabase('shop')
  const migrator = `${database}_migrator`
  const want = { migrator, migratorPassword: postgres.password, schemas: ['public'] }
  await initPostgres(postgres.url(undefined, database), want)
  const url = postgres.url(migrator, database)
  const pulls = await makePulls(s)
  let spools = 0

  /** Hands the order to the real code of the agent; says what it told the server, and whether it wanted to begin. */
  async function attack({
    pull,
    lies = {},
    target,
    revoked = [],
    seen,
    bend,
    secondsSinceClaim = 0,
    floor,
  }: Attack) {
    const github = createGitHub({
      apiUrl: s.github.url,
      appId: s.agentApp.id,
      privateKey: s.agentApp.privateKey,
    })
    const nonce = newNonce((bytes) => new Uint8Array(randomBytes(bytes)))
    const number = pulls[pull]
    const told = typeof lies === 'function' ? await lies() : lies
    const pr = { repo: s.repo.fullName, number, nonce }
    const made = await hostileOrder(await github(s.repo.fullName), keys, pr, told)
    const order = bend === undefined ? made : bend(made)
    const refused: string[] = []
    let begun = 0
    const client: ServerClient = {
      claim: async () => null,
      started: async () => {
        begun += 1
        return { proceed: true, why: null }
      },
      heartbeat: async () => ({ proceed: true, why: null }),
      refused: async (_, report) => void refused.push(report.code),
      receipt: async () => 'applied',
      probed: async () => undefined,
      schema: async () => undefined,
    }
    spools += 1
    const spool = openSpool(join(folder, `spool-${spools}`))
    if (seen !== undefined) spool.keepNote('audit-head', seen)
    const configured: DatabaseTarget = {
      repository: s.repo.fullName,
      repository_id: s.repo.id,
      branches: ['main'],
      database: 'app',
      environment: 'production',
      engine: 'postgres',
      url_env: 'SHOP_DATABASE_URL',
      progress_url_env: null,
      min_approvals: 0,
      policies: null,
      require_protection: null,
      allow_weak_tripwire: null,
      ...target,
    }
    const sentAt = performance.now() - secondsSinceClaim * 1_000
    const deps = {
      id: 'agent-1',
      run: null,
      signer: keys.agent,
      client,
      spool,
      targets: new Map([[configured, url]]),
      github: async (name: string) => heedFloor(await github(name), floor ?? null),
      bundle: await bundle(keys, revoked),
      now: Date.now,
      monotonic: () => performance.now(),
      log: () => undefined,
    }
    await runOrder(deps, order, { nonce, sentAt })
    return { refused, begun, order, again: () => runOrder(deps, order, { nonce, sentAt }) }
  }

  /** Tables, rows of the ledger, and attempts that began. */
  async function traces(): Promise<readonly unknown[]> {
    const rows = await postgres.query(
      database,
      `select relname as what from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
     union all select path from dbward.ledger
     union all select 'attempt' from dbward.attempt where not exists (select from dbward.ledger)`,
    )
    return rows.map((row) => row.what)
  }

  return {
    ...s,
    keys,
    pulls,
    attack,
    traces,
    async stop() {
      await Promise.all([s.github.close(), postgres.stop()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function makePulls(s: Setting): Promise<Pulls> {
  const { ann, bob } = s.people
  const propose = async (version: number, name: string, sql: string, base = 'main') => {
    await ann.push(name, { [`db/migrate/${version}_${name}.sql`]: sql }, { from: base })
    return ann.open(name, name, base)
  }
  const table = (name: string) => `create table ${name} (id bigint primary key);\n`
  const landed = async (version: number, name: string, sql = table(name), base = 'main') => {
    const pr = await propose(version, name, sql, base)
    await bob.approve(pr)
    await ann.merge(pr)
    return pr
  }
  await s.github.commit(s.repo.fullName, 'release', { files: { 'notes.md': 'release\n' } })
  const freezes = 'freezes: ["2020-01-01T00:00/2999-01-01T00:00 UTC"]'
  const policy = examplePolicy.replace('lock_timeout: 2s', freezes)
  await s.github.commit(s.repo.fullName, 'freeze', { files: { '.dbward.yml': policy } })
  const frozen = await landed(10, 'frozen', table('frozen'), 'freeze')
  const approved = await landed(1, 'approved')
  const next = await landed(2, 'next')
  const open = await propose(3, 'open', table('open'))
  await bob.approve(open)
  const unapproved = await propose(4, 'unapproved', table('unapproved'))
  await ann.merge(unapproved)
  const changed = await propose(5, 'changed', table('changed'))
  await bob.approve(changed)
  await ann.push('changed', { 'db/migrate/5_changed.sql': table('stolen') })
  await ann.merge(changed)
  const released = await landed(6, 'released', table('released'), 'release')
  const reverted = await landed(7, 'reverted')
  await ann.push('back', { 'db/migrate/7_reverted.sql': null }, { from: 'main' })
  const back = await ann.open('back', 'back')
  await bob.approve(back)
  await ann.merge(back)
  const dangerous = await landed(8, 'dangerous', 'drop table customers;\n')
  const excuse = '-- dbward: allow truncate: there is nothing in it\n'
  const excused = await landed(9, 'excused', `${excuse}truncate customers;\n`)
  const held = await landed(11, 'held')
  const cancelled = await landed(12, 'cancelled')
  const skipped = await landed(13, 'skipped')
  await bob.remark(held, '/dbward hold')
  await bob.remark(cancelled, '/dbward cancel')
  await bob.remark(skipped, '/dbward skip db/migrate/13_skipped.sql --reason "not any more"')
  // Skips that do not count: by the author, by somebody who is no approver, and on a change that does not bring the file.
  const skip = '/dbward skip db/migrate/1_approved.sql --reason "let the next one go"'
  await ann.remark(approved, skip)
  await s.people.eve.remark(approved, skip)
  await bob.remark(held, skip)
  const stopped = { held, cancelled, skipped }
  const asked = 'version: 1\nfloors: [{ min_approvals: 2 }]\n'
  await s.github.commit(s.repo.fullName, 'main', { files: { 'dbward-floor.yml': asked } })
  return {
    approved,
    next,
    open,
    unapproved,
    changed,
    released,
    reverted,
    dangerous,
    excused,
    frozen,
    ...stopped,
  }
}

async function bundle(keys: StageKeys, revoked: readonly string[]) {
  const now = Math.floor(Date.now() / 1_000)
  const trust = { roots: [keys.root.publicKey], threshold: 1, now }
  if (revoked.length === 0) return openBundle(JSON.parse(readFileSync(keys.bundlePath, 'utf8')), trust)
  const times = { not_before: now - 60, not_after: now + 86_400 }
  const own = [
    bundleKey({ ...keys.authz.publicKey, role: 'authz' }, { id: 'dbward-1', ...times }),
    bundleKey({ ...keys.exec.publicKey, role: 'exec' }, { id: 'dbward-1', ...times }),
    bundleKey({ ...keys.agent.publicKey, role: 'agent' }, { id: 'agent-1', ...times }),
  ]
  const content = { version: 2, issued: now, expires: now + 86_400, keys: own, revoked }
  return openBundle(await signBundle(content, [keys.root]), trust)
}
