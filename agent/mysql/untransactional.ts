import type { Query } from './session.ts'
import { tokens } from './tokens.ts'

/**
 * The names, in lower case, of tables whose changes no ROLLBACK undoes, and of views and triggered tables through which
 * they are reached. A table that keeps its history has a type of its own in the catalogue. What a stored function writes is not seen from here; a rollback that could not undo it says so.
 */
export async function untransactional(query: Query): Promise<ReadonlySet<string>> {
  const found = await query(
    `select t.table_name as name from information_schema.tables t
     where t.table_type not in ('VIEW', 'SYSTEM VIEW', 'SEQUENCE') and t.engine is not null and t.engine <> 'InnoDB'
       and t.table_schema not in ('mysql', 'sys', 'information_schema', 'performance_schema', 'dbward')`,
  )
  const names = new Set(found.map((row) => String(row.name).toLowerCase()))
  if (names.size === 0) return names
  const ways = await query(
    `select v.table_name as name, v.view_definition as body from information_schema.views v
     where v.table_schema not in ('mysql', 'sys', 'information_schema', 'performance_schema', 'dbward')
     union all
     select t.event_object_table, t.action_statement from information_schema.triggers t`,
  )
  // A view may stand on a view: each round finds one level more.
  for (let size = 0; size !== names.size; ) {
    size = names.size
    for (const way of ways) {
      if (named(String(way.body), names) !== null) names.add(String(way.name).toLowerCase())
    }
  }
  return names
}

/** The first of the names that is in the statement. */
export function named(sql: string, names: ReadonlySet<string>): string | null {
  if (names.size === 0) return null
  const found = tokens(sql).find(
    (one) => (one.kind === 'word' || one.kind === 'name') && names.has(one.raw.toLowerCase()),
  )
  return found?.raw ?? null
}
