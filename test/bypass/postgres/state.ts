import type pg from 'pg'
import type { State } from '../difference.ts'

/** What a database looks like: everything that a trick of this folder can change in it, or in the server around it. */
export async function stateOf(look: pg.Client): Promise<State> {
  const { rows } = await look.query({ text: stateSql, rowMode: 'array' })
  return new Map(rows as [string, string][])
}

/** Who has rights by an access list, beside its owner. */
function given(list: string): string {
  return `(select coalesce(string_agg(split_part(a::text, '/', 1), ' '), '') from unnest(${list}) a
    where a::text !~ '^(postgres|pg_database_owner)=')`
}

const stateSql = `
with own as (
  select c.*, case nspname when 'public' then '' else nspname || '.' end || relname as name
  from pg_class c join pg_namespace n on n.oid = relnamespace
  where nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and nspname not like 'pg\\_temp%'
)
select name, concat_ws(' ',
  case when relkind in ('r', 'p', 'm') then (
    select string_agg(attname, ',' order by attnum) from pg_attribute
    where attrelid = own.oid and attnum > 0 and not attisdropped
  ) end,
  case when relkind in ('r', 'p', 'm') and relispopulated then (xpath('//r/text()', query_to_xml(
    format('select coalesce(string_agg(t::text, '' '' order by t::text), ''empty'') as r from %s t', own.oid::regclass),
    true, true, '')))[1]::text end,
  case relkind when 'v' then '~' || md5(pg_get_viewdef(own.oid)) when 'f' then 'foreign' when 'S' then
    (select pg_sequence_last_value(own.oid)::text) end,
  case when relrowsecurity then 'rls' end, case when relforcerowsecurity then 'forced' end,
  case when relpersistence <> 'p' then 'unlogged' end,
  case when relkind = 'v' then reloptions::text end)
from own where relkind in ('r', 'p', 'v', 'm', 'S', 'f')
union all select 'owner of ' || name, relowner::regrole::text from own where relowner <> 10 and relkind <> 'i'
union all select 'rights on ' || name, ${given('relacl')} from own where ${given('relacl')} <> ''
union all select 'rights on ' || name || '.' || attname, ${given('attacl')} from own join pg_attribute on attrelid = own.oid
  where ${given('attacl')} <> ''
union all select 'rights on schema ' || nspname, ${given('nspacl')} from pg_namespace
  where nspname not like 'pg\\_%' and nspname <> 'information_schema' and ${given('nspacl')} not in ('', '=U')
union all select 'index ' || name, case when indisvalid then '' else 'invalid' end from own
  join pg_index on indexrelid = own.oid
  where not indisvalid or not exists (select from pg_constraint where conindid = own.oid)
union all select 'schema ' || nspname, concat_ws(' ', case when nspowner not in (10, 6171) then nspowner::regrole::text end)
  from pg_namespace where nspname not like 'pg\\_%'
union all select 'function ' || proname, concat_ws(' ', case when prosecdef then 'definer' end, '~' || md5(concat(prosrc, pg_get_function_sqlbody(p.oid))), proconfig::text, proacl::text)
  from pg_proc p where p.oid >= 16384 and not exists (
    select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
union all select 'trigger ' || case when tgisinternal then 'of a key' else tgname end || ' on ' || tgrelid::regclass,
    string_agg(tgenabled::text, '') from pg_trigger where not tgisinternal or tgenabled <> 'O' group by 1
union all select 'rule ' || rulename || ' on ' || ev_class::regclass, case ev_enabled when 'D' then 'off' else '' end from pg_rewrite
  where rulename <> '_RETURN' and ev_class >= 16384
union all select 'policy ' || polname || ' on ' || polrelid::regclass, coalesce(pg_get_expr(polqual, polrelid), '')
  from pg_policy
union all select 'constraint ' || conname, concat_ws(' ', case when not convalidated then 'not valid' end,
    case when condeferred then 'deferred' end) from pg_constraint
  where (conrelid >= 16384 or contypid >= 16384) and contype <> 'n'
union all select 'event trigger ' || evtname, '' from pg_event_trigger
union all select 'type ' || typname, '' from pg_type t where t.oid >= 16384 and typtype in ('e', 'd', 'r')
union all select 'cast of ' || castsource::regtype || ' to ' || casttarget::regtype, '' from pg_cast where oid >= 16384
union all select 'operator ' || oprname, '' from pg_operator where oid >= 16384
union all select 'system tables', sum(relnatts)::text from pg_class where oid < 16384
union all select 'language ' || lanname, '' from pg_language where oid >= 16384
union all select 'extension ' || extname, '' from pg_extension where oid >= 16384
union all select 'publication ' || pubname, case when puballtables then 'all' else '' end from pg_publication
union all select 'subscription ' || subname, '' from pg_subscription
union all select 'server ' || srvname, '' from pg_foreign_server
union all select 'default rights', ${given('defaclacl')} from pg_default_acl
union all select 'large object', count(*)::text from pg_largeobject_metadata having count(*) > 0
union all select 'slot ' || slot_name, '' from pg_replication_slots
union all select 'prepared ' || gid, '' from pg_prepared_xacts
union all select 'system setting ' || name, setting from pg_file_settings where sourcefile like '%postgresql.auto.conf'
union all select 'setting of ' || coalesce(nullif(setrole, 0)::regrole::text,
    case when setdatabase = 0 then 'all' else 'the database' end), setconfig::text from pg_db_role_setting
union all select 'role ' || rolname, concat_ws(' ', case when rolsuper then 'super' end,
    case when rolcreaterole then 'createrole' end, case when rolcanlogin then 'login' end,
    case when rolbypassrls then 'bypassrls' end, case when rolpassword is not null then 'password' end)
  from pg_authid where oid = 10 or oid >= 16384
union all select 'member of ' || roleid::regrole, string_agg(member::regrole::text || case when admin_option then ' admin' else '' end, ',')
  from pg_auth_members where member >= 16384 or member = 10 group by roleid`
