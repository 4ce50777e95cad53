import { type Engine, isSince, type Version } from '../engine.ts'
import type { Online, Work } from './work.ts'

/** The least and the most that a work costs; they differ where the text does not say what the table was before. */
export type Cost = { readonly best: Online; readonly worst: Online }

export type Server = { readonly engine: Engine; readonly version: Version | undefined }

/**
 * What a work costs on a server, for a table of InnoDB that is neither partitioned nor versioned and has no FULLTEXT
 * index and no generated columns: of such a table the text says too little. Of a server whose version nobody said, it
 * is the most that any version takes.
 *
 * https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html
 * https://mariadb.com/docs/server/server-usage/storage-engines/innodb/innodb-online-ddl
 */
export function costOf(work: Work, server: Server): Cost {
  return server.engine === 'mariadb' ? onMariadb(work, server.version) : onMysql(work, server.version)
}

const instant = always('instant', 'none')
const nocopy = always('nocopy', 'none')
const inplace = always('inplace', 'none')
const locked = always('inplace', 'shared')
const copy = always('copy', 'shared')
const any: Cost = { best: instant.best, worst: copy.worst }

function always(algorithm: Online['algorithm'], lock: Online['lock']): Cost {
  return { best: { algorithm, lock }, worst: { algorithm, lock } }
}

function between(one: Cost, other: Cost): Cost {
  return { best: one.best, worst: other.worst }
}

const everywhere: Record<Work, Cost> = {
  'add-column': instant,
  'add-column-inside': instant,
  'add-column-by-expression': copy,
  'add-column-by-sequence': copy,
  'add-column-auto-increment': locked,
  'add-column-checked': copy,
  'add-column-referencing': copy,
  'add-column-stored': copy,
  'add-column-virtual': instant,
  'add-column-virtual-among-others': any,
  'modify-column': any,
  'modify-column-auto-increment': any,
  'drop-column': between(instant, nocopy),
  'rename-column': instant,
  'change-default': instant,
  'add-index': nocopy,
  'add-fulltext-index': between(always('nocopy', 'shared'), locked),
  'add-spatial-index': always('nocopy', 'shared'),
  'add-vector-index': copy,
  'drop-index': nocopy,
  'rename-index': between(instant, nocopy),
  'hide-index': between(instant, nocopy),
  'add-primary-key': between(inplace, copy),
  'drop-primary-key': between(inplace, copy),
  'replace-primary-key': between(inplace, copy),
  'add-foreign-key': copy,
  'drop-foreign-key': between(instant, nocopy),
  'add-check': copy,
  'enforce-check': copy,
  'drop-constraint': between(instant, nocopy),
  'convert-charset': any,
  'default-charset': between(instant, inplace),
  'engine-innodb': between(inplace, copy),
  'engine-other': copy,
  'row-format': inplace,
  encryption: copy,
  'move-tablespace': between(inplace, copy),
  rebuild: inplace,
  'order-rows': copy,
  'ignore-duplicates': copy,
  'add-versioning': copy,
  'drop-versioning': between(locked, copy),
  'table-option': between(instant, nocopy),
  'unknown-option': any,
  'partition-table': copy,
  'move-rows-of-partitions': copy,
  'rebuild-partitions': copy,
  'optimize-partitions': inplace,
  'add-partition': instant,
  'exchange-partition': always('nocopy', 'exclusive'),
  asked: between(instant, copy),
}

const mariadb: Partial<Record<Work, Cost>> = {
  // DEFAULT (UUID()) copies, DEFAULT (JSON_ARRAY()) does not.
  'add-column-by-expression': any,
  'add-column-checked': instant,
  'rename-index': instant,
  'hide-index': instant,
  'drop-foreign-key': instant,
  'default-charset': instant,
  'table-option': instant,
}

// What copiesOnline is true of; the server copies others under a lock all the same.
const onlineCopies = new Set<Work>([
  ...(['add-column-by-expression', 'add-column-stored', 'add-column-virtual-among-others'] as const),
  ...(['modify-column', 'drop-primary-key', 'add-primary-key', 'replace-primary-key'] as const),
  ...(['add-check', 'convert-charset', 'engine-innodb', 'add-versioning'] as const),
])

/** MariaDB, from 11.2 on: a copy lets writers go on, unless a lock is asked for. */
export function copiesOnline({ engine, version }: Server): boolean {
  return engine === 'mariadb' && isSince(version, 11, 2)
}

function onMariadb(work: Work, version: Version | undefined): Cost {
  const cost = mariadb[work] ?? everywhere[work]
  if (
    cost.worst.algorithm !== 'copy' ||
    !onlineCopies.has(work) ||
    !copiesOnline({ engine: 'mariadb', version })
  )
    return cost
  const worst: Online = { algorithm: 'copy', lock: 'none' }
  return { best: cost.best === cost.worst ? worst : cost.best, worst }
}

function onMysql(work: Work, version: Version | undefined): Cost {
  const latest = isSince(version, 8, 0, 29)
  switch (work) {
    case 'add-column-inside':
    case 'drop-column':
      // One that is part of an index takes a rebuild.
      return latest ? between(instant, work === 'drop-column' ? inplace : instant) : between(instant, inplace)
    case 'rename-column':
      return isSince(version, 8, 0, 28) ? instant : between(instant, nocopy)
    case 'add-column-referencing':
      // An inline REFERENCES meant nothing before 9.0.
      if (version === undefined) return between(instant, copy)
      return isSince(version, 9) ? copy : instant
    default:
      return everywhere[work]
  }
}
