import type { Change } from './create-table.ts'
import { comments } from './create-table.ts'
import { columnsOf, fresh, name, type Project, sql, type Table } from './project.ts'
import { literal } from './values.ts'
import { plural, states } from './words.ts'

type Maker = (project: Project, table: Table) => Change

/** Functions, triggers, views, rights and what else stands beside tables in PostgreSQL. */
export const codeChanges: readonly (readonly [number, Maker])[] = [
  [6, touchTrigger],
  [5, sqlFunction],
  [5, plpgsqlFunction],
  [4, auditTrigger],
  [6, view],
  [2, materializedView],
  [5, grants],
  [4, comments],
  [4, rowSecurity],
  [4, guardedBlock],
  [2, loopBlock],
  [2, extension],
  [2, schema],
  [1, dropFunction],
]

function replace(project: Project): string {
  return sql(project)`create or replace `
}

function touchTrigger(project: Project, table: Table): Change {
  const q = sql(project)
  if (!table.stamped) return []
  const known = project.functions.includes('set_updated_at')
  const body = `\n${q`begin`}\n  new.updated_at = ${q`now()`};\n  ${q`return`} new;\n${q`end`};\n`
  const define = `${replace(project)}${q`function `}set_updated_at() ${q`returns trigger`}\n${q`language `}plpgsql${q` as `}$$${body}$$`
  if (!known) project.functions.push('set_updated_at')
  const trigger = name(project, fresh(project, `${table.name}_set_updated_at`))
  const fire = `${q`create trigger `}${trigger}\n  ${q`before update on `}${name(project, table.name)}\n  ${q`for each row execute function `}set_updated_at()`
  return known ? [fire] : [define, fire]
}

function sqlFunction(project: Project, table: Table): Change {
  const q = sql(project)
  const called = fresh(project, `count_${table.name}`)
  project.functions.push(called)
  const [time] = columnsOf(table, 'time')
  const only = time === undefined ? '' : `\n  ${q`where `}${name(project, time.name)} ${q`is null`}`
  const how = project.random.pick([q` stable`, '', q` stable security definer`])
  return [
    `${replace(project)}${q`function `}${called}() ${q`returns bigint`}\n${q`language sql`.toLowerCase()}${how}\n${q`as `}$$\n  ${q`select count(*) from `}${name(project, table.name)}${only};\n$$`,
  ]
}

function plpgsqlFunction(project: Project, table: Table): Change {
  const { random } = project
  const called = fresh(project, `refresh_${table.name}`)
  project.functions.push(called)
  const t = name(project, table.name)
  const steps = Array.from({ length: random.int(1, 6) }, () => step(project, table, t)).flat()
  const body = [
    'declare',
    '  v_count integer := 0;',
    '  v_row record;',
    'begin',
    ...steps.map((line) => `  ${line}`),
    '  return v_count;',
    'exception',
    '  when unique_violation then',
    "    raise notice 'already there';",
    '    return -1;',
    'end;',
  ]
  const q = sql(project)
  return [
    `${replace(project)}${q`function `}${called}(p_limit integer ${q`default`} 100)\n${q`returns integer`}\n${q`language `}plpgsql\n${q`as `}$function$\n${body.join('\n')}\n$function$`,
  ]
}

function step(project: Project, table: Table, t: string): readonly string[] {
  const [column] = columnsOf(table, 'name', 'code', 'text')
  const field = name(project, column?.name ?? 'id')
  return project.random.pick([
    [`select count(*) into v_count from ${t} where ${field} is not null;`],
    ['if v_count > p_limit then', "  raise exception 'too many rows: %', v_count;", 'end if;'],
    [
      `for v_row in select * from ${t} order by id limit p_limit loop`,
      '  v_count := v_count + 1;',
      '  if v_count % 50 = 0 then',
      "    perform pg_notify('progress', v_count::text);",
      '  end if;',
      'end loop;',
    ],
    [`update ${t} set ${field} = ${field} where ${field} is null;`, 'get diagnostics v_count = row_count;'],
    [`-- what is left over from the import; see the wiki`, `delete from ${t} where ${field} = 'x';`],
    [
      'case',
      '  when v_count = 0 then',
      '    return 0;',
      '  else',
      '    v_count := v_count * 2;',
      'end case;',
    ],
  ])
}

