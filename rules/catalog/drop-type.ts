import type { Rule } from '../rule.ts'
import { showAll } from '../statement.ts'

const reported = new Set(['TYPE', 'DOMAIN', 'EXTENSION', 'FUNCTION', 'PROCEDURE', 'ROUTINE', 'AGGREGATE'])

export const dropType: Rule = {
  id: 'drop-type',
  engines: ['postgres'],
  severity: 'warn',
  title: 'DROP of a type, a domain, a function or an extension',
  why: 'Code and definitions that name it fail.',
  instead: 'Stop using it first. Change a function in place with CREATE OR REPLACE.',
  bad: 'DROP TYPE order_state;',
  good: "COMMENT ON TYPE order_state IS 'unused';",

  check(statement) {
    if (statement.kind !== 'drop-other' || !reported.has(statement.what)) return
    const { what, names } = statement
    return `Code that names the ${what.toLowerCase()} ${showAll(names)} fails once it is dropped.`
  },
}
