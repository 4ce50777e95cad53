import { byCommas, closing, type Piece, symbol, word, words } from './piece.ts'
import type { Work } from './work.ts'

/** What adding the column means that is defined from `from`, where its name stands, up to `to`. */
export function addColumnWorks(piece: Piece, from: number, to: number): readonly Work[] {
  const works = new Set<Work>()
  const generated = generatedAs(piece, from, to)
  works.add(generated ?? (isInside(piece, from, to) ? 'add-column-inside' : 'add-column'))
  for (const i of outside(piece, from + 1, to)) {
    if (word(piece, i) === 'default') works.add(defaultWork(piece, i + 1))
    else if (word(piece, i) === 'auto_increment' || isSerial(piece, from, i))
      works.add('add-column-auto-increment')
    else if (word(piece, i) === 'check') {
      if (isEnforced(piece, i)) works.add('add-column-checked')
    } else if (word(piece, i) === 'references') works.add('add-column-referencing')
    else if (word(piece, i) === 'unique') works.add('add-index')
    else if (isKey(piece, i)) works.add('add-primary-key')
  }
  // The numbers of the new key are made while the table is built anew: one cause, told once.
  if (works.has('add-column-auto-increment')) works.delete('add-primary-key')
  return [...works]
}

/** ADD COLUMN (a INT, b INT): what stands in the parentheses. */
export function addColumnsWorks(piece: Piece, from: number, to: number): readonly Work[] {
  if (symbol(piece, from) !== '(') return addColumnWorks(piece, from, to)
  const end = Math.min(closing(piece, from) - 1, to)
  return byCommas(piece, from + 1, end).flatMap(([start, stop]) => addColumnWorks(piece, start, stop))
}

export function modifyColumnWorks(piece: Piece, from: number, to: number): readonly Work[] {
  const numbers = outside(piece, from, to).some((i) => word(piece, i) === 'auto_increment')
  return [numbers ? 'modify-column-auto-increment' : 'modify-column']
}

function outside(piece: Piece, from: number, to: number): readonly number[] {
  const found: number[] = []
  for (let i = from; i < to; i++) {
    if (symbol(piece, i) === '(') i = closing(piece, i) - 1
    else found.push(i)
  }
  return found
}

// `AS (expression)`, with STORED or PERSISTENT behind it, or VIRTUAL, which is the default.
function generatedAs(piece: Piece, from: number, to: number): Work | undefined {
  const at = outside(piece, from + 1, to).find((i) => word(piece, i) === 'as' && symbol(piece, i + 1) === '(')
  if (at === undefined) return
  const kept = outside(piece, at + 1, to).some((i) => ['stored', 'persistent'].includes(word(piece, i)))
  return kept ? 'add-column-stored' : 'add-column-virtual'
}

function isInside(piece: Piece, from: number, to: number): boolean {
  return outside(piece, from + 1, to).some((i) => ['first', 'after'].includes(word(piece, i)))
}

const literals = new Set(['null', 'true', 'false'])
const clocks = new Set(['current_timestamp', 'now', 'localtime', 'localtimestamp'])

/** Literals and the time of the statement are the same for all rows: the server notes them, and fills in nothing. */
function defaultWork(piece: Piece, at: number): Work {
  const first = word(piece, at)
  if (symbol(piece, at) === '(') return expressionWork(piece, at + 1, closing(piece, at) - 1)
  if (first === '' || literals.has(first) || clocks.has(first) || isPrefix(piece, at)) return 'add-column'
  return expressionWork(piece, at, symbol(piece, at + 1) === '(' ? closing(piece, at + 1) : at + 2)
}

function expressionWork(piece: Piece, from: number, to: number): Work {
  for (let i = from; i < to; i++) {
    const sequence =
      word(piece, i) === 'nextval' || (word(piece, i) === 'next' && word(piece, i + 1) === 'value')
    if (sequence) return 'add-column-by-sequence'
  }
  return 'add-column-by-expression'
}

// b'1', x'ff', _utf8mb4'a', DATE '2020-01-01'
function isPrefix({ tokens }: Piece, at: number): boolean {
  return tokens[at + 1]?.kind === 'string'
}

function isSerial(piece: Piece, from: number, at: number): boolean {
  return word(piece, at) === 'serial' && (at === from + 1 || word(piece, at - 1) === 'default')
}

// CHECK (x) NOT ENFORCED checks nothing.
export function isEnforced(piece: Piece, check: number): boolean {
  return !words(piece, closing(piece, check + 1), 'not', 'enforced')
}

// PRIMARY KEY, or KEY alone
function isKey(piece: Piece, at: number): boolean {
  if (word(piece, at) === 'primary') return true
  return word(piece, at) === 'key' && !['unique', 'primary'].includes(word(piece, at - 1))
}
