import { isSince } from '../engine.ts'
import { alterTable, nameFor } from '../paste.ts'
import type { Report, Rule } from '../rule.ts'
import { type Name, show } from '../statement.ts'

// https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-ATTACH-PARTITION
export const partitionLock: Rule = {
  id: 'partition-lock',
  engines: ['postgres'],
  severity: 'warn',
  title: 'Partitions that are made, attached or detached under a lock',
  why: 'CREATE TABLE ... PARTITION OF and DETACH PARTITION stop readers and writers of the whole partitioned table. ATTACH PARTITION does not, but reads every row of the partition, and of a default partition, while they are locked, unless a CHECK shows that they fit.',
  instead:
    'Create the table apart, with a CHECK of its bounds, and ATTACH it; DETACH with CONCURRENTLY (PostgreSQL 14).',
  bad: "CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
  good: `CREATE TABLE events_2026 (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');`,

  check(statement, file) {
    if (statement.kind !== 'partition' || file.createdHere(statement.table, 'table')) return
    const { what, table, partition, byDefault, concurrently } = statement
    if (what === 'create') return created(table, partition, byDefault)
    if (what === 'attach')
      return file.createdHere(partition, 'table') ? undefined : attached(table, partition)
    if (concurrently || (file.version !== undefined && !isSince(file.version, 14))) return
    return {
      message: `Readers and writers of the whole of ${show(table)} wait for ${show(partition)} to be detached, and it for them.`,
      instead: `Alone in its own file:\n${alterTable(table, `DETACH PARTITION ${show(partition)} CONCURRENTLY`)}`,
    }
  },
}

function created(table: Name, partition: Name, byDefault: boolean): Report {
  const bounds = byDefault ? 'DEFAULT' : 'FOR VALUES ...'
  return {
    message: `Readers and writers of the whole of ${show(table)} wait for this partition to be made, and it for them; a default partition of it is read to the end.`,
    instead: `Make the table apart, and attach it:\nCREATE TABLE ${show(partition)} (LIKE ${show(table)} INCLUDING DEFAULTS INCLUDING CONSTRAINTS);\n${alterTable(table, `ATTACH PARTITION ${show(partition)} ${bounds}`)}`,
  }
}

function attached(table: Name, partition: Name): Report {
  const bounds = show(nameFor(partition, [], 'bounds'))
  return {
    message: `Every row of ${show(partition)}, and of a default partition of ${show(table)}, is read while it is locked, unless a CHECK of theirs shows that the rows fit; the longer the larger they are.`,
    instead: `Show by a CHECK of the same bounds that the rows fit:\n-- in a migration before\n${alterTable(partition, `ADD CONSTRAINT ${bounds} CHECK (...) NOT VALID`)}\n-- in the next one\n${alterTable(partition, `VALIDATE CONSTRAINT ${bounds}`)}`,
  }
}
