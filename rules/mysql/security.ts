import type { Danger, SecurityMeaning } from '../security.ts'
import { show } from '../statement.ts'
import { accountAt, accountHead, accountsAt, accountText, hasPassword } from './accounts.ts'
import { skipClauses } from './create-drop.ts'
import { grant } from './grants.ts'
import { find, nameAt, type Piece, skipIf, word, words } from './piece.ts'
import { bodyOf } from './program.ts'

/** What one statement does to who may do what. */
export function securityMeanings(piece: Piece): readonly SecurityMeaning[] {
  switch (word(piece, 0)) {
    case 'grant':
    case 'revoke':
      return granted(piece)
    case 'load':
      return loaded(piece)
    case 'create':
    case 'alter':
    case 'drop':
    case 'rename':
      return [...accounts(piece), ...made(piece)]
    default:
      return []
  }
}

function granted(piece: Piece): readonly SecurityMeaning[] {
  const one = grant(piece)
  if (one === undefined) return []
  return hasPassword(piece) ? [one, secret('GRANT', one.to.join(', '))] : [one]
}

const outside = 'Leave it out, and let those who run the server set it:'

function secret(what: string, account: string): SecurityMeaning {
  return { kind: 'secret', what, instead: `${outside} ALTER USER ${account} IDENTIFIED BY ...` }
}

const effects: Readonly<Record<string, string>> = {
  CREATE: 'makes an account for the whole server',
  ALTER: 'changes an account of the whole server',
  DROP: 'locks out whoever logs in with it',
  RENAME: 'locks out whoever logs in by the old name',
}

function accounts(piece: Piece): readonly SecurityMeaning[] {
  const head = accountHead(piece)
  if (head === undefined) return []
  const names = accountsAt(piece, head.at).map(accountText).join(', ')
  const what = `${head.what} ${names}`
  const verb = head.what.split(' ')[0] ?? ''
  const instead =
    head.what === 'DROP USER'
      ? `Lock it first, and drop it when nobody missed it: ALTER USER ${names} ACCOUNT LOCK;`
      : 'Let those who run the server do it, and not a migration.'
  const changed: SecurityMeaning = { kind: 'account', what, effect: effects[verb] ?? '', powers: [], instead }
  if (!hasPassword(piece)) return [changed]
  // Another password is one problem, and said once.
  return verb === 'ALTER' ? [secret(what, names)] : [changed, secret(what, names)]
}

function loaded(piece: Piece): readonly SecurityMeaning[] {
  const into = find(piece, 1, piece.tokens.length, 'into')
  const read = find(piece, 1, into, 'infile') < into
  // One of the client is opaque: a migration has none.
  if (!read || find(piece, 1, into, 'local') < into) return []
  const table = nameAt(piece, word(piece, into + 1) === 'table' ? into + 2 : into + 1)?.name
  const named = table === undefined ? 'the table' : show(table)
  return [
    {
      kind: 'danger',
      of: 'server-file',
      what: `LOAD DATA INFILE into ${named}`,
      effect: "reads from the server's own files",
      instead: `Use INSERT INTO ${named} ... VALUES ...`,
    },
  ]
}

const nouns = new Set(['view', 'procedure', 'function', 'trigger', 'event'])

/** A view or stored program: as whom it runs, and whether it runs by itself. */
function made(piece: Piece): readonly SecurityMeaning[] {
  const head = skipClauses(piece, words(piece, 1, 'or', 'replace') ? 3 : 1)
  const at = word(piece, head) === 'aggregate' ? head + 1 : head
  const noun = word(piece, at)
  if (!nouns.has(noun) || word(piece, 0) === 'drop' || word(piece, 0) === 'rename') return []
  const body = bodyOf(piece) ?? piece.tokens.length
  const name = nameAt(piece, skipIf(piece, at + 1))?.name
  const what = `${word(piece, 0).toUpperCase()} ${noun.toUpperCase()} ${show(name ?? '')}`
  return [...definer(piece, at, body, what), ...scheduled(piece, noun, what)]
}

function definer(piece: Piece, noun: number, body: number, what: string): readonly SecurityMeaning[] {
  const at = piece.tokens.findIndex((_, i) => i < noun && word(piece, i) === 'definer')
  const account = at === -1 ? undefined : accountAt(piece, at + 2)
  if (account === undefined || /^current_(user|role)$/i.test(account.user)) return []
  const invoker = piece.tokens.some((_, i) => i < body && words(piece, i, 'sql', 'security', 'invoker'))
  if (invoker) return []
  const named = accountText(account)
  const noInvoker = word(piece, noun) === 'trigger' || word(piece, noun) === 'event'
  const instead = noInvoker
    ? `Leave DEFINER = ${named} out.`
    : `Leave DEFINER = ${named} out, or write SQL SECURITY INVOKER where the rights of the caller will do.`
  return [{ kind: 'definer', what, account: named, instead }]
}

// ALTER EVENT e DISABLE makes it rest.
function scheduled(piece: Piece, noun: string, what: string): readonly SecurityMeaning[] {
  if (noun !== 'event') return []
  const rests = word(piece, 0) === 'alter' && bodyOf(piece) === undefined && !starts(piece)
  if (rests) return []
  const effect = 'has its SQL run by itself, later and often again, when nobody looks'
  const instead = 'Let a job run it that is deployed with the application.'
  return [{ kind: 'danger', of: 'hidden-code', what, effect, instead }]
}

function starts(piece: Piece): boolean {
  return ['enable', 'schedule'].some((one) => find(piece, 2, piece.tokens.length, one) < piece.tokens.length)
}

const waits = new Set([
  ...['sleep', 'benchmark', 'master_pos_wait', 'source_pos_wait', 'master_gtid_wait'],
  ...['wait_for_executed_gtid_set', 'wait_until_sql_thread_after_gtids'],
])

/** What a function of the server means when it is called; a procedure that works in pieces may wait between them. */
export function dangerousCall(name: string, inProgram: boolean): Danger | undefined {
  const what = name.toUpperCase()
  if (name === 'load_file') {
    const instead = 'Write what is in it into the migration, or load it with the application.'
    return { kind: 'danger', of: 'server-file', what, effect: "reads from the server's own files", instead }
  }
  if (inProgram || !waits.has(name)) return
  const effect = 'makes the migration wait, and all that wait for its locks wait with it'
  const instead = 'Leave it out: waiting between steps is for whoever runs them.'
  return { kind: 'danger', of: 'server-setting', what, effect, instead }
}
