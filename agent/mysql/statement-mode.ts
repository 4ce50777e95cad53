import { type Token, tokens } from './tokens.ts'

/**
 * How a statement can be run so that it is known what became of it. `dml`: inside a transaction. `session`: it changes
 * nothing but the session, and may be run again. `inside`: a savepoint, which means something in a transaction only.
 * `control`: it ends or begins transactions or locks by itself. `own`: it commits by itself.
 */
export type Mode = 'dml' | 'session' | 'inside' | 'control' | 'own'

const dml = ['insert', 'update', 'delete', 'replace', 'select', 'with', 'values', 'table', 'do', '(']
const control = ['begin', 'start', 'commit', 'rollback', 'savepoint', 'release', 'xa', 'lock', 'unlock']

export function modeOf(sql: string): Mode {
  const found = tokens(sql)
  const [first, second] = found
  if (first === undefined || found.some((one) => one.kind === 'hidden')) return 'own'
  if (first.kind !== 'word' && first.text !== '(') return 'own'
  if (dml.includes(first.text)) return 'dml'
  if (first.text === 'use') return 'session'
  if (first.text === 'set' && found.some(commits)) return 'control'
  if (first.text === 'set') return setsSession(found) ? 'session' : 'own'
  if (first.text === 'savepoint') return 'inside'
  if (first.text === 'release' && second?.text === 'savepoint') return 'inside'
  if (first.text === 'rollback' && found.some((one) => one.kind === 'word' && one.text === 'to'))
    return 'inside'
  return control.includes(first.text) ? 'control' : 'own'
}

/** Settings that commit when they are set, or change what COMMIT does. */
function commits({ kind, text }: Token): boolean {
  return kind !== 'string' && /^(@@)?(autocommit|completion_type)$/i.test(text)
}

/** SET STATEMENT ... FOR runs any statement; SET PASSWORD and the settings of the server outlive the session. */
function setsSession(found: readonly Token[]): boolean {
  const lasting = [
    'statement',
    'password',
    'role',
    'default',
    'resource',
    'global',
    'persist',
    'persist_only',
  ]
  return !found.some((one, i) => {
    if (one.kind !== 'word') return false
    if (one.text.startsWith('@@')) return lasting.includes(one.text.slice(2))
    return lasting.includes(one.text) && startsAssignment(found, i)
  })
}

function startsAssignment(found: readonly Token[], i: number): boolean {
  const before = found[i - 1]
  return i === 1 || (before?.kind === 'sign' && before.text === ',')
}

/** The first word, as the receipt shows it. */
export function commandOf(sql: string): string {
  const first = tokens(sql).find((one) => one.kind === 'word')
  return (first?.text ?? '').toUpperCase().slice(0, 40)
}

/** What a statement needs of the statements before it that a new session does not have: variables and temporary tables. */
export function leavesTraces(sql: string): boolean {
  const found = tokens(sql)
  return found.some(
    (one, i) =>
      one.kind === 'hidden' ||
      (one.kind === 'word' && one.text.startsWith('@') && !one.text.startsWith('@@')) ||
      (one.kind === 'sign' && one.text === '@') ||
      (one.kind === 'word' && ['temporary', 'prepare'].includes(one.text) && i < 4),
  )
}
