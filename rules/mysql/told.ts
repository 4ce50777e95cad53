import type { FileContext } from '../file-context.ts'
import type { Report } from '../rule.ts'
import { type Statement, show } from '../statement.ts'
import { type Blocking, blockingWorks, type TableWork } from './blocking.ts'
import { phraseOf, wayOf } from './phrases.ts'
import type { Work } from './work.ts'

/** What a rule says of a command if one of its works keeps writers waiting; nothing of a table that is new here. */
export function toldOf(
  statement: Statement,
  file: FileContext,
  works: ReadonlySet<Work>,
): Report | undefined {
  if (statement.kind !== 'table-work' || file.createdHere(statement.table, 'table')) return
  const found = blockingWorks(statement, file).filter(({ work }) => works.has(work))
  // One command is told once: of what is sure, if anything is.
  const first = found.find(({ surely }) => surely) ?? found[0]
  if (first === undefined) return
  return {
    message: `${phraseOf(first.work, statement)} ${effect(first, statement, file)}`,
    instead: insteadOf(first, statement, file),
  }
}

function effect({ work, surely, online }: Blocking, { table, references }: TableWork, file: FileContext) {
  const name = show(table)
  const verb =
    online.algorithm === 'copy' ? 'copies' : online.algorithm === 'inplace' ? 'goes through' : 'reads'
  const does = surely ? `${verb} ${name}` : `may copy ${name}`
  const parent = references !== undefined && file.engine === 'mariadb' ? ` and ${show(references)}` : ''
  const who = online.lock === 'exclusive' ? 'readers and writers' : 'writers'
  const until = surely ? 'until that has ended' : 'then'
  const unless = surely ? '' : (exceptions[work] ?? '')
  return `${does}: ${who} of ${name}${parent} wait ${until}, the longer the larger it is${unless}.`
}

/** What the table or the column was before, if it spares the copy. */
const exceptions: Partial<Record<Work, string>> = {
  'modify-column':
    ', unless only the name, the place, the default, the comment or the end of an ENUM changes, a VARCHAR becomes longer, or the column only becomes NULL or NOT NULL',
  'modify-column-auto-increment': ', unless the column had numbers of its own before',
  'convert-charset': ', unless its text is in that character set already',
  'engine-innodb': ', unless it is of InnoDB already',
  'add-primary-key': ', unless its columns are NOT NULL already',
  'replace-primary-key': ', unless its columns are NOT NULL already',
  'drop-primary-key': ', unless another UNIQUE key of NOT NULL columns takes its place',
}

function insteadOf(blocking: Blocking, statement: TableWork, file: FileContext): string {
  const [way, ...sql] = wayOf(blocking.work, statement, file.engine)
  const clause = file.engine === 'mariadb' ? 'LOCK=NONE' : 'ALGORITHM=INPLACE, LOCK=NONE'
  const refused =
    blocking.surely || sql.some((line) => line.includes('LOCK=NONE'))
      ? ''
      : ` End it with ", ${clause}": the server then refuses what would keep writers waiting.`
  return [`${way}${refused}`, ...sql].join('\n')
}
