import { bytesWords, countWords } from './amounts.ts'
import type { Factor, RiskLevel, RiskLimits } from './risk.ts'
import { type Followers, mostReached, type SizedTable, type SizeIndex } from './sizes.ts'
import { show, showAll } from './statement.ts'
import type { How, Touch } from './touches.ts'

/** So many tables are looked at that one name may mean. */
export const mostMeanings = 20

/** A snapshot as it is asked: `stale` where it is too old to show that something is small. */
export type Known = { readonly index: SizeIndex; readonly stale: boolean; readonly truncated: boolean }

/** What makes one touch dangerous; nothing where it is none. */
export function factorsOf(touch: Touch, known: Known | null, limits: RiskLimits): readonly Factor[] {
  const { how, name } = touch
  if (name === null) return [factor('unknown', 'what some statement does or costs is not known')]
  const said = show(name)
  const found = known === null ? [] : known.index.find(touch)
  const meant = found.slice(0, mostMeanings)
  const lost = meant.length === 0 ? losing(how, said) : meant.flatMap((one) => losing(how, said, one))
  if (how === 'insert' || how === 'drop-database') return lost
  if (known === null) return [...lost, factor('unknown', `the size of ${said} is not known`)]
  if (found.length === 0) return [...lost, factor('unknown', `${said} is not in the schema snapshot`)]
  const many = found.length > meant.length
  const sized = meant.flatMap((table) => bySize(touch, table, limits))
  return [
    ...lost,
    ...(many ? [factor('unknown', `${said} may be any of ${found.length} tables`)] : []),
    ...sized,
    ...meant.flatMap((table) => following(how, table, known, limits)),
    ...(known.stale && sized.length === 0
      ? [factor('unknown', `the size of ${said} was seen too long ago`)]
      : []),
  ]
}

/** Rows that are gone, and names that queries rely on, however large the table is. */
function losing(how: How, said: string, table?: SizedTable): readonly Factor[] {
  const name = table === undefined ? said : show(table)
  const rows = table?.rows ?? null
  const about = rows === null ? '' : `about ${rowsWords(rows)}`
  switch (how) {
    case 'drop':
      return [factor('high', `${name} is dropped${about === '' ? '' : `, with ${about}`}`)]
    case 'truncate':
    case 'truncate-cascade':
    case 'delete-all':
      return [factor('high', `all rows of ${name} are deleted${about === '' ? '' : `: ${about}`}`)]
    case 'truncate-part':
      return [factor('high', `a part of ${name} is emptied${about === '' ? '' : `, of ${about}`}`)]
    case 'drop-column':
      return [
        factor(
          'high',
          `a column of ${name} is dropped${about === '' ? '' : `, with its values in ${about}`}`,
        ),
      ]
    case 'drop-database':
      return [factor('high', `the database ${said} is dropped`)]
    case 'rename':
      return [factor('medium', `${name} is renamed, and queries that name it fail`)]
    case 'drop-index':
      return [factor('medium', `the index ${said} is dropped`)]
    default:
      return []
  }
}

const emptying: readonly How[] = ['drop', 'truncate', 'truncate-cascade', 'truncate-part', 'delete-all']

function bySize({ how, brief }: Touch, table: SizedTable, limits: RiskLimits): readonly Factor[] {
  // It is the rows that matter, and they are told already.
  if (emptying.includes(how)) return []
  const said = show(table)
  const size = sizeOf(table, limits)
  if (size === 'small') return []
  if (size === 'unknown') return [factor('unknown', `the size of ${said} is not known`)]
  const level = size === 'large' ? 'medium' : 'high'
  const about = amount(table, size, limits)
  const why = `it is ${size} (${about})`
  // Who queues behind the lock waits no longer for a larger table, and it is used by more.
  if (brief) return [factor('medium', `${said} is locked for a moment: ${why}`)]
  switch (how) {
    case 'index-concurrently':
      return [factor('medium', `building an index on ${said} takes long: ${why}`)]
    case 'scan':
      return [factor('medium', `reading all rows of ${said} takes long: ${why}`)]
    case 'change':
    case 'delete':
      return [factor('medium', atMost(table, how === 'change' ? 'change' : 'are deleted', about))]
    case 'change-all':
      return [factor(level, `all rows of ${said} change: ${about}`)]
    default:
      return [factor(level, `${said} is locked: ${why}`)]
  }
}

