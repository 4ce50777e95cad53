import type { Check, DoctorWants } from '../doctor.ts'
import { nowhere } from '../failure.ts'
import { guardWeaknesses, missingColumns } from './admit.ts'
import { failureOf } from './error.ts'
import type { Access } from './execute.ts'
import { accountWeaknesses, otherDatabases } from './grants.ts'
import { ledgerVersion } from './ledger-schema.ts'
import { takeLock } from './lock.ts'
import { openProgress, type Progress } from './progress.ts'
import type { Engine } from './server.ts'
import { openSession, type Session } from './session.ts'

/** Looks at everything that an execution will need of this database. It changes nothing. */
export async function doctorMysql(
  access: Access,
  engine: Engine,
  wants: DoctorWants,
): Promise<readonly Check[]> {
  const connected = await attemptTo(() => openSession(access.url, 'dbward doctor'))
  if ('error' in connected) {
    const why = failureOf(connected.error, nowhere).message
    return [check('connection', false, why, 'check host, port, TLS, account and password of the URL')]
  }
  const session = connected.value
  const second = await attemptTo(() => openProgress(access.progressUrl, 'dbward doctor'))
  try {
    const checks = [check('connection', true, `connected as ${session.account} to ${session.serverId}`)]
    if ('error' in second) {
      const why = failureOf(second.error, nowhere).message
      checks.push(check('progress', false, why, 'check the address in the variable of progress_url_env'))
    }
    for (const [name, look] of looks(session, 'error' in second ? null : second.value, engine, wants)) {
      const found = await attemptTo(look)
      if ('value' in found) checks.push({ name, ...found.value })
      else {
        const why = failureOf(found.error, nowhere).message
        checks.push(check(name, false, why, 'run dbward agent init, then look again'))
      }
    }
    return checks
  } finally {
    await session.close()
    if (!('error' in second)) await second.value.close()
  }
}

type Finding = Omit<Check, 'name'>
type Look = readonly [string, () => Promise<Finding>]

function looks(
  session: Session,
  progress: Progress | null,
  engine: Engine,
  wants: DoctorWants,
): readonly Look[] {
  const both: readonly Look[] =
    progress === null
      ? []
      : [
          ['progress', () => secondAccount(progress)],
          ['direct', () => direct(session, progress)],
          ['ledger', () => ledger(progress)],
          ['tripwire', () => tripwire(session, progress)],
          ['databases', () => databases(session)],
        ]
  return [
    ['primary', async () => primary(session)],
    ['version', async () => version(session, engine, wants.serverVersion)],
    ...both,
    ['durable', () => durable(session)],
    ['clock', () => clock(session, wants.now)],
  ]
}

function primary(session: Session): Finding {
  return session.unfit === null
    ? finding(true, 'the server takes writes')
    : finding(false, session.unfit, 'point the URL to the one server that takes writes')
}

function version(session: Session, engine: Engine, wanted: string | undefined): Finding {
  const found = `${session.engine} ${session.version}`
  if (session.engine !== engine) {
    return finding(
      false,
      `expected a server of ${engine}, got ${found}`,
      'correct engine in .dbward.yml or the URL',
    )
  }
  if (wanted !== undefined && !(session.version === wanted || session.version.startsWith(`${wanted}.`))) {
    return finding(false, `expected version ${wanted}, got ${found}`, 'correct server_version in .dbward.yml')
  }
  return finding(true, `the server is ${found}`)
}

async function secondAccount(progress: Progress): Promise<Finding> {
  const weak = await accountWeaknesses(progress.query, progress.account, 'progress')
  if (weak.length === 0) return finding(true, `connected as ${progress.account}`)
  return finding(
    false,
    `${progress.account} ${weak.join(', and it ')}`,
    'use an account from dbward agent init, which may only add to the ledger',
  )
}

