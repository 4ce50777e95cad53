import type { Cursor } from './cursor.ts'
import { isSymbol, isWord, type Token } from './lex.ts'
import type { Piece } from './piece.ts'
import { statementEnd } from './program-body.ts'

/** Whether a stored program is defined here, or a compound statement run, so that a `;` may stand inside of it. */
export function isProgram(cursor: Cursor): boolean {
  return programHead(cursor) !== undefined || isCompound(cursor)
}

/** The index after the last token of a stored program or compound statement; undefined where it is not understood. */
export function programEnd(cursor: Cursor): number | undefined {
  const head = programHead(cursor)
  const body = head === undefined ? 0 : bodyStart(cursor, head)
  const after = body === undefined ? undefined : statementEnd(cursor, body, 0)
  const token = after === undefined ? undefined : cursor.at(after)
  return token === undefined || isSymbol(token, ';') ? after : undefined
}

/** The index where the body of a stored program begins; undefined where none is defined here, or none is found. */
export function programBody(cursor: Cursor): number | undefined {
  const head = programHead(cursor)
  const body = head && bodyStart(cursor, head)
  if (body === undefined) return
  // ALTER EVENT e DISABLE
  return head?.what === 'event' && wordAt(cursor, body - 1) !== 'do' ? undefined : body
}

/** The same in a statement that was cut out already. */
export function bodyOf(piece: Piece): number | undefined {
  return programBody({ at: (i) => piece.tokens[i], stop: () => 0 })
}

type Head = { readonly what: string; readonly next: number }

const programs = new Set(['procedure', 'function', 'trigger', 'event'])

// CREATE [OR REPLACE] [DEFINER = account] [AGGREGATE] PROCEDURE | FUNCTION | TRIGGER | EVENT, ALTER ... EVENT
function programHead(cursor: Cursor): Head | undefined {
  const verb = wordAt(cursor, 0)
  if (verb !== 'create' && verb !== 'alter') return
  let i = 1
  if (wordAt(cursor, i) === 'or' && wordAt(cursor, i + 1) === 'replace') i += 2
  if (wordAt(cursor, i) === 'definer') i = afterAccount(cursor, i + 2)
  if (wordAt(cursor, i) === 'aggregate') i++
  const what = wordAt(cursor, i) ?? ''
  if (!programs.has(what) || (verb === 'alter' && what !== 'event')) return
  return { what, next: i + 1 }
}

/** The index after an account: CURRENT_USER, CURRENT_USER(), name, name@host. */
function afterAccount(cursor: Cursor, from: number): number {
  let i = from + 1
  if (isSymbol(cursor.at(i), '(')) i += 2
  if (isSymbol(cursor.at(i), '@')) i += 2
  // A host such as 10.0.0.% is only a name with a quote around it, but db.example is one without.
  while (isSymbol(cursor.at(i), '.')) i += 2
  return i
}

// MariaDB runs these outside of a stored program too; in MySQL they are errors.
const compounds = new Set(['if', 'case', 'loop', 'while', 'repeat', 'for'])

function isCompound(cursor: Cursor): boolean {
  const first = wordAt(cursor, 0)
  if (first === 'begin') return wordAt(cursor, 1) === 'not'
  return (first !== undefined && compounds.has(first)) || isLabel(cursor, 0)
}

/** Whether a label such as `again:` stands here. */
export function isLabel(cursor: Cursor, i: number): boolean {
  return isName(cursor.at(i)) && isSymbol(cursor.at(i + 1), ':') && !isSymbol(cursor.at(i + 2), '=')
}

export function isName(token: Token | undefined): boolean {
  return token?.kind === 'word' || token?.kind === 'quoted'
}

export function wordAt(cursor: Cursor, i: number): string | undefined {
  const token = cursor.at(i)
  return token?.kind === 'word' ? token.text : undefined
}

