import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseTarget } from '@dbward/agent/config'
import { probeForServer } from '@dbward/agent/probe-order'
import type { RunDeps } from '@dbward/agent/run'
import { openSpool } from '@dbward/agent/spool'
import { doctorOf, executeOn, ledgerOf, noLedger, probeOn, type Target as Served } from '@dbward/agent/target'
import { rowVerifier } from '@dbward/agent/trust'
import type { ProbedReport, ProbeOrder } from '@dbward/protocol/messages'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { queryOnce } from '../mysql/mysql.ts'
import { type Mysql, startMariadb } from '../mysql/private.ts'
import { withoutMysql } from '../mysql/skip.ts'
import {
  agentId,
  count,
  effects,
  type Parties,
  parties,
  type SourceFile,
  type Target,
  target,
  workFor,
} from './kit.ts'

let server: Mysql
let all: Parties
const folder = mkdtempSync(join(tmpdir(), 'dbward-target-'))
beforeAll(async () => {
  if (withoutMysql) return
  server = await startMariadb()
  all = await parties('target')
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await server?.stop()
})

const files: readonly SourceFile[] = [
  { path: 'db/1_a.sql', statements: [count('a')] },
  { path: 'db/2_b.sql', statements: [count('b')] },
]

describe.skipIf(withoutMysql)('a target of this engine', () => {
  it('is executed on, asked, probed and looked at by its engine', async () => {
    const at = await target(server)
    const served: Served = { engine: server.engine, url: at.url, progressUrl: at.progressUrl }
    const work = await workOf(at, files, 1)
    const scope = { db: at.name, env: 'production' }
    expect((await executeOn(served, work)).outcome).toBe('applied')
    const ledger = await ledgerOf(served, scope, work.verifyRow)
    expect(ledger.rows.map((row) => [row.path, row.version])).toEqual([
      ['db/1_a.sql', '1'],
      ['db/2_b.sql', '2'],
    ])
    const probe = { ...scope, plan: work.plan, files: work.files, verifyRow: work.verifyRow, waitMs: 100 }
    expect(await probeOn(served, probe)).toEqual(['recorded', 'recorded'])
    const checks = await doctorOf(served, { now: Date.now })
    expect(checks.every((one) => one.ok)).toBe(true)
  })

  it('without the address of its progress account is refused', async () => {
    const at = await target(server)
    const served: Served = { engine: server.engine, url: at.url, progressUrl: null }
    const work = await workOf(at, files, 1)
    expect(() => executeOn(served, work)).toThrow('progress_url_env')
    expect(await effects(server, at)).toEqual([])
  })

  it('whose ledger is not there, or that is away, says so', async () => {
    const at = await target(server)
    const missing = await queryOnce(at.url, 'select * from dbward.nothing', []).catch(
      (error: unknown) => error,
    )
    expect(noLedger(missing).code).toBe('LEDGER_MISSING')
    const away: Served = { engine: server.engine, url: 'mysql://a:CANARY@127.0.0.1:1/x', progressUrl: null }
    const cause = await ledgerOf(away, { db: 'a', env: 'b' }, () => false).catch((error: unknown) => error)
    expect(noLedger(cause)).toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
    expect(noLedger(cause).message).not.toContain('CANARY')
  })
})

describe.skipIf(withoutMysql)('a probe that the server asks for', () => {
  it('is answered with a receipt where the ledger has all of the plan, and with what is there otherwise', async () => {
    const at = await target(server)
    const [first, second] = files
    if (first === undefined || second === undefined) throw new Error('expected two files')
    expect(await answered(at, files)).toEqual({ found: 'not_applied', receipts: 0 })
    await executeOn(served(at), await workOf(at, [first], 1))
    expect(await answered(at, files)).toEqual({ found: 'not_applied', receipts: 0 })
    await executeOn(served(at), await workOf(at, files, 2))
    expect(await answered(at, files)).toEqual({ found: null, receipts: 1 })
    expect(await answered({ ...at, url: 'mysql://a:b@127.0.0.1:1/x' }, files)).toEqual({
      found: 'unclear',
      receipts: 0,
    })
  })
})

function served(at: Target): Served {
  return { engine: server.engine, url: at.url, progressUrl: at.progressUrl }
}

let spools = 0

async function answered(at: Target, what: readonly SourceFile[]) {
  const { plan, token } = await workOf(at, what, 9)
  const configured: DatabaseTarget = {
    repository: 'acme/shop',
    repository_id: 1,
    branches: ['main'],
    database: at.name,
    environment: 'production',
    engine: server.engine,
    url_env: 'MAIN',
    progress_url_env: 'SECOND',
    min_approvals: null,
    policies: null,
    require_protection: null,
    allow_weak_tripwire: null,
  }
  spools += 1
  const spool = openSpool(join(folder, `spool-${spools}`))
  let found: string | null = null
  const client = {
    probed: async (report: ProbedReport) => {
      found = report.found
    },
  } as RunDeps['client']
  const deps: RunDeps = {
    id: agentId,
    run: null,
    signer: all.agent,
    client,
    spool,
    targets: new Map([[configured, at.url]]),
    progressUrls: new Map([[configured, at.progressUrl]]),
    github: () => Promise.reject(new Error('no file of this plan needs GitHub')),
    bundle: all.bundle,
    now: Date.now,
    monotonic: () => performance.now(),
    log: () => undefined,
  }
  const { claims } = token
  const order: ProbeOrder = {
    kind: 'probe',
    attempt: 'attempt-1',
    request: claims.sub,
    iss: claims.iss,
    att: claims.att,
    jti: claims.jti,
    token_sha256: token.sha256,
    repo_id: 1,
    repo: claims.repo,
    merge_sha: claims.merge_sha,
    db: at.name,
    env: 'production',
    fence: claims.fence,
    plan,
    audit: claims.audit,
  }
  await probeForServer(deps, order)
  return { found, receipts: spool.receipts().length }
}

function workOf(at: Target, what: readonly SourceFile[], fence: number) {
  return workFor(all, what, {
    engine: server.engine,
    db: at.name,
    fence,
    verifyRow: rowVerifier(all.bundle),
  })
}
