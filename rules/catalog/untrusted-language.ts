import type { Rule } from '../rule.ts'

export const untrustedLanguage: Rule = {
  id: 'untrusted-language',
  engines: ['postgres'],
  severity: 'block',
  title: 'Native code and unread languages',
  why: 'Native code and the untrusted languages do whatever the process of the server can do: read its files, start programs, open connections. Rights do not hold them. A body in a language that this review does not read may do whatever its author liked.',
  instead: 'Write it in SQL or PL/pgSQL, or let those who run the server install it.',
  bad: "CREATE FUNCTION absolute(integer) RETURNS integer LANGUAGE internal STRICT AS 'int4abs';",
  good: `CREATE EXTENSION IF NOT EXISTS pgcrypto;`,

  check(statement) {
    if (statement.kind !== 'danger' || statement.of !== 'native-code') return
    return { message: `${statement.what} ${statement.effect}.`, instead: statement.instead }
  },
}
