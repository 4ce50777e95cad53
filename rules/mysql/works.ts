import { addColumnWorks, isEnforced, modifyColumnWorks } from './column-works.ts'
import { engineAt } from './columns.ts'
import {
  byCommas,
  closing,
  find,
  identifier,
  type Piece,
  skip,
  skipIf,
  symbol,
  word,
  words,
} from './piece.ts'
import type { Work } from './work.ts'

/** What one command of an ALTER TABLE, from `from` up to `to`, has the server do with the table. */
export function worksOf(piece: Piece, from: number, to: number): readonly Work[] {
  const command = ofCommand(piece, from, to)
  return isPartitionedToo(piece, from, to) ? [...command, 'partition-table'] : command
}

// ADD c INT PARTITION BY ..., ADD c INT REMOVE PARTITIONING: without a comma
function isPartitionedToo(piece: Piece, from: number, to: number): boolean {
  for (let i = from + 1; i < to; i++) {
    if (symbol(piece, i) === '(') i = closing(piece, i) - 1
    else if (words(piece, i, 'partition', 'by') || words(piece, i, 'remove', 'partitioning')) return true
  }
  return false
}

function ofCommand(piece: Piece, from: number, to: number): readonly Work[] {
  const next = word(piece, from + 1)
  switch (word(piece, from)) {
    case 'add':
      return added(piece, from + 1, to)
    case 'drop':
      return dropped(piece, from + 1)
    case 'modify':
      return modifyColumnWorks(piece, from, to)
    case 'change':
      return ['rename-column', ...modifyColumnWorks(piece, from, to)]
    case 'alter':
      return altered(piece, from + 1)
    case 'rename':
      if (next === 'column') return ['rename-column']
      return next === 'index' || next === 'key' ? ['rename-index'] : []
    case 'convert':
      return [next === 'to' ? 'convert-charset' : 'exchange-partition']
    case 'partition':
    case 'remove':
      return ['partition-table']
    case 'coalesce':
    case 'reorganize':
      return ['move-rows-of-partitions']
    case 'rebuild':
      return ['rebuild-partitions']
    case 'optimize':
      return ['optimize-partitions']
    case 'exchange':
      return isUnchecked(piece, from, to) ? [] : ['exchange-partition']
    case 'order':
      return ['order-rows']
    default:
      return options(piece, from, to)
  }
}

function added(piece: Piece, at: number, to: number): readonly Work[] {
  if (words(piece, at, 'system', 'versioning') || words(piece, at, 'period', 'for')) return ['add-versioning']
  if (word(piece, at) === 'partition') return [addedPartition(piece, at + 1, to)]
  const key = keyAt(piece, at)
  if (key !== undefined) return keyWorks(piece, key)
  const from = skipIf(piece, skip(piece, at, 'column'))
  const parts = partsOf(piece, from, to)
  if (parts === undefined) return addColumnWorks(piece, from, to)
  return parts.flatMap(([start, stop]) => {
    const inner = keyAt(piece, start)
    if (inner === undefined) return addColumnWorks(piece, start, stop)
    // MariaDB takes a CHECK among columns for one of a new column, and looks at no row.
    return keyWorks(piece, inner).map((work) => (work === 'add-check' ? 'add-column-checked' : work))
  })
}

/** ADD (a INT, b INT, KEY (a)): what stands in the parentheses; undefined where there are none. */
export function partsOf(piece: Piece, from: number, to: number): ReturnType<typeof byCommas> | undefined {
  if (symbol(piece, from) !== '(') return
  return byCommas(piece, from + 1, Math.min(closing(piece, from) - 1, to))
}

const keyWords = new Set([
  ...['index', 'key', 'unique', 'fulltext', 'spatial', 'vector', 'primary', 'foreign', 'check'],
])

/** The place of the word that says which key or constraint it is, behind CONSTRAINT [IF NOT EXISTS] [name]. */
export function keyAt(piece: Piece, at: number): number | undefined {
  if (word(piece, at) !== 'constraint') return keyWords.has(word(piece, at)) ? at : undefined
  const named = skipIf(piece, at + 1)
  return keyWords.has(word(piece, named)) ? named : named + 1
}

