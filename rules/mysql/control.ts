import type { Meaning } from '../statement.ts'
import type { Classified } from './create-drop.ts'
import { other } from './create-drop.ts'
import { find, type Piece, word, words } from './piece.ts'

const transaction = 'takes the transaction out of the hands of whoever runs the file'
const server = 'changes the whole server, and no transaction undoes it'
const locks = 'takes or gives up locks on tables, and ends the transaction that the file runs in'

const heads: Readonly<Record<string, readonly [what: string, effect: string]>> = {
  begin: ['BEGIN', transaction],
  start: ['START', transaction],
  commit: ['COMMIT', transaction],
  rollback: ['ROLLBACK', transaction],
  savepoint: ['SAVEPOINT', transaction],
  release: ['RELEASE SAVEPOINT', transaction],
  xa: ['XA', transaction],
  lock: ['LOCK TABLES', locks],
  unlock: ['UNLOCK TABLES', locks],
  use: ['USE', 'changes the database that the rest of the file means'],
  kill: ['KILL', 'ends connections, which may be the one that runs the file'],
  handler: ['HANDLER', 'reads a table outside of any transaction and holds it open'],
  shutdown: ['SHUTDOWN', 'stops the server'],
  restart: ['RESTART', 'stops the server'],
  reset: ['RESET', server],
  purge: ['PURGE', server],
  change: ['CHANGE', server],
  stop: ['STOP', server],
  install: ['INSTALL', server],
  uninstall: ['UNINSTALL', server],
  clone: ['CLONE', server],
  backup: ['BACKUP', 'takes locks on the whole server'],
  binlog: ['BINLOG', 'applies changes that nobody can read'],
}

/** What takes the transaction, the lock or the connection out of the executor's hands; undefined for all else. */
export function control(piece: Piece): Classified | undefined {
  const verb = word(piece, 0)
  // BEGIN [WORK]; with more it is a compound statement.
  if (verb === 'begin' && piece.tokens.length > (word(piece, 1) === 'work' ? 2 : 1)) return
  const head = Object.hasOwn(heads, verb) ? heads[verb] : undefined
  if (head !== undefined) return { kind: kindOf(piece, verb), meanings: [controls(...head)] }
  if (verb === 'flush') {
    const count = piece.tokens.length
    const locked = find(piece, 1, count, 'lock', 'export') < count
    return locked
      ? { kind: 'flush', meanings: [controls('FLUSH ... WITH READ LOCK', locks)] }
      : other('flush')
  }
  return undefined
}

function kindOf(piece: Piece, verb: string): string {
  if (words(piece, 0, 'start', 'transaction')) return 'start-transaction'
  return verb === 'lock' || verb === 'unlock' ? `${verb}-tables` : verb
}

/** What would end or change what the executor holds. */
export function controls(what: string, effect: string): Meaning & { kind: 'transaction-control' } {
  return { kind: 'transaction-control', what, effect }
}

const lockFunctions = new Set(['get_lock', 'release_lock', 'release_all_locks'])

const countFunctions = new Set(['row_count', 'found_rows'])

/** What a function means when it is called, in a stored program or outside of one; undefined for most. */
export function callMeaning(name: string, inProgram: boolean): Meaning | undefined {
  if (lockFunctions.has(name))
    return controls(name.toUpperCase(), 'may give up the lock that keeps two migrations apart')
  // In a stored program nothing of the executor's comes between.
  if (inProgram || !countFunctions.has(name)) return
  const effect = 'counts the rows of a statement of the executor, which runs some between those of the file'
  const instead = 'Count the rows with SELECT COUNT(*), or do both in the body of a stored procedure.'
  return { ...controls(name.toUpperCase(), effect), instead }
}

/** `INTO OUTFILE`, `INTO DUMPFILE` */
export function fileMeaning(word: string): Meaning {
  return controls(`INTO ${word.toUpperCase()}`, 'writes a file on the server')
}
