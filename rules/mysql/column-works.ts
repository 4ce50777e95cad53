import { closing, find, type Piece, symbol, word, words } from './piece.ts'
import type { Work } from './work.ts'

/** What adding the column means that is defined from `from`, where its name stands, up to `to`. */
export function addColumnWorks(piece: Piece, from: number, to: number): readonly Work[] {
  let base: Work = 'add-column'
  const works: Work[] = []
  for (let i = from + 1; i < to; i++) {
    if (symbol(piece, i) === '(') {
      i = closing(piece, i) - 1
      continue
    }
    const name = word(piece, i)
    if (name === 'as' && symbol(piece, i + 1) === '(') base = 'add-column-virtual'
    else if (kept.has(name) && base === 'add-column-virtual') base = 'add-column-stored'
    else if (places.has(name) && base === 'add-column') base = 'add-column-inside'
    else works.push(...traitWorks(piece, from, i, name))
  }
  // The numbers of the new key are made while the table is built anew: one cause, told once.
  const numbers = works.includes('add-column-auto-increment')
  return [base, ...(numbers ? works.filter((work) => work !== 'add-primary-key') : works)]
}

const kept = new Set(['stored', 'persistent'])
const places = new Set(['first', 'after'])
const none: readonly Work[] = []

function traitWorks(piece: Piece, from: number, i: number, name: string): readonly Work[] {
  switch (name) {
    case 'default':
      return defaultWorks(piece, i + 1)
    case 'auto_increment':
      return ['add-column-auto-increment']
    case 'serial':
      return i === from + 1 || words(piece, i + 1, 'default', 'value') ? ['add-column-auto-increment'] : none
    case 'check':
      return isEnforced(piece, i) ? ['add-column-checked'] : none
    case 'references':
      return ['add-column-referencing']
    case 'unique':
      return ['add-index']
    case 'primary':
      return ['add-primary-key']
    case 'key':
      return ['unique', 'primary'].includes(word(piece, i - 1)) ? none : ['add-primary-key']
    default:
      return none
  }
}

export function modifyColumnWorks(piece: Piece, from: number, to: number): readonly Work[] {
  const numbers = find(piece, from, to, 'auto_increment') < to
  return [numbers ? 'modify-column-auto-increment' : 'modify-column']
}

const literals = new Set(['null', 'true', 'false', 'value'])
const clocks = new Set(['current_timestamp', 'now', 'localtime', 'localtimestamp'])

/** Literals and the time of the statement are the same for all rows: the server notes them, and fills in nothing. */
function defaultWorks(piece: Piece, at: number): readonly Work[] {
  const first = word(piece, at)
  if (symbol(piece, at) === '(') return [expressionWork(piece, at + 1, closing(piece, at) - 1)]
  if (first === '' || literals.has(first) || clocks.has(first) || isPrefix(piece, at)) return none
  return [expressionWork(piece, at, symbol(piece, at + 1) === '(' ? closing(piece, at + 1) : at + 2)]
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

// CHECK (x) NOT ENFORCED checks nothing.
export function isEnforced(piece: Piece, check: number): boolean {
  return !words(piece, closing(piece, check + 1), 'not', 'enforced')
}