function auditTrigger(project: Project, table: Table): Change {
  const q = sql(project)
  const known = project.functions.includes('log_change')
  const body = [
    '',
    'begin',
    "  if tg_op = 'DELETE' then",
    '    insert into change_log (table_name, operation, old_row) values (tg_table_name, tg_op, to_jsonb(old));',
    '    return old;',
    "  elsif tg_op = 'UPDATE' then",
    '    insert into change_log (table_name, operation, old_row, new_row)',
    '    values (tg_table_name, tg_op, to_jsonb(old), to_jsonb(new));',
    '    return new;',
    '  end if;',
    '  insert into change_log (table_name, operation, new_row) values (tg_table_name, tg_op, to_jsonb(new));',
    '  return new;',
    'end;',
    '',
  ].join('\n')
  const log = `${q`create table if not exists `}change_log (\n  id ${q`bigserial primary key`},\n  table_name ${q`text not null`},\n  operation ${q`text not null`},\n  old_row ${q`jsonb`},\n  new_row ${q`jsonb`},\n  changed_at ${q`timestamptz not null default now()`}\n)`
  const define = `${replace(project)}${q`function `}log_change() ${q`returns trigger as `}$$${body}$$ ${q`language `}plpgsql`
  if (!known) project.functions.push('log_change')
  const trigger = name(project, fresh(project, `audit_${table.name}`))
  const fire = `${q`create trigger `}${trigger} ${q`after insert or update or delete on `}${name(project, table.name)} ${q`for each row execute procedure `}log_change()`
  const again = `${q`drop trigger if exists `}${trigger} ${q`on `}${name(project, table.name)}`
  return [...(known ? [] : [log, define]), ...(project.style.guarded ? [again] : []), fire]
}

function view(project: Project, table: Table): Change {
  const q = sql(project)
  const again = project.random.chance(0.3) ? project.views.at(-1) : undefined
  const parent = project.tables.find((one) => table.parents.includes(one.name))
  const fields = table.columns.slice(0, 6).map((one) => `t.${name(project, one.name)}`)
  if (fields.length === 0) return []
  const called = fresh(
    project,
    `${table.name}_${project.random.pick(['overview', 'summary', 'active', 'report'])}`,
  )
  project.views.push(called)
  table.viewed = true
  const first = again === undefined ? [] : [`${q`drop view if exists `}${name(project, again)}`]
  const [time] = columnsOf(table, 'time')
  const only =
    time === undefined
      ? ''
      : `\n${q`where `}t.${name(project, time.name)} ${q`is null or `}t.${name(project, time.name)} > ${q`now()`}`
  const join =
    parent === undefined
      ? ''
      : `\n${q`cross join lateral `}(${q`select count(*) as total from `}${name(project, parent.name)}) x`
  return [
    ...first,
    `${replace(project)}${q`view `}${name(project, called)} ${q`as`}\n${q`select`}\n  t.${name(project, 'id')},\n  ${fields.join(',\n  ')}\n${q`from `}${name(project, table.name)} t${join}${only}`,
  ]
}

function materializedView(project: Project, table: Table): Change {
  const q = sql(project)
  const [column] = columnsOf(table, 'code', 'name', 'date')
  if (column === undefined) return []
  table.viewed = true
  const called = fresh(project, `${table.name}_per_${column.name}`)
  const field = name(project, column.name)
  return [
    `${q`create materialized view `}${name(project, called)} ${q`as`}\n${q`select `}${field}, ${q`count(*) as total`}\n${q`from `}${name(project, table.name)}\n${q`group by `}${field}\n${q`with no data`}`,
    `${q`create unique index `}${name(project, fresh(project, `${called}_key`))} ${q`on `}${name(project, called)} (${field})`,
  ]
}

