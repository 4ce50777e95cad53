import { toldOf } from '../mysql/told.ts'
import type { Work } from '../mysql/work.ts'
import type { Rule } from '../rule.ts'

// https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html
export const alterCopiesTable: Rule = {
  id: 'alter-copies-table',
  engines: ['mysql', 'mariadb'],
  severity: 'warn',
  title: 'ALTER TABLE that keeps writers waiting while the table is copied',
  why: 'Some changes of a table copy it row by row, or go through it under a lock: every writer waits until that has ended, which grows with the table, and a replica falls behind by as much again. What is instant, or done while writers go on, is not reported.',
  instead:
    'End the statement with ALGORITHM=INPLACE, LOCK=NONE, so that the server refuses what would keep writers waiting. For what it refuses, use a tool that changes the schema online.',
  bad: 'ALTER TABLE orders ADD COLUMN day date AS (date(created_at)) STORED;',
  good: 'ALTER TABLE orders ADD COLUMN day date AS (date(created_at)) VIRTUAL;',

  check: (statement, file) => toldOf(statement, file, works),
}

const works: ReadonlySet<Work> = new Set([
  ...(['add-column-by-expression', 'add-column-by-sequence', 'add-column-auto-increment'] as const),
  ...(['add-column-checked', 'add-column-stored', 'add-column-virtual-among-others'] as const),
  ...(['add-check', 'enforce-check', 'encryption', 'move-tablespace', 'order-rows'] as const),
  ...(['ignore-duplicates', 'add-versioning', 'drop-versioning', 'unknown-option', 'asked'] as const),
  ...(['partition-table', 'move-rows-of-partitions', 'rebuild-partitions', 'exchange-partition'] as const),
])
