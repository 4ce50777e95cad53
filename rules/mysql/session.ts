import type { Meaning } from '../statement.ts'
import { controls } from './control.ts'
import { byCommas, identifier, type Piece, symbol, unquoted, word, words } from './piece.ts'

/**
 * What a SET means for whoever executes the file, one for each thing that it sets. `locals` are variables of the stored
 * program that it stands in.
 */
export function settings(piece: Piece, locals: ReadonlySet<string> = none): readonly Meaning[] | undefined {
  const { tokens } = piece
  const first = word(piece, 1)
  if (first === 'statement') return
  const role = first === 'role' || words(piece, 1, 'default', 'role')
  if (role) return [controls('SET ROLE', 'changes the role that the file runs as')]
  if (first === 'password') return [controls('SET PASSWORD', 'changes how an account logs in')]
  if (first === 'transaction' || (scopes.has(first) && word(piece, 2) === 'transaction'))
    return [controls('SET TRANSACTION', 'changes the transaction that the file runs in')]
  let global = false
  const meanings = byCommas(piece, 1, tokens.length).map(([from, to]) => {
    const set = charsetAt(piece, from)
    if (set !== undefined) return charset(piece, set, to)
    if (isLocal(piece, from, locals)) return harmless
    const one = setting(piece, from, to, global)
    global = one?.global ?? global
    return one?.meaning
  })
  return meanings.every((one) => one !== undefined) ? meanings : undefined
}

const none: ReadonlySet<string> = new Set()

// Whether a variable may be seen where it is set is not followed, so none hides a setting that the executor relies on.
function isLocal(piece: Piece, at: number, locals: ReadonlySet<string>): boolean {
  const name = identifier(piece, at)?.toLowerCase() ?? ''
  return locals.has(name) && !isControlled(name)
}

function isControlled(name: string): boolean {
  return (
    name === 'sql_mode' ||
    /^(character_set|collation)_/.test(name) ||
    lockLimits.has(name) ||
    Object.hasOwn(effects, name)
  )
}

/** Where the character set of NAMES x, CHARSET x or CHARACTER SET x stands; other settings may follow after commas. */
function charsetAt(piece: Piece, at: number): number | undefined {
  if (symbol(piece, at + 1) === '=') return
  if (word(piece, at) === 'names' || word(piece, at) === 'charset') return at + 1
  return words(piece, at, 'character', 'set') || words(piece, at, 'char', 'set') ? at + 2 : undefined
}

const harmless: Meaning = { kind: 'other', tag: 'set' }

const scopes = new Set(['global', 'session', 'local', 'persist', 'persist_only'])

/** `@a = 1`, `session x = 1`, `@@global.x = 1`; a scope word holds for what follows it without one. */
function setting(
  piece: Piece,
  from: number,
  to: number,
  wasGlobal: boolean,
): { readonly meaning: Meaning; readonly global: boolean } | undefined {
  const at = symbol(piece, from) === '@'
  if (at && symbol(piece, from + 1) !== '@') return { meaning: harmless, global: wasGlobal }
  let name = at ? from + 2 : from
  let scope = ''
  if (scopes.has(word(piece, name)) && (at || symbol(piece, name + 1) !== '=')) {
    scope = word(piece, name)
    name += symbol(piece, name + 1) === '.' ? 2 : 1
  }
  const assigned = symbol(piece, name + 1) === ':' ? name + 2 : name + 1
  const variable = identifier(piece, name)?.toLowerCase()
  if (variable === undefined || symbol(piece, assigned) !== '=') return
  const local = scope === 'session' || scope === 'local'
  const global = scope === '' ? wasGlobal && !at : !local
  if (global) {
    const what = `SET ${scope === '' ? 'GLOBAL' : scope.toUpperCase()} ${variable.toUpperCase()}`
    return { meaning: controls(what, 'changes the whole server, and no transaction undoes it'), global }
  }
  return { meaning: named(piece, variable, assigned + 1, to), global }
}

const effects: Readonly<Record<string, string>> = {
  autocommit: 'ends the transaction that the file runs in',
  foreign_key_checks: 'switches off foreign keys, and what is written meanwhile is never checked',
  unique_checks: 'switches off checks of uniqueness, and what is written meanwhile is never checked',
  check_constraint_checks: 'switches off CHECK constraints, and what is written meanwhile is never checked',
  sql_log_bin: 'hides what follows from the binary log, so that replicas differ',
  ...Object.fromEntries(
    ['transaction_isolation', 'tx_isolation', 'transaction_read_only', 'tx_read_only', 'completion_type'].map(
      (name) => [name, 'changes the transaction that the file runs in'],
    ),
  ),
}

// These change how long a query may take or how it is planned, and nothing that the executor relies on.
const allowed = new Set([
  ...['max_execution_time', 'max_statement_time'],
  ...[
    'group_concat_max_len',
    'sort_buffer_size',
    'join_buffer_size',
    'tmp_table_size',
    'max_heap_table_size',
  ],
  ...['read_buffer_size', 'read_rnd_buffer_size', 'bulk_insert_buffer_size', 'optimizer_switch', 'sql_notes'],
  ...['sql_safe_updates', 'cte_max_recursion_depth', 'max_recursive_iterations', 'lc_time_names'],
  ...['innodb_online_alter_log_max_size', 'innodb_ddl_threads', 'alter_algorithm'],
])

function named(piece: Piece, variable: string, from: number, to: number): Meaning {
  if (variable === 'sql_mode') {
    return opaque(
      'it changes sql_mode, so that the server reads what follows otherwise than this review does',
      'Leave sql_mode as it is.',
    )
  }
  if (variable.startsWith('character_set_')) {
    return charset(piece, from, to)
  }
  if (variable === 'collation_connection') {
    return to === from + 1 && isUtf8Collation(piece, from) ? harmless : changedCharset
  }
  if (lockLimits.has(variable)) return lockLimit(`SET ${variable.toUpperCase()}`)
  const effect = effects[variable] ?? (allowed.has(variable) ? undefined : unknown)
  return effect === undefined ? harmless : controls(`SET ${variable.toUpperCase()}`, effect)
}

const lockLimits = new Set(['lock_wait_timeout', 'innodb_lock_wait_timeout'])

/** What gives waiting for locks a limit of its own: a setting, or WAIT n of MariaDB. */
export function lockLimit(what: string): Meaning {
  return {
    ...controls(what, 'changes how long the file may wait for a lock, which the policy says'),
    instead: 'Set lock_timeout under execution in the policy.',
  }
}

const unknown = 'is not known to leave the session as whoever runs the file needs it'

function opaque(reason: string, instead: string): Meaning {
  return { kind: 'opaque', reason, instead }
}

const changedCharset = opaque(
  'it changes the character set, so that the server reads what follows otherwise than this review does',
  'Leave the character set at utf8mb4.',
)

function charset(piece: Piece, at: number, to: number): Meaning {
  const collated = to === at + 3 && word(piece, at + 1) === 'collate' && isUtf8Collation(piece, at + 2)
  return (to === at + 1 || collated) && valueAt(piece, at) === 'utf8mb4' ? harmless : changedCharset
}

// utf8 and utf8mb3 lose what has four bytes, and a collation has its character set with it.
function isUtf8Collation(piece: Piece, at: number): boolean {
  return valueAt(piece, at).startsWith('utf8mb4_')
}

function valueAt(piece: Piece, at: number): string {
  const token = piece.tokens[at]
  const text = token?.kind === 'string' ? unquoted(piece.bytes, token) : identifier(piece, at)
  return text?.toLowerCase() ?? ''
}
