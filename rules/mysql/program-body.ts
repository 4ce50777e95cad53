import type { Cursor } from './cursor.ts'
import { isSymbol } from './lex.ts'
import { isLabel, isName, wordAt } from './program.ts'

type End = number | undefined

const maxDepth = 60

/**
 * The index after the statement of a stored program that begins at `from`: at its `;`, or at the end. Undefined where
 * it is not what the grammar has, so that nobody guesses at where it ends.
 *
 * BEGIN, END and the like are names in other places, so they count only where a statement begins.
 * https://dev.mysql.com/doc/refman/8.4/en/sql-compound-statements.html
 */
export function statementEnd(cursor: Cursor, from: number, depth: number): End {
  if (depth > maxDepth) return
  const at = isLabel(cursor, from) ? from + 2 : from
  switch (wordAt(cursor, at)) {
    case 'begin':
      return closing(cursor, list(cursor, afterBegin(cursor, at), depth, ['end']), undefined)
    case 'loop':
      return closing(cursor, list(cursor, at + 1, depth, ['end']), 'loop')
    case 'while':
      return closing(cursor, list(cursor, after(cursor, at, 'do'), depth, ['end']), 'while')
    case 'for':
      return closing(cursor, list(cursor, after(cursor, at, 'do'), depth, ['end']), 'for')
    case 'repeat':
      return closing(cursor, until(cursor, list(cursor, at + 1, depth, ['until'])), 'repeat')
    case 'if':
      return closing(cursor, branches(cursor, at, depth, 'elseif'), 'if')
    case 'case':
      return closing(cursor, branches(cursor, before(cursor, at + 1, 'when'), depth, 'when'), 'case')
    case 'declare':
      return declared(cursor, at, depth)
    default:
      return simple(cursor, at)
  }
}

function afterBegin(cursor: Cursor, begin: number): number {
  return wordAt(cursor, begin + 1) === 'not' && wordAt(cursor, begin + 2) === 'atomic' ? begin + 3 : begin + 1
}

/** Statements, each with its `;`, up to one of these words, whose index is the answer. */
function list(cursor: Cursor, from: End, depth: number, ends: readonly string[]): End {
  for (let i = from; i !== undefined; ) {
    if (ends.includes(wordAt(cursor, i) ?? '')) return i
    const end = statementEnd(cursor, i, depth + 1)
    if (end === undefined || !isSymbol(cursor.at(end), ';')) return
    i = end + 1
  }
  return undefined
}

/** END [word] [label] */
function closing(cursor: Cursor, end: End, word: string | undefined): End {
  if (end === undefined || wordAt(cursor, end) !== 'end') return
  if (word !== undefined && wordAt(cursor, end + 1) !== word) return
  const next = word === undefined ? end + 1 : end + 2
  return isName(cursor.at(next)) ? next + 1 : next
}

/** `if` or `when` a condition THEN statements, again for each `word`, [ELSE statements]: the index of the END. */
function branches(cursor: Cursor, from: End, depth: number, word: 'elseif' | 'when'): End {
  for (let i = from; i !== undefined; ) {
    i = list(cursor, after(cursor, i, 'then'), depth, [word, 'else', 'end'])
    if (i === undefined || wordAt(cursor, i) === 'end') return i
    if (wordAt(cursor, i) === 'else') return list(cursor, i + 1, depth, ['end'])
  }
  return undefined
}

/** From UNTIL to the END behind its condition. */
function until(cursor: Cursor, from: End): End {
  return from === undefined ? undefined : before(cursor, from + 1, 'end')
}

function after(cursor: Cursor, from: number, word: string): End {
  const at = before(cursor, from + 1, word)
  return at === undefined ? undefined : at + 1
}

/** The index of a word behind an expression, which may hold a CASE ... END of its own. */
function before(cursor: Cursor, from: number, word: string): End {
  let depth = 0
  for (let i = from; ; i++) {
    const token = cursor.at(i)
    if (token === undefined || isSymbol(token, ';')) return
    const named = isSymbol(cursor.at(i - 1), '.')
    if (depth === 0 && wordAt(cursor, i) === word && !named) return i
    if (isSymbol(token, '(') || (wordAt(cursor, i) === 'case' && !named)) depth++
    if (isSymbol(token, ')') || (wordAt(cursor, i) === 'end' && !named)) depth--
  }
}

// DECLARE CONTINUE | EXIT | UNDO HANDLER FOR condition, condition statement; all other declarations are simple.
function declared(cursor: Cursor, at: number, depth: number): End {
  if (wordAt(cursor, at + 2) !== 'handler' || wordAt(cursor, at + 3) !== 'for') return simple(cursor, at)
  for (let i = at + 4; ; ) {
    if (wordAt(cursor, i) === 'not') i++
    else if (wordAt(cursor, i) === 'sqlstate') i += wordAt(cursor, i + 1) === 'value' ? 2 : 1
    i++
    if (!isSymbol(cursor.at(i), ',')) return statementEnd(cursor, i, depth + 1)
    i++
  }
}

function simple(cursor: Cursor, from: number): End {
  for (let i = from; ; i++) {
    const token = cursor.at(i)
    if (token !== undefined && !isSymbol(token, ';')) continue
    if (i === from) return
    cursor.simple?.(from, i)
    return i
  }
}
