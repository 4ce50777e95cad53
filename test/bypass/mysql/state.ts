import type mysql from 'mysql2/promise'
import type { State } from '../difference.ts'

/** What the databases of a trick look like, and the server around them. */
export async function stateOf(admin: mysql.Connection): Promise<State> {
  const [rows] = await admin.query({ sql: stateSql, rowsAsArray: true })
  const state = new Map(rows as unknown as [string, string][])
  for (const [name, what] of state) {
    if (!what.startsWith('table ')) continue
    const [database = '', table = ''] = name.includes('.') ? name.split('.') : ['bypass', name]
    const found = await admin
      .query({ sql: 'select * from ??.?? limit 20', values: [database, table], rowsAsArray: true })
      .then(([all]) => all as unknown as unknown[][])
      .catch(() => [['not readable']])
    const all = found.map((row) => `(${row.map((one) => one ?? '').join(',')})`).sort()
    state.set(name, `${what.slice(6)} ${all.join(' ') || 'empty'}`)
  }
  return state
}

// The server looks a name up where it is compared with one database, and reads all of them where it is not.
const inEach = (sql: (database: string) => string) =>
  ['bypass', 'elsewhere', 'dbward'].map((database) => sql(`'${database}'`)).join(' union all ')
const own = "('bypass', 'elsewhere', 'dbward')"

const stateSql = `
${inEach(
  (database) => `
select concat(if(${database} = 'bypass', '', concat(${database}, '.')), table_name),
  concat(if(table_type = 'VIEW', 'view', 'table'), ' ', (
    select group_concat(column_name order by ordinal_position) from information_schema.columns c
    where c.table_schema = ${database} and binary c.table_name = binary t.table_name
  ), if(engine <> 'InnoDB', concat(' ', engine), ''), concat(' ~', ifnull(table_collation, '')))
from information_schema.tables t where table_schema = ${database}`,
)}
union all select concat('database ', schema_name), '' from information_schema.schemata where schema_name not in
  ('mysql', 'sys', 'information_schema', 'performance_schema', 'test')
union all select concat('trigger ', trigger_name), concat('~', md5(action_statement)) from information_schema.triggers
  where trigger_schema = 'bypass'
union all select concat('index ', index_name, ' on ', table_name), '' from information_schema.statistics
  where table_schema = 'bypass' and seq_in_index = 1
union all select concat('event ', name), concat(status, ' ~', md5(body)) from mysql.event where db in ${own}
union all select concat('program ', name), concat(if(security_type = 'DEFINER', '', 'invoker'), ' ~', md5(body))
  from mysql.proc where db in ${own}
union all select concat('right of ', user), if(json_value(priv, '$.access') > 0, json_value(priv, '$.access'), '')
  from mysql.global_priv where user not in ('root', 'mariadb.sys', 'mysql')
union all select concat('right of ', user, ' on database ', db), delete_priv from mysql.db where user <> 'PUBLIC' and user <> ''
union all select concat('right of ', user, ' on ', table_name), table_priv from mysql.tables_priv where user <> 'mariadb.sys'
union all select concat('account ', user), concat(if(json_value(priv, '$.authentication_string') <> '', 'password ', ''),
  if(json_value(priv, '$.account_locked'), 'locked', ''), if(json_value(priv, '$.is_role'), 'role', ''))
  from mysql.global_priv where user not in ('root', 'mariadb.sys', 'mysql')
union all select concat('member of ', role), user from mysql.roles_mapping where user <> 'root'
union all select concat('server ', server_name), host from mysql.servers
union all select concat('global ', lower(variable_name)), variable_value from information_schema.global_variables
  where variable_name in ('event_scheduler', 'max_connections', 'general_log', 'local_infile', 'sql_mode',
  'foreign_key_checks', 'read_only')`
