import { randomBytes } from 'node:crypto'
import { ConfigError } from '@dbward/protocol/errors'
import pg from 'pg'
import { scramVerifier } from './init-scram.ts'
import { ledgerGrants, ledgerTables } from './ledger/schema.ts'
import { tripwireWeaknesses } from './ledger/tripwire.ts'
import { openSession, type Query, type Session } from './session.ts'

export type Init = {
  /** The role that runs migrations. Made where it is missing, left as it is where it is there. */
  readonly migrator: string
  /** Only for a role that is made; without one it cannot log in by password until it gets one. */
  readonly migratorPassword?: string
  /** Schemas in which the role may make things; what is in them already belongs to whom it belongs. */
  readonly schemas?: readonly string[]
}

export type InitDone = { readonly made: readonly string[]; readonly weaknesses: readonly string[] }

/**
 * Sets up the ledger and the roles around it; a second time it changes nothing.
 *
 * A superuser is not needed: with CREATEROLE, and CREATE on the database, the administrator becomes a member of the
 * ledger's owner for as long as this takes. All of it is one transaction.
 */
export async function initPostgres(adminUrl: string, want: Init): Promise<InitDone> {
  const session = await openSession(adminUrl, 'dbward init')
  const { query } = session
  try {
    if (session.recovering)
      throw new ConfigError(['expected the primary, got a server in recovery: correct the URL'])
    await query('begin')
    await query("select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('dbward init'))")
    const made = [...(await makeRoles(query, want)), ...(await makeLedger(session, want))]
    await query('commit')
    return { made, weaknesses: await tripwireWeaknesses(query, want.migrator) }
  } catch (cause) {
    if (cause instanceof pg.DatabaseError && cause.code === '42501') {
      const fix = `connect as a role with CREATEROLE, and grant create on database to it`
      throw new ConfigError([`${session.role} may not set up the ledger: ${fix}`], { cause })
    }
    throw cause
  } finally {
    await session.close()
  }
}

async function makeRoles(query: Query, want: Init): Promise<readonly string[]> {
  const made: string[] = []
  if (!(await roleExists(query, 'dbward_owner'))) {
    await query('create role dbward_owner nologin')
    made.push('role dbward_owner')
  }
  if (!(await roleExists(query, want.migrator))) {
    const password =
      want.migratorPassword === undefined
        ? ''
        : ` password ${pg.escapeLiteral(scramVerifier(want.migratorPassword, randomBytes(16)))}`
    await query(`create role ${pg.escapeIdentifier(want.migrator)} login${password}`)
    made.push(`role ${want.migrator}`)
  }
  return made
}

async function makeLedger(session: Session, want: Init): Promise<readonly string[]> {
  const { query } = session
  const migrator = pg.escapeIdentifier(want.migrator)
  for (const schema of want.schemas ?? []) {
    await query(`grant usage, create on schema ${pg.escapeIdentifier(schema)} to ${migrator}`)
  }
  const joined = await join(session)
  const owner = await ownerOfSchema(query)
  if (owner !== null && owner !== 'dbward_owner') {
    throw new ConfigError([
      `expected the schema dbward to belong to dbward_owner, got ${owner}: rename that schema`,
    ])
  }
  if (owner === null) await query('create schema dbward authorization dbward_owner')
  await query('set local role dbward_owner')
  const before = await tables(query)
  await query(ledgerTables)
  await query(ledgerGrants(migrator))
  const after = await tables(query)
  await query('set local role none')
  if (joined) await query('revoke dbward_owner from current_user')
  return after.filter((table) => !before.includes(table))
}

/**
 * Lets us act as dbward_owner; true where that has to be taken back. From version 16 a member does not act as the role
 * unless told so, and the creator's own membership, which only administers, stays.
 */
async function join({ query, version }: Session): Promise<boolean> {
  const kind = version >= 160_000 ? 'set' : 'member'
  const [row] = await query(`select pg_catalog.pg_has_role('dbward_owner', '${kind}') as may`)
  if (row?.may === true) return false
  const options = version >= 160_000 ? ' with inherit false, set true' : ''
  await query(`grant dbward_owner to current_user${options}`)
  return true
}

async function roleExists(query: Query, role: string): Promise<boolean> {
  return (await query('select from pg_catalog.pg_roles r where r.rolname = $1::name', [role])).length > 0
}

async function ownerOfSchema(query: Query): Promise<string | null> {
  const [row] = await query(
    `select r.rolname::text as owner from pg_catalog.pg_namespace n join pg_catalog.pg_roles r on r.oid = n.nspowner
     where n.nspname = 'dbward'`,
  )
  return row === undefined ? null : String(row.owner)
}

async function tables(query: Query): Promise<readonly string[]> {
  const found = await query(
    `select 'dbward.' || c.relname as name from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'dbward' and c.relkind in ('r', 'v') order by 1`,
  )
  return found.map((row) => String(row.name))
}
