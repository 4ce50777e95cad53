import type { Column } from '../definition.ts'
import { newColumns } from '../new-columns.ts'
import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

export const jsonColumn: Rule = {
  id: 'json-column',
  engines: ['postgres'],
  severity: 'note',
  title: 'A column of type json',
  why: 'json has no equality: SELECT DISTINCT, GROUP BY and UNION over the column fail, and no index can be built on it.',
  instead: 'Use jsonb.',
  bad: 'CREATE TABLE events (body json);',
  good: 'CREATE TABLE events (body jsonb);',

  check(statement) {
    const names = newColumns(statement).filter(isJson)
    return names.length === 0
      ? undefined
      : `SELECT DISTINCT, GROUP BY and UNION over ${names.map(({ name }) => show(name)).join(', ')} fail: json has no equality.`
  },
}

function isJson({ type }: Column): boolean {
  return type?.name === 'json'
}
