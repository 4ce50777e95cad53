import { fileURLToPath } from 'node:url'
import { steps as agentSteps, progressSteps } from '@dbward/agent/execute-step'
import { attemptsOf } from '@dbward/app/store/attempts'
import { exportAudit } from '@dbward/app/store/audit'
import { closeStore } from '@dbward/app/store/open'
import { openForReading } from '@dbward/app/store/read-only'
import { requestsOf } from '@dbward/app/store/requests'
import { verifyChain } from '@dbward/protocol/verify-chain'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Works, works } from '../jobs/runner.ts'
import { inSuite } from '../kill/sample.ts'
import { examplePolicy } from '../stage/setting.ts'
import type { Engine } from '../stage/targets.ts'
import { identityOf, step } from './job.ts'
import { openRunner } from './runner.ts'

const killSwitch = fileURLToPath(new URL('../stage/kill-switch.ts', import.meta.url))

/** What a migration is made of: rows in one transaction, or what no transaction undoes. */
type Kind = 'rows' | 'definitions'

/** Where a job is killed: on PostgreSQL with rows, on MariaDB with definitions, so that between them all is met. */
function places(engine: Engine): readonly (readonly [at: string, kind: Kind])[] {
  if (engine === 'postgres') {
    return agentSteps.filter((at) => at !== 'agent.intent').map((at) => [at, 'rows'] as const)
  }
  const own = [
    'agent.intent',
    ...progressSteps,
    'agent.statement-done',
    'agent.before-commit',
    'agent.after-commit',
  ]
  return [
    ...own.map((at) => [at, 'definitions'] as const),
    ['agent.statement-done', 'rows'],
    ['agent.before-commit', 'rows'],
  ]
}

/**
 * The committed bundle runs as a job and dies by SIGKILL at a step; then people press "Re-run jobs". The migration is
 * there once, the server says so, and the audit log verifies.
 */
export function jobsAreKilled(engine: Engine): void {
  const runner = openRunner()
  let at: Works
  beforeAll(async () => {
    const policy =
      engine === 'postgres'
        ? examplePolicy
        : examplePolicy.replace('engine: postgres', 'engine: mariadb').replace('"18"', '"10.11"')
    at = await works({ engine, policy, leaseSeconds: 2, sweepSeconds: 2 })
    await run(await merged(0, 'create table effects (what varchar(100) not null);\n'))
  }, 180_000)
  afterAll(async () => {
    runner.close()
    await at?.stop()
  })

  for (const [i, [place, kind]] of inSuite(places(engine)).entries()) {
    it(`a job that is killed at ${place} with ${kind}, and run again, has done it once`, async () => {
      const n = i + 1
      const sha = await merged(n, kind === 'rows' ? rows(n) : definitions(n))
      const first = await run(sha, place)
      expect(first.code, first.log).toBe(null)
      const second = await run(sha, null, first.id)
      expect(second.code, second.log).toBe(0)
      await doneOnce(n, kind)
      await toldOnce()
    })
  }

  async function merged(n: number, sql: string): Promise<string> {
    const { ann, bob } = at.it.people
    await ann.push(`change-${n}`, { [`db/migrate/${2_026_000_000 + n}_change.sql`]: sql })
    const pr = await ann.open(`change-${n}`, `Change ${n}`)
    await bob.approve(pr)
    return ann.merge(pr)
  }

  async function run(sha: string, killAt: string | null = null, again: string | null = null) {
    const rerun = again === null ? {} : { run_id: again, run_attempt: '2' }
    const job = await at.runner(sha, {
      claims: rerun,
      env: again === null ? {} : { GITHUB_RUN_ID: again, GITHUB_RUN_ATTEMPT: '2' },
    })
    const identity = await identityOf(job)
    const killed = killAt === null ? {} : { NODE_OPTIONS: `--import=${killSwitch}`, KILL_AT: killAt }
    const ran = await step(runner, job, { ...identity.env, ...killed })
    identity.close()
    return { ...ran, id: String(job.world.env.GITHUB_RUN_ID) }
  }

  async function doneOnce(n: number, kind: Kind): Promise<void> {
    const effects = await at.it.query(`select what from effects where what like '${n} %' order by what`)
    expect(effects.map((row) => row.what)).toEqual(kind === 'rows' ? [`${n} first`, `${n} second`] : [])
    if (kind === 'definitions') {
      const columns = await at.it.query(
        `select column_name as name from information_schema.columns where table_name = 'once_${n}' order by 1`,
      )
      expect(columns.map((row) => row.name)).toEqual(['x', 'y'])
    }
  }

  async function toldOnce(): Promise<void> {
    const store = openForReading(at.it.storePath)
    try {
      const requests = store.db
        .prepare<[], { pr: number }>('select distinct pr from request order by pr desc')
        .all()
      const [request] = requestsOf(store, at.it.repo.id, requests[0]?.pr ?? 0)
      expect(['applied', 'already_applied']).toContain(request?.state)
      const ends = attemptsOf(store, request?.id ?? '').map((one) => one.state)
      expect(ends.filter((end) => ['applied', 'already_applied'].includes(end))).toHaveLength(1)
      const verdict = await verifyChain(exportAudit(store), {
        checkpointKeys: [at.it.keys.checkpoint.publicKey],
        anchors: [],
      })
      expect(verdict.code).toBe('ok')
    } finally {
      closeStore(store)
    }
  }
}

function rows(n: number): string {
  return `insert into effects values ('${n} first');\ninsert into effects values ('${n} second');\n`
}

function definitions(n: number): string {
  return `create table once_${n} (x int);\nalter table once_${n} add column y int;\n`
}
