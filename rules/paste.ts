import { type Name, show } from './statement.ts'

// SQL for the author to paste, made of names alone: a literal of theirs is in no finding.

export function list(columns: readonly string[]): string {
  return columns.length === 0 ? '(...)' : `(${columns.map(show).join(', ')})`
}

export function alterTable(table: Name, command: string): string {
  return `ALTER TABLE ${show(table)} ${command};`
}

/** The name that PostgreSQL would give a constraint or an index, within its 63 bytes. */
export function nameFor(table: Name, columns: readonly string[], ending: string): string {
  return `${[table.name, ...columns].join('_').slice(0, 62 - ending.length)}_${ending}`
}
