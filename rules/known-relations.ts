import type { Relation } from './file-context.ts'
import type { Name, Statement } from './statement.ts'

/** The relations that the statements so far surely created, under the names that surely still mean them. */
export function knownRelations(): {
  has(name: Name, what: Relation): boolean
  saw(statement: Statement): void
} {
  const known = new Map<string, Relation>()
  let pathChanged = false
  return {
    has: (name, what) => known.get(key(name)) === what,
    saw(statement) {
      const made = madeBy(statement)
      // With a search path of the file's own pg_temp need not come first, and the bare name may be another table.
      const hidden = made?.temporary === true && pathChanged
      if (made !== undefined && !statement.conditional && !hidden) known.set(key(made.name), made.what)
      pathChanged ||= statement.kind === 'names-change'
      forget(statement, known)
    },
  }
}

// A NUL cannot be in a name, so no name can be made to look like the key of another one. pg_temp is what a bare
// name finds first.
function key({ schema, name }: Name): string {
  return schema === undefined || schema === 'pg_temp' ? name : `${schema}\0${name}`
}

type Made = { readonly name: Name; readonly what: Relation; readonly temporary: boolean }

function madeBy(statement: Statement): Made | undefined {
  switch (statement.kind) {
    case 'create-table':
      return made(statement.table, 'table', statement)
    case 'create-view':
      return made(statement.view, 'view', statement)
    case 'create-sequence':
      return made(statement.sequence, 'sequence', statement)
    case 'create-index':
      return statement.name && made(statement.name, 'index', { maybe: statement.maybe, temporary: false })
    default:
      return undefined
  }
}

function made(
  name: Name,
  what: Relation,
  how: { readonly maybe: boolean; readonly temporary: boolean },
): Made | undefined {
  return how.maybe
    ? undefined
    : { name: how.temporary ? { name: name.name } : name, what, temporary: how.temporary }
}

function forget(statement: Statement, known: Map<string, Relation>): void {
  switch (statement.kind) {
    case 'drop-table':
    case 'drop-view':
    case 'drop-sequence':
    case 'drop-index':
      // A second DROP of the same name would meet the older relation that the first one uncovered.
      for (const name of statement.names) known.delete(key(name))
      break
    case 'drop-database':
      known.clear()
      break
    case 'rename': {
      const what = known.get(key(statement.from))
      known.delete(key(statement.from))
      known.delete(key(statement.to))
      if (what !== undefined && !statement.conditional) known.set(key(statement.to), what)
      break
    }
    case 'alter-table':
      if (statement.links) known.delete(key(statement.links))
      break
    case 'add-constraint':
      // What happens to the new table happens to the rows of the old one that point to it.
      if (statement.references?.follows === true && !known.has(key(statement.table)))
        known.delete(key(statement.references.table))
      break
    case 'table-work':
      if (statement.follows === true && statement.references && !known.has(key(statement.table)))
        known.delete(key(statement.references))
      break
    case 'partition':
      // Rows of an older table may be reached through it from here on.
      if (statement.what === 'attach') known.delete(key(statement.table))
      break
    case 'names-change':
      for (const one of known.keys()) if (statement.names === 'all' || !one.includes('\0')) known.delete(one)
      break
    default:
  }
}
