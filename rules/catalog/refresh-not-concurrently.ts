import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

// https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html
export const refreshNotConcurrently: Rule = {
  id: 'refresh-not-concurrently',
  engines: ['postgres'],
  severity: 'warn',
  title: 'REFRESH MATERIALIZED VIEW without CONCURRENTLY',
  why: 'Readers of the view wait until its query has run, and the locks of the file are held as long.',
  instead: 'Use CONCURRENTLY, which needs a unique index on the view.',
  bad: 'REFRESH MATERIALIZED VIEW daily_totals;',
  good: 'REFRESH MATERIALIZED VIEW CONCURRENTLY daily_totals;',

  check(statement, file) {
    if (statement.kind !== 'refresh-view' || statement.concurrently) return
    if (file.createdHere(statement.view, 'view')) return
    const view = show(statement.view)
    return {
      message: `Readers of ${view} wait until its query has run, the longer the more it reads.`,
      instead: `With a unique index on the view:\nREFRESH MATERIALIZED VIEW CONCURRENTLY ${view};`,
    }
  },
}