/** A condition says which rows, and nobody but the server could say how many. */
function atMost(table: SizedTable, what: string, about: string): string {
  const said = show(table)
  if (table.rows === null) return `how many rows of ${said} ${what} is not known: it has ${about}`
  const rows = `about ${rowsWords(table.rows)}`
  return `at most ${rows} of ${said} ${what}${about === rows ? '' : ` (${about})`}`
}

/** What makes a table as large as it is: its rows, or else its bytes. */
function amount({ rows, bytes }: SizedTable, size: 'large' | 'very large', limits: RiskLimits): string {
  const from = size === 'large' ? limits.largeRows : limits.veryLargeRows
  return rows !== null && rows >= from ? `about ${rowsWords(rows)}` : bytesWords(bytes ?? 0)
}

function rowsWords(rows: number): string {
  return `${countWords(rows)} ${rows === 1 ? 'row' : 'rows'}`
}

/** Without an estimate of rows, only a table of next to no bytes is small for sure. */
function sizeOf(
  { rows, bytes }: SizedTable,
  limits: RiskLimits,
): 'small' | 'large' | 'very large' | 'unknown' {
  if ((rows ?? 0) >= limits.veryLargeRows || (bytes ?? 0) >= limits.veryLargeSize) return 'very large'
  if ((rows ?? 0) >= limits.largeRows || (bytes ?? 0) >= limits.largeSize) return 'large'
  if (rows !== null) return 'small'
  return bytes !== null && bytes < 1024 ** 2 ? 'small' : 'unknown'
}

/** What happens to rows of other tables, over their foreign keys. */
function following(how: How, table: SizedTable, known: Known, limits: RiskLimits): readonly Factor[] {
  if (how !== 'delete' && how !== 'delete-all' && how !== 'truncate-cascade') return []
  const followers = known.index.follow(table, how === 'truncate-cascade' ? 'truncate' : 'delete')
  const cut = `which tables follow ${show(table)} is not known: not all are in the schema snapshot`
  return [
    ...gone(how, table, followers, limits),
    ...changed(how, table, followers.changed, limits),
    ...(known.truncated ? [factor('unknown', cut)] : []),
  ]
}

function gone(
  how: 'delete' | 'delete-all' | 'truncate-cascade',
  table: SizedTable,
  { gone: tables, depth }: Followers,
  limits: RiskLimits,
): readonly Factor[] {
  if (tables.length === 0) return []
  const sizes = tables.map((one) => sizeOf(one, limits))
  const wide = tables.length >= mostReached
  const sum = wide ? null : rowsOf(tables)
  const emptied = how === 'truncate-cascade'
  const heavy =
    emptied ||
    wide ||
    depth >= limits.cascadeDepth ||
    sizes.includes('very large') ||
    (sum ?? 0) >= limits.veryLargeRows
  const level = heavy ? 'high' : sizes.includes('unknown') ? 'unknown' : 'medium'
  const others = `${wide ? `${mostReached} or more` : tables.length} other ${tablesWord(tables)}`
  const message = emptied
    ? `all rows of ${others} go with those of ${show(table)} (TRUNCATE CASCADE, ${depth} deep)`
    : `rows of ${others} go with those of ${show(table)} (foreign keys, ${depth} deep)`
  return [factor(level, `${message}${together(sum, emptied)}: ${showAll(tables)}`)]
}

/** As if a statement changed those rows: it is known which tables, and not which rows. */
function changed(
  how: How,
  table: SizedTable,
  tables: readonly SizedTable[],
  limits: RiskLimits,
): readonly Factor[] {
  const sizes = tables.map((one) => sizeOf(one, limits))
  if (sizes.every((size) => size === 'small')) return []
  const large = sizes.includes('very large') && how === 'delete-all' ? 'high' : 'medium'
  const level = large === 'medium' && sizes.includes('unknown') ? 'unknown' : large
  const others = `${tables.length} other ${tablesWord(tables)}`
  const message = `rows of ${others} change with those of ${show(table)} (ON DELETE SET NULL or DEFAULT)`
  return [factor(level, `${message}${together(rowsOf(tables), false)}: ${showAll(tables)}`)]
}

function rowsOf(tables: readonly SizedTable[]): number | null {
  return tables.reduce<number | null>(
    (sum, { rows }) => (sum === null || rows === null ? null : sum + rows),
    0,
  )
}

function together(rows: number | null, exactly: boolean): string {
  if (rows === null) return ', how many is not known'
  return exactly ? `, about ${countWords(rows)}` : `, at most about ${countWords(rows)}`
}

function tablesWord(tables: readonly unknown[]): string {
  return tables.length === 1 ? 'table' : 'tables'
}

function factor(level: RiskLevel, message: string): Factor {
  return { level, message }
}
