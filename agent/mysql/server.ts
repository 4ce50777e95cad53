import { Refusal } from '@dbward/protocol/errors'
import type { Query } from './session.ts'

export type Engine = 'mysql' | 'mariadb'

/** What a server says of itself to a connection. */
export type Server = {
  readonly id: number
  readonly engine: Engine
  readonly version: string
  /** Names the server for good: a failover gives another one. */
  readonly server: string
  /** The server and the database on it. */
  readonly serverId: string
  /** The account as the server matched it, `name@host`. */
  readonly account: string
  readonly schema: string
  /** The mode under which our sessions run, and with which the SQL of files is read. */
  readonly sqlMode: string
  /** Why nothing may be run here, or null. */
  readonly unfit: string | null
}

const variables = [
  'version',
  'version_comment',
  'server_uuid',
  'server_uid',
  'read_only',
  'super_read_only',
  'innodb_read_only',
  'wsrep_on',
  'group_replication_group_name',
  'group_replication_single_primary_mode',
]

export async function readServer(query: Query): Promise<Server> {
  const list = variables.map((name) => `'${name}'`).join(', ')
  const rows = await query(`show variables where variable_name in (${list})`)
  const of = new Map(rows.map((row) => [String(row.Variable_name).toLowerCase(), String(row.Value)]))
  const [self] = await query('select connection_id() as id, current_user() as account, database() as name')
  const version = `${of.get('version') ?? ''} ${of.get('version_comment') ?? ''}`
  const engine = /mariadb/i.test(version) ? 'mariadb' : 'mysql'
  const uid = of.get(engine === 'mariadb' ? 'server_uid' : 'server_uuid') ?? ''
  const schema = String(self?.name)
  return {
    id: Number(self?.id),
    engine,
    version: of.get('version') ?? '',
    server: `${engine}:${uid}`,
    serverId: `${engine}:${uid}/${schema}`,
    account: String(self?.account),
    schema,
    sqlMode: modes[engine],
    unfit: unfitness(of, version, uid),
  }
}

/**
 * Strict, and quotes, backslashes and bars mean what they mean by default: the review has read the SQL that way. MySQL's
 * own default otherwise; MariaDB's otherwise too.
 */
const modes: Readonly<Record<Engine, string>> = {
  mysql:
    'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  mariadb: 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
}

/** Locks by name are one server's own: where two servers take writes, they guard nothing. */
function unfitness(of: ReadonlyMap<string, string>, version: string, uid: string): string | null {
  const on = (name: string) => /^(on|1)$/i.test(of.get(name) ?? '')
  if (/tidb|vitess|singlestore|oceanbase|proxysql/i.test(version)) {
    return 'the server only speaks like MySQL, and its locks and transactions are not known here'
  }
  if (uid === '') return 'the server has no server_uuid or server_uid by which to know it again'
  if (on('read_only') || on('super_read_only') || on('innodb_read_only')) return 'the server is read-only'
  if (on('wsrep_on'))
    return 'the server is a node of a Galera cluster, where locks by name hold on one node only'
  const group = of.get('group_replication_group_name') ?? ''
  if (group !== '' && !on('group_replication_single_primary_mode')) {
    return 'the server is one of several primaries, where locks by name hold on one of them only'
  }
  return null
}

/** Refuses another engine than the token's, and a server on which the lock or the ledger would not hold. */
export function requireServer(server: Server, engine: string): void {
  if (server.engine !== engine) {
    throw new Refusal(
      'WRONG_DATABASE',
      `expected a server of ${engine}, got one of ${server.engine}: correct the URL`,
    )
  }
  if (server.unfit !== null) {
    throw new Refusal('WRONG_DATABASE', `${server.unfit}: correct the URL`)
  }
}