/** Both accounts must see one lock of one session, more than once: a proxy that shares sessions would part them. */
async function direct(session: Session, progress: Progress): Promise<Finding> {
  const lock = `dbward:doctor ${session.id}`
  const fix = 'connect both accounts to the server itself'
  if (!(await takeLock(session, lock, 0))) return finding(false, 'a lock could not be taken', fix)
  try {
    for (let round = 0; round < 3; round++) {
      const [ours] = await session.query('select connection_id() as id, is_used_lock(?) as holder', [lock])
      const [theirs] = await progress.query('select is_used_lock(?) as holder', [lock])
      if (Number(ours?.id) !== session.id || Number(ours?.holder) !== session.id) {
        return finding(false, 'the connection is shared by a proxy', fix)
      }
      if (Number(theirs?.holder) !== session.id) {
        return finding(false, 'the progress account is on another server', fix)
      }
    }
    return finding(true, 'both accounts are on one server, and the connection keeps its locks')
  } finally {
    await session.query('do release_lock(?)', [lock])
  }
}

async function ledger(progress: Progress): Promise<Finding> {
  const fix = 'run dbward agent init'
  const missing = await missingColumns(progress.query)
  if (missing.length > 0)
    return finding(false, `${progress.account} cannot add to ${missing.join(', ')}`, fix)
  const found = await progress.query(
    `select distinct t.table_comment as comment from information_schema.tables t
     where t.table_schema = 'dbward' and t.table_type = 'BASE TABLE'`,
  )
  const versions = found.map((row) => String(row.comment))
  if (versions.length !== 1 || versions[0] !== ledgerVersion) {
    return finding(false, `expected the ${ledgerVersion}, got ${versions.join(', ')}`, fix)
  }
  return finding(true, `the ${ledgerVersion} is there`)
}

async function tripwire(session: Session, progress: Progress): Promise<Finding> {
  const weak = await guardWeaknesses(session, progress)
  if (weak.length === 0) return finding(true, 'strong')
  const fix = 'run migrations as an account from dbward agent init, which has none of this'
  return finding(false, `weak: ${session.account} ${weak.join(', and it ')}`, fix)
}

/** What guards one database does not know of the files of another. */
async function databases({ query, account, schema }: Session): Promise<Finding> {
  const others = await otherDatabases(query, account, schema)
  if (others.length === 0) return finding(true, `${account} has privileges on ${schema} only`)
  return finding(
    false,
    `${account} has privileges on ${others.join(', ')} too, which a migration of ${schema} could change`,
    'give each database a migrator of its own by dbward agent init',
  )
}

/** With another value, a commit that was answered may be lost when the machine of the server goes down. */
async function durable(session: Session): Promise<Finding> {
  const [row] = await session.query('select @@global.innodb_flush_log_at_trx_commit as flush')
  if (Number(row?.flush) === 1) return finding(true, 'what is committed is on the disk')
  return finding(
    false,
    `innodb_flush_log_at_trx_commit is ${String(row?.flush)}, so that a crash may lose what was reported as applied`,
    'set it to 1',
  )
}

async function clock(session: Session, now: () => number): Promise<Finding> {
  const before = now()
  const [row] = await session.query('select unix_timestamp(now(6)) * 1000 as ms')
  const apart = Math.round(Math.abs(Number(row?.ms) - (before + now()) / 2) / 1_000)
  if (apart < 60) return finding(true, `the clocks are ${apart} s apart`)
  return finding(
    false,
    `the clocks of this machine and of the database are ${apart} s apart`,
    'synchronise both by NTP',
  )
}

function finding(ok: boolean, message: string, fix = ''): Finding {
  return { ok, message, fix }
}

function check(name: string, ok: boolean, message: string, fix = ''): Check {
  return { name, ok, message, fix }
}

type Tried<T> = { readonly value: T } | { readonly error: unknown }

async function attemptTo<T>(job: () => Promise<T>): Promise<Tried<T>> {
  try {
    return { value: await job() }
  } catch (error) {
    return { error }
  }
}