function keyWorks(piece: Piece, at: number): readonly Work[] {
  switch (word(piece, at)) {
    case 'primary':
      return ['add-primary-key']
    case 'foreign':
      return ['add-foreign-key']
    case 'check':
      return isEnforced(piece, at) ? ['add-check'] : []
    default:
      return [indexWork(word(piece, at))]
  }
}

export function indexWork(kind: string): Work {
  if (kind === 'fulltext' || kind === 'spatial' || kind === 'vector') return `add-${kind}-index`
  return 'add-index'
}

// Of a table by RANGE or LIST each new partition says its VALUES; by HASH or KEY the rows are dealt out anew.
function addedPartition(piece: Piece, at: number, to: number): Work {
  for (let i = at; i < to; i++) if (word(piece, i) === 'values') return 'add-partition'
  return 'move-rows-of-partitions'
}

function dropped(piece: Piece, at: number): readonly Work[] {
  switch (word(piece, at)) {
    case 'partition':
    case 'period':
      return []
    case 'system':
      return words(piece, at, 'system', 'versioning') ? ['drop-versioning'] : ['drop-column']
    case 'primary':
      return ['drop-primary-key']
    case 'foreign':
      return ['drop-foreign-key']
    case 'check':
      return ['drop-constraint']
    case 'constraint':
      return [isPrimary(piece, skipIf(piece, at + 1)) ? 'drop-primary-key' : 'drop-constraint']
    case 'index':
    case 'key':
      return [isPrimary(piece, skipIf(piece, at + 1)) ? 'drop-primary-key' : 'drop-index']
    default:
      return ['drop-column']
  }
}

function isPrimary(piece: Piece, at: number): boolean {
  return identifier(piece, at)?.toLowerCase() === 'primary'
}

function altered(piece: Piece, at: number): readonly Work[] {
  const kind = word(piece, at)
  if (kind === 'index' || kind === 'key') return ['hide-index']
  if (kind !== 'check' && kind !== 'constraint') return ['change-default']
  const enforced = find(piece, at, piece.tokens.length, 'enforced')
  return word(piece, enforced - 1) === 'not' ? [] : ['enforce-check']
}

function isUnchecked(piece: Piece, from: number, to: number): boolean {
  const without = find(piece, from, to, 'without')
  return words(piece, without, 'without', 'validation')
}

const optionWorks: Readonly<Record<string, Work>> = {
  force: 'rebuild',
  row_format: 'row-format',
  key_block_size: 'row-format',
  page_compressed: 'row-format',
  encrypted: 'row-format',
  encryption_key_id: 'row-format',
  encryption: 'encryption',
  tablespace: 'move-tablespace',
  charset: 'default-charset',
  collate: 'default-charset',
}

const known = new Set([
  ...['algorithm', 'lock', 'with', 'without', 'disable', 'enable', 'import', 'discard', 'truncate', 'union'],
  ...['auto_increment', 'comment', 'checksum', 'table_checksum', 'page_checksum', 'transactional'],
  ...[
    'stats_persistent',
    'stats_auto_recalc',
    'stats_sample_pages',
    'max_rows',
    'min_rows',
    'avg_row_length',
  ],
  ...['pack_keys', 'delay_key_write', 'insert_method', 'compression', 'page_compression_level', 'connection'],
  ...['autoextend_size', 'engine_attribute', 'secondary_engine', 'secondary_engine_attribute', 'password'],
  ...['data', 'index', 'analyze', 'check', 'repair', 'default', 'character', 'engine'],
  ...Object.keys(optionWorks),
])

/** Table options may follow each other without commas. */
function options(piece: Piece, from: number, to: number): readonly Work[] {
  const works = new Set<Work>()
  for (let i = from; i < to; i++) {
    const name = word(piece, i)
    if (symbol(piece, i) === '(') i = closing(piece, i) - 1
    else if (name === 'engine') works.add(engineAt(piece, i) === 'innodb' ? 'engine-innodb' : 'engine-other')
    else if (words(piece, i, 'character', 'set')) works.add('default-charset')
    else if (symbol(piece, i - 1) !== '=') works.add(optionWorks[name] ?? 'table-option')
  }
  if (!known.has(word(piece, from)) && from < to) works.add('unknown-option')
  return [...works]
}
