import type { Query } from '../session.ts'

/**
 * Why the tripwire would not hold against this role: none means strong. It is no wall against the role's owner, who can
 * do without dbward what they like; it is one against SQL that commits on its own.
 */
export async function tripwireWeaknesses(query: Query, role: string): Promise<readonly string[]> {
  const [server] = await query(
    "select pg_catalog.current_setting('server_version_num')::int4 >= 150000 as parameters",
  )
  const [found] = await query(weaknessesSql(server?.parameters === true), [role])
  if (found === undefined) return [`the role ${role} does not exist`]
  const list = Object.entries(sentences).flatMap(([key, sentence]) => (found[key] === true ? [sentence] : []))
  const groups = found.groups
  if (Array.isArray(groups)) for (const group of groups) list.push(`is a member of ${String(group)}`)
  return list
}

const sentences: Readonly<Record<string, string>> = {
  super: 'is a superuser',
  createrole: 'may create roles',
  replication: 'may replicate',
  replica_role: 'may set session_replication_role',
  owner: 'owns a part of the schema dbward',
  writes: 'may change, empty or add triggers to a table of the ledger',
  unguarded: 'the foreign key of the ledger is missing, not deferred or disabled',
}

/**
 * Before version 15 nobody but a superuser could be allowed to set session_replication_role. A role that this one may
 * become by SET ROLE counts as much as itself, whether or not it inherits from it.
 */
const weaknessesSql = (parameters: boolean) => `
with tables as (
  select c.oid, c.relowner from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'dbward' and c.relkind = 'r'
), roles as (
  select r.*,
    exists (select from tables t where t.relowner = r.oid)
      or exists (select from pg_catalog.pg_namespace n where n.nspname = 'dbward' and n.nspowner = r.oid) as owns,
    exists (select from tables t where pg_catalog.has_table_privilege(r.oid, t.oid, 'update, delete, truncate, trigger')
      or pg_catalog.has_any_column_privilege(r.oid, t.oid, 'update')) as writes,
    ${parameters ? "pg_catalog.has_parameter_privilege(r.oid, 'session_replication_role', 'set')" : 'false'} as replica_role
  from pg_catalog.pg_roles r
)
select
  r.rolsuper as super, r.rolcreaterole as createrole, r.rolreplication as replication, r.owns as owner, r.writes,
  r.replica_role and not r.rolsuper as replica_role,
  not exists (
    select from pg_catalog.pg_constraint k
    join pg_catalog.pg_class l on l.oid = k.conrelid join pg_catalog.pg_class d on d.oid = k.confrelid
    where l.relname = 'ledger' and l.oid in (select oid from tables) and d.relname = 'done' and d.oid in (select oid from tables)
      and k.contype = 'f' and k.condeferrable and k.condeferred and k.convalidated
      and not exists (select from pg_catalog.pg_trigger t where t.tgconstraint = k.oid and t.tgenabled not in ('O', 'A'))
  ) as unguarded,
  array(
    select g.rolname::pg_catalog.text from roles g
    where g.oid <> r.oid and not r.rolsuper and pg_catalog.pg_has_role(r.oid, g.oid, 'member')
      and (g.rolsuper or g.rolcreaterole or g.rolreplication or g.owns or g.writes or g.replica_role or g.rolname in
        ('dbward_owner', 'pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program'))
    order by 1
  ) as groups
from roles r
where r.rolname = $1::pg_catalog.name
`
