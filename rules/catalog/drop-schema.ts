import type { Rule } from '../rule.ts'
import { showAll } from '../statement.ts'

export const dropSchema: Rule = {
  id: 'drop-schema',
  engines: ['postgres'],
  severity: 'block',
  title: 'DROP SCHEMA',
  why: 'With CASCADE every table in it is gone with its rows, and none of them is named.',
  instead:
    'Drop what is in it by name, each where nobody uses it any more, then the empty schema without CASCADE.',
  bad: 'DROP SCHEMA reports CASCADE;',
  good: "COMMENT ON SCHEMA reports IS 'unused since June';",

  check(statement) {
    if (statement.kind !== 'drop-other' || statement.what !== 'SCHEMA') return
    const names = showAll(statement.names)
    return statement.cascade
      ? `Every table in ${names} is gone with its rows, and queries that name one fail.`
      : `Queries that name ${names} fail once it is dropped.`
  },
}
