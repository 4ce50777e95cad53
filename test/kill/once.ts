import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { exportAudit } from '@dbward/app/store/audit'
import type { LogHead } from '@dbward/protocol/log'
import { verifyChain } from '@dbward/protocol/verify-chain'
import type { Stage } from '../stage/stage.ts'
import type { MergedChange } from './change.ts'
import { read, type Standing, settled } from './standing.ts'

/** Waits for the end of a merged change, and holds every party to it: applied exactly once, and said exactly once. */
export async function appliedOnce(it: Stage, change: MergedChange): Promise<Standing> {
  // A statement that nothing undoes may be found done by the attempt after the one that was killed.
  const also = change.index === undefined ? [] : ['already_applied']
  const found = await settled(it, change, 'applied', ...also)
  await ranOnce(it, change)
  attemptsEnded(found, change)
  await commentsOnce(it, change, found)
  await checksOnce(it, change)
  await auditSound(it, change, found)
  return found
}

async function ranOnce(it: Stage, { name, files, leaves, index }: MergedChange): Promise<void> {
  const texts = leaves.map((what) => `'${what}'`).join()
  if (leaves.length > 0) {
    const rows = await it.query(`select what from effects where what in (${texts}) order by what`)
    deepStrictEqual(
      rows.map((row) => row.what),
      [...leaves].sort(),
      `the effects of ${name}`,
    )
  }
  if (index !== undefined) {
    const rows = await it.query(onMysql(it) ? mysqlIndexes(index) : postgresIndexes(index))
    deepStrictEqual(rows, [{ name: index, valid: 1 }], `the index of ${name}`)
  }
  const paths = Object.keys(files).sort()
  const ledger = await it.query(
    `select path from dbward.history where path in (${paths.map((path) => `'${path}'`).join()}) order by path`,
  )
  deepStrictEqual(
    ledger.map((row) => row.path),
    paths,
    `the ledger rows of ${name}`,
  )
}

function onMysql(it: Stage): boolean {
  return it.targets[0]?.engine !== 'postgres'
}

function postgresIndexes(name: string): string {
  return `select c.relname as name, i.indisvalid::int as valid from pg_index i join pg_class c on c.oid = i.indexrelid
    where c.relname ~ '^${name}'`
}

function mysqlIndexes(name: string): string {
  return `select index_name as name, 1 as valid from information_schema.statistics
    where table_schema = database() and index_name like '${name}%'`
}

/** One attempt has the receipt; those before it have ended and left nothing. */
function attemptsEnded({ request, attempts }: Standing, { name }: MergedChange): void {
  const states = attempts.map((one) => one.state)
  equal(states.at(-1), request.state, `the last attempt of ${name}`)
  equal(states.filter((state) => /applied$/.test(state) && state !== 'not_applied').length, 1, states.join())
  ok(
    attempts.every((one) => one.ended_at !== null),
    `the attempts of ${name} have ended`,
  )
  equal(request.attempts, attempts.length)
}

async function commentsOnce(it: Stage, { name, pr }: MergedChange, { attempts }: Standing): Promise<void> {
  const comments = await it.people.ann.comments(pr)
  const markers = comments.map(
    (one) => `${one.user?.login} ${/dbward:([^ ]+) -->/.exec(one.body ?? '')?.[1]}`,
  )
  const result = `dbward[bot] result:${attempts.at(-1)?.id}`
  deepStrictEqual(
    markers.sort(),
    [`dbward[bot] comment:${it.repo.id}:${pr}`, result],
    `one sticky comment and one result of ${name}`,
  )
}

async function checksOnce(it: Stage, { name, head, sha }: MergedChange): Promise<void> {
  const onHead = (await allRuns(it, head)).map((run) => `${run.name} ${run.conclusion}`)
  deepStrictEqual(onHead.sort(), ['dbward/gate success', 'dbward/review success'], `the checks of ${name}`)
  // A completed run cannot be opened again, so one that waited for a person's look has a successor of the same name.
  const runs = (await allRuns(it, sha)).sort((a, b) => a.id - b.id)
  deepStrictEqual([...new Set(runs.map((run) => run.name))], ['dbward/execution: app@production'])
  const ends = runs.map((run) => run.conclusion ?? run.status)
  equal(ends.pop(), 'success', `the newest execution check of ${name}`)
  deepStrictEqual(
    ends.filter((end) => end !== 'action_required'),
    [],
    `the older execution checks of ${name}`,
  )
}

async function allRuns(it: Stage, ref: string) {
  const [owner = '', repo = ''] = it.repo.fullName.split('/')
  const { rest } = it.people.ann.octokit
  return (await rest.checks.listForRef({ owner, repo, ref, filter: 'all', per_page: 100 })).data.check_runs
}

/** The log is whole against every head that the target database has kept, and tells of one end of this change. */
async function auditSound(it: Stage, { name, pr }: MergedChange, { request }: Standing): Promise<void> {
  const lines = read(it, (store) => [...exportAudit(store)])
  const kept = await it.query('select audit_seq, audit_hash from dbward.attempt')
  const anchors = kept.map((row): LogHead => ({ seq: Number(row.audit_seq), hash: String(row.audit_hash) }))
  const result = await verifyChain(lines, { checkpointKeys: [it.keys.checkpoint.publicKey], anchors })
  equal(result.code, 'ok', `the audit log: ${JSON.stringify(result)}`)
  const entries = lines.flatMap((line) => {
    const { entry } = JSON.parse(line) as {
      entry?: { type: string; outcome: string; subject: { pr?: number } }
    }
    return entry?.subject.pr === pr ? [`${entry.type} ${entry.outcome}`] : []
  })
  equal(
    entries.filter((one) => one === `attempt.ended ${request.state}`).length,
    1,
    `the ends of ${name} in the log`,
  )
}