function grants(project: Project, table: Table): Change {
  const q = sql(project)
  const role = project.random.pick(['app_readonly', 'app_writer', 'reporting', 'metabase'])
  const t = name(project, table.name)
  return project.random.pick([
    [`${q`grant select on `}${t} ${q`to `}${role}`],
    [`${q`grant select, insert, update on `}${t} ${q`to `}${role}`],
    [`${q`revoke all on `}${t} ${q`from public`}`, `${q`grant select on `}${t} ${q`to `}${role}`],
    [
      `${q`grant usage on schema public to `}${role}`,
      `${q`grant select on all tables in schema public to `}${role}`,
    ],
    [`${q`alter default privileges in schema public grant select on tables to `}${role}`],
  ])
}

function rowSecurity(project: Project, table: Table): Change {
  const q = sql(project)
  const t = name(project, table.name)
  const [column] = columnsOf(table, 'flag', 'uuid')
  const test =
    column?.holds === 'flag'
      ? name(project, column.name)
      : `${q`current_setting`}('app.tenant', true) ${q`is not null`}`
  const policy = name(project, fresh(project, `${table.name}_tenant`))
  return [
    `${q`alter table `}${t} ${q`enable row level security`}`,
    `${q`create policy `}${policy} ${q`on `}${t}\n  ${q`for select`}\n  ${q`using `}(${test})`,
  ]
}

/** What may be there already is made in a block that looks, or that forgives. */
function guardedBlock(project: Project, table: Table): Change {
  const { random } = project
  const q = sql(project)
  if (random.chance(0.5)) {
    const called = fresh(project, `${plural(random.pick(['level', 'kind', 'mode']))}_enum`)
    const values = random.pick(states).map(literal).join(', ')
    return [
      `${q`do `}$$ ${q`begin`}\n  ${q`create type `}${called} ${q`as enum `}(${values});\n${q`exception`}\n  ${q`when duplicate_object then null`};\n${q`end`} $$`,
    ]
  }
  const [column] = columnsOf(table, 'count', 'money')
  if (column === undefined) return []
  const constraint = fresh(project, `${table.name}_${column.name}_positive`)
  const t = name(project, table.name)
  return [
    `${q`do `}$$\n${q`begin`}\n  ${q`if not exists (select 1 from pg_constraint where conname = `}'${constraint}') ${q`then`}\n    ${q`alter table `}${t} ${q`add constraint `}${constraint} ${q`check `}(${name(project, column.name)} >= 0);\n  ${q`end if`};\n${q`end`} $$`,
  ]
}

function loopBlock(project: Project, table: Table): Change {
  const q = sql(project)
  const [column] = columnsOf(table, 'name', 'code', 'text')
  if (column === undefined) return []
  const [t, c] = [name(project, table.name), name(project, column.name)]
  return [
    `${q`do `}$$\n${q`declare`}\n  r ${q`record`};\n${q`begin`}\n  ${q`for`} r ${q`in select id, `}${c} ${q`from `}${t} ${q`where `}${c} ${q`is not null loop`}\n    ${q`update `}${t} ${q`set `}${c} = ${q`trim`}(r.${c}) ${q`where id = `}r.id;\n  ${q`end loop`};\n${q`end`}\n$$`,
  ]
}

function extension(project: Project): Change {
  const q = sql(project)
  const called = project.random.pick([
    'pgcrypto',
    'pg_trgm',
    'citext',
    '"uuid-ossp"',
    'btree_gin',
    'unaccent',
  ])
  return [`${q`create extension if not exists `}${called}`]
}

function schema(project: Project): Change {
  const q = sql(project)
  const called = fresh(
    project,
    project.random.pick(['reporting', 'internal', 'archive', 'billing', 'analytics']),
  )
  return [`${q`create schema if not exists `}${called}`]
}

function dropFunction(project: Project): Change {
  const q = sql(project)
  const called = project.functions.find((one) => one.startsWith('count_'))
  if (called === undefined) return []
  project.functions.splice(project.functions.indexOf(called), 1)
  return [`${q`drop function if exists `}${called}()`]
}

/** Rights and settings that some projects write at the top of a file. */
export function preamble(project: Project): Change {
  const q = sql(project)
  if (project.style.tool === 'prisma' || project.style.tool === 'drizzle' || !project.style.careful) return []
  return [`${q`set lock_timeout = `}'${project.random.pick(['2s', '5s', '500ms'])}'`]
}
