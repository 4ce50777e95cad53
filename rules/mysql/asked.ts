import { type Piece, symbol, word } from './piece.ts'
import type { Asked } from './work.ts'

const algorithms = ['copy', 'default', 'inplace', 'nocopy', 'instant'] as const
const locks = ['exclusive', 'shared', 'default', 'none'] as const

/**
 * The ALGORITHM and LOCK clauses that stand at these places. Where one stands twice, the one that asks for less counts.
 * `online`: ALTER ONLINE TABLE, which is LOCK=NONE on MariaDB, and refused by MySQL.
 */
export function askedAt(piece: Piece, places: readonly number[], online = false): Asked {
  const algorithm = least(algorithms, places, (at) => clauseValue(piece, at, 'algorithm'))
  const lock = least(locks, places, (at) => clauseValue(piece, at, 'lock')) ?? (online ? 'none' : undefined)
  return {
    ...(algorithm === undefined || algorithm === 'default' ? {} : { algorithm }),
    ...(lock === undefined || lock === 'default' ? {} : { lock }),
  }
}

function least<Value extends string>(
  values: readonly Value[],
  places: readonly number[],
  valueAt: (at: number) => string,
): Value | undefined {
  const found = places.map(valueAt)
  return values.find((one) => found.includes(one))
}

/** The value of `ALGORITHM [=] value`. */
function clauseValue(piece: Piece, at: number, name: string): string {
  if (word(piece, at) !== name) return ''
  return word(piece, symbol(piece, at + 1) === '=' ? at + 2 : at + 1)
}

/** Whether an ALGORITHM or a LOCK stands there, and no column, key or option. */
export function isAsk(piece: Piece, at: number): boolean {
  return word(piece, at) === 'algorithm' || word(piece, at) === 'lock'
}

/** Whether it makes writers wait, or the server copy, whatever the commands need. */
export function asksForMore({ algorithm, lock }: Asked): boolean {
  return (algorithm === 'copy' && lock !== 'none') || lock === 'shared' || lock === 'exclusive'
}