function bodyStart(cursor: Cursor, { what, next }: Head): number | undefined {
  let i = next
  if (wordAt(cursor, i) === 'if') i += wordAt(cursor, i + 1) === 'not' ? 3 : 2
  if (!isName(cursor.at(i))) return
  i++
  if (isSymbol(cursor.at(i), '.')) i += 2
  if (what === 'trigger') return afterEachRow(cursor, i)
  if (what === 'event') return afterDo(cursor, i)
  // CREATE FUNCTION f RETURNS INT SONAME 'f.so' has no parameters and no body.
  if (!isSymbol(cursor.at(i), '(')) return i
  const parameters = afterParentheses(cursor, i)
  if (parameters === undefined) return
  const type = what === 'function' ? afterReturns(cursor, parameters) : parameters
  return type === undefined ? undefined : afterCharacteristics(cursor, type)
}

function afterParentheses(cursor: Cursor, open: number): number | undefined {
  let depth = 0
  for (let i = open; ; i++) {
    const token = cursor.at(i)
    if (token === undefined || isSymbol(token, ';')) return
    if (isSymbol(token, '(')) depth++
    if (isSymbol(token, ')') && --depth === 0) return i + 1
  }
}

const typeWords = new Set([
  ...['unsigned', 'signed', 'zerofill', 'precision', 'varying', 'varchar', 'varbinary', 'binary', 'ascii'],
  ...['unicode', 'byte', 'large', 'object', 'character', 'char'],
])

function afterReturns(cursor: Cursor, from: number): number | undefined {
  if (wordAt(cursor, from) !== 'returns' || wordAt(cursor, from + 1) === undefined) return
  for (let i: number | undefined = from + 2; i !== undefined; ) {
    const word = wordAt(cursor, i)
    const named = word === 'charset' || word === 'collate' || (word === 'set' && afterCharacter(cursor, i))
    if (isSymbol(cursor.at(i), '(')) i = afterParentheses(cursor, i)
    else if (named) i += 2
    else if (word !== undefined && typeWords.has(word)) i++
    else return i
  }
  return undefined
}

function afterCharacter(cursor: Cursor, i: number): boolean {
  return ['character', 'char'].includes(wordAt(cursor, i - 1) ?? '')
}

function afterCharacteristics(cursor: Cursor, from: number): number | undefined {
  for (let i = from; ; ) {
    const word = wordAt(cursor, i)
    if (word === 'deterministic') i++
    else if (word === 'comment' || word === 'contains' || word === 'no' || word === 'not') i += 2
    else if (word === 'sql' || word === 'reads' || word === 'modifies') i += 3
    else if (word !== 'language') return i
    else if (wordAt(cursor, i + 1) === 'sql') i += 2
    else return undefined
  }
}

// ... FOR EACH ROW [FOLLOWS | PRECEDES other] body; the name of the trigger's table may have two parts.
function afterEachRow(cursor: Cursor, from: number): number | undefined {
  for (let i = from; i < from + 40; i++) {
    const token = cursor.at(i)
    if (token === undefined || isSymbol(token, ';')) return
    if (!isWord(token, 'for') || wordAt(cursor, i + 1) !== 'each' || wordAt(cursor, i + 2) !== 'row') continue
    const order = wordAt(cursor, i + 3)
    if (order !== 'follows' && order !== 'precedes') return i + 3
    return isSymbol(cursor.at(i + 5), '.') ? i + 7 : i + 5
  }
  return undefined
}

function afterDo(cursor: Cursor, from: number): number | undefined {
  let depth = 0
  for (let i = from; ; i++) {
    const token = cursor.at(i)
    // ALTER EVENT e DISABLE has no body.
    if (token === undefined || isSymbol(token, ';')) return from
    if (isSymbol(token, '(')) depth++
    else if (isSymbol(token, ')')) depth--
    else if (depth === 0 && isWord(token, 'do') && !isSymbol(cursor.at(i - 1), '.')) return i + 1
  }
}
