import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

export const tableRewrite: Rule = {
  id: 'table-rewrite',
  engines: ['postgres'],
  severity: 'warn',
  title: 'VACUUM FULL, CLUSTER, SET LOGGED, SET TABLESPACE and others that write a table anew',
  why: 'The whole table and its indexes are written anew under ACCESS EXCLUSIVE: readers and writers wait, which grows with the table, and it needs as much space again.',
  instead: 'Use pg_repack or pg_squeeze, which let others work meanwhile, or plain VACUUM.',
  bad: 'CLUSTER orders USING orders_created_at;',
  good: 'VACUUM orders;',

  check(statement, file) {
    if (statement.kind !== 'rewrite') return
    const { what, table, depends } = statement
    if (table === undefined) return `${what} writes every table anew while its readers and writers wait.`
    if (file.createdHere(table, 'table')) return
    const unless = depends ? ', unless it is so already' : ''
    return `${what} writes ${show(table)} and its indexes anew while readers and writers wait, the longer the larger it is${unless}.`
  },
}
