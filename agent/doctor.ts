import { missingColumns } from './execute-admit.ts'
import { nowhere } from './failure.ts'
import { ledgerVersion } from './ledger/schema.ts'
import { tripwireWeaknesses } from './ledger/tripwire.ts'
import { failureOf } from './postgres-error.ts'
import { openSession, type Session } from './session.ts'

export type Check = {
  readonly name: string
  readonly ok: boolean
  readonly message: string
  /** What to do; empty where nothing is to be done. */
  readonly fix: string
}

export type DoctorWants = {
  /** `server_version` of the policy, such as 16, where the policy is known. */
  readonly serverVersion?: string
  /** Unix milliseconds by this machine's clock. */
  readonly now: () => number
}

/** Looks at everything that an execution will need of this database. It changes nothing. */
export async function doctorPostgres(url: string, wants: DoctorWants): Promise<readonly Check[]> {
  const connected = await attemptTo(() => openSession(url, 'dbward doctor'))
  if ('error' in connected) {
    const why = failureOf(connected.error, nowhere).message
    return [check('connection', false, why, 'check host, port, TLS, role and password of the URL')]
  }
  const session = connected.value
  try {
    const checks = [check('connection', true, `connected as ${session.role} to ${session.serverId}`)]
    for (const [name, look] of looks(url, session, wants)) {
      const found = await attemptTo(look)
      if ('value' in found) checks.push({ name, ...found.value })
      else
        checks.push(
          check(
            name,
            false,
            failureOf(found.error, nowhere).message,
            'run dbward agent init, then look again',
          ),
        )
    }
    return checks
  } finally {
    await session.close()
  }
}

type Finding = Omit<Check, 'name'>

function looks(
  url: string,
  session: Session,
  wants: DoctorWants,
): readonly [string, () => Promise<Finding>][] {
  return [
    ['primary', async () => primary(session)],
    ['version', async () => version(session, wants.serverVersion)],
    ['direct', () => direct(url, session)],
    ['ledger', () => ledger(session)],
    ['tripwire', () => tripwire(session)],
    ['clock', () => clock(session, wants.now)],
  ]
}

function primary(session: Session): Finding {
  return session.recovering
    ? finding(false, 'the server is in recovery', 'point the URL to the primary')
    : finding(true, 'the server is a primary')
}

/** The oldest version on which all that the agent relies on is there. */
const oldest = 14

function version(session: Session, wanted: string | undefined): Finding {
  const major = Math.floor(session.version / 10_000)
  if (major < oldest)
    return finding(false, `the server is version ${major}`, `use PostgreSQL ${oldest} or newer`)
  if (wanted !== undefined && Number.parseInt(wanted, 10) !== major) {
    return finding(false, `expected version ${wanted}, got ${major}`, 'correct server_version in .dbward.yml')
  }
  return finding(true, `the server is version ${major}`)
}

/**
 * A pooler that gives out servers per transaction would part our lock from our transactions. While a second client holds
 * a transaction open, such a pooler has to answer the first one from another server process.
 */
async function direct(url: string, session: Session): Promise<Finding> {
  const key = 7_164_920_311
  const pooled = finding(
    false,
    'the connection is pooled per transaction',
    'connect to the server itself, or by a pool in session mode',
  )
  await session.query(`select pg_catalog.pg_advisory_lock(${key})`)
  const other = await openSession(url, 'dbward doctor')
  try {
    // More than once, for one that hands its servers out in turn may give the right one by chance.
    for (let round = 0; round < 3; round++) {
      await other.query('begin')
      const [theirs] = await other.query('select pg_catalog.pg_backend_pid() as pid')
      const [ours] = await session.query(
        `select pg_catalog.pg_backend_pid() as pid, exists (
           select from pg_catalog.pg_locks l where l.locktype = 'advisory' and l.pid = pg_catalog.pg_backend_pid()
             and l.classid::bigint * 4294967296 + l.objid::bigint = ${key}) as locked`,
      )
      await other.query('rollback')
      const same = Number(ours?.pid) === session.pid && ours?.locked === true
      if (!same || Number(theirs?.pid) === session.pid) return pooled
    }
    return finding(true, 'the connection keeps its server process and its locks')
  } finally {
    await other.close()
    await session.query(`select pg_catalog.pg_advisory_unlock(${key})`)
  }
}

async function ledger(session: Session): Promise<Finding> {
  const fix = 'run dbward agent init'
  const [row] = await session.query(
    `select pg_catalog.obj_description(pg_catalog.to_regnamespace('dbward')::oid, 'pg_namespace') as version`,
  )
  if (row?.version !== ledgerVersion) {
    return finding(false, `expected the ${ledgerVersion}, got ${String(row?.version ?? 'none')}`, fix)
  }
  const missing = await missingColumns(session)
  if (missing.length > 0) return finding(false, `${session.role} cannot add to ${missing.join(', ')}`, fix)
  return finding(true, `the ${ledgerVersion} is there`)
}

async function tripwire(session: Session): Promise<Finding> {
  const weak = await tripwireWeaknesses(session.query, session.role)
  if (weak.length === 0) return finding(true, 'strong')
  const fix = 'run migrations as a role from dbward agent init, which has none of this'
  return finding(false, `weak: ${session.role} ${weak.join(', and it ')}`, fix)
}

async function clock(session: Session, now: () => number): Promise<Finding> {
  const before = now()
  const [row] = await session.query(
    "select pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()) * 1000 as ms",
  )
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
