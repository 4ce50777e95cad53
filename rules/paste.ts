import type { Engine } from './engine.ts'
import { reservedOnMysql } from './reserved.ts'
import { type Name, show } from './statement.ts'

// SQL for the author to paste, made of names alone: a literal of theirs is in no finding.

export function list(columns: readonly string[]): string {
  return columns.length === 0 ? '(...)' : `(${columns.map(show).join(', ')})`
}

export function alterTable(table: Name, command: string): string {
  return `ALTER TABLE ${show(table)} ${command};`
}

/** A name in SQL to paste for an engine: to MySQL and MariaDB capitals are plain, and "a" is a text. */
export function pasted(name: Name | string, engine: Engine): string {
  if (engine === 'postgres') return show(name)
  if (typeof name !== 'string')
    return name.schema === undefined
      ? pasted(name.name, engine)
      : `${pasted(name.schema, engine)}.${pasted(name.name, engine)}`
  if (/^[A-Za-z_][A-Za-z0-9_$]*$/.test(name) && !reservedOnMysql.has(name.toLowerCase())) return name
  return `\`${name
    .slice(0, 64)
    .replaceAll(/[\p{C}\p{Z}]/gu, ' ')
    .replaceAll('`', '``')}\``
}

/** The name that PostgreSQL would give a constraint or an index, within its 63 bytes. */
export function nameFor(table: Name, columns: readonly string[], ending: string): string {
  return `${[table.name, ...columns].join('_').slice(0, 62 - ending.length)}_${ending}`
}
