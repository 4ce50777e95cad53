import { isBuiltIn } from '../built-ins.ts'
import { identifier, type Piece, symbol, word } from './piece.ts'

/** Whether a function is called that is not one of the server's own: it may do anything. */
export function callsUnknown(piece: Piece): boolean {
  return piece.tokens.some((_, i) => symbol(piece, i + 1) === '(' && isUnknownCall(piece, i))
}

function isUnknownCall(piece: Piece, i: number): boolean {
  const name = identifier(piece, i)?.toLowerCase()
  if (name === undefined || piece.tokens[i]?.kind === 'number') return false
  let first = i
  while (symbol(piece, first - 1) === '.') first -= 2
  if (namesThing(piece, first)) return false
  return first < i || !(isBuiltIn(name, 'mysql') || (word(piece, i) !== '' && notCalls.has(name)))
}

// After these stands the name of a table or an index, with its columns in the parentheses.
const beforeNames = new Set([
  ...['into', 'index', 'key', 'references', 'table', 'partition', 'constraint', 'as', 'exists', 'ignore'],
  ...['insert', 'replace', 'delayed', 'low_priority', 'high_priority', 'unique', 'fulltext', 'spatial'],
])

/** Whether a name with parentheses behind it is that of a table or an index, and no call. */
export function namesThing(piece: Piece, first: number): boolean {
  const before = word(piece, first - 1)
  return beforeNames.has(before) || (before === 'on' && word(piece, 0) === 'create')
}

// Keywords and types that have parentheses of their own.
const notCalls = new Set(
  `and or xor not in exists any some all between like rlike regexp div is by on using over when then else case where
  column having select from join union except intersect value row distinct as with set add than columns range list hash key
  linear partition partitions index unique primary foreign check generated always virtual stored against match
  separator limit offset return binary collate
  int integer tinyint smallint mediumint bigint bit bool boolean decimal dec numeric fixed float double real char
  varchar varbinary blob text tinytext mediumtext longtext tinyblob mediumblob longblob enum datetime signed unsigned
  vector nchar nvarchar`
    .trim()
    .split(/\s+/),
)
