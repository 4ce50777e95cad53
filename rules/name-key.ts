import type { Name } from './statement.ts'

/** A key for a table, or for a column or a constraint of it. No name holds a NUL, so no two have the same one. */
export function nameKey({ schema, name }: Name, member = ''): string {
  return `${schema ?? '\0'}\0${name}\0${member}`
}
