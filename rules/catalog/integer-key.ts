import { newColumns } from '../new-columns.ts'
import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

const small = new Set(['int4', 'int2', 'serial', 'serial4', 'serial2', 'smallserial'])

export const integerKey: Rule = {
  id: 'integer-key',
  engines: ['postgres'],
  severity: 'note',
  title: 'A primary key of type integer or serial',
  why: 'It ends at 2,147,483,647, also where rows were deleted or inserts failed; to make it larger later, the table is written anew.',
  instead: 'Use bigint GENERATED ALWAYS AS IDENTITY.',
  bad: 'CREATE TABLE events (id serial PRIMARY KEY);',
  good: 'CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);',

  check(statement) {
    const [only, ...more] = statement.kind === 'create-table' ? (statement.key ?? []) : []
    const keys = newColumns(statement).filter(({ name, type, inline }) => {
      const isKey = inline.includes('primary-key') || (more.length === 0 && name === only)
      return isKey && small.has(type?.name ?? '') && type?.array !== true
    })
    const [key] = keys
    return key && `The key ${show(key.name)} ends at ${limitOf(key.type?.name)}.`
  },
}

function limitOf(type: string | undefined): string {
  return type === 'int2' || type === 'smallserial' || type === 'serial2' ? '32,767' : '2,147,483,647'
}
