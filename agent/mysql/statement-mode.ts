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
  // A function in it may write.
  if (first.text === 'set') return setsSession(found) ? (calls(found) ? 'dml' : 'session') : 'own'
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

/** A stored function is never without its bracket; `next value for` takes a number of a sequence. */
function calls(found: readonly Token[]): boolean {
  return found.some(
    (one) => (one.kind === 'sign' && one.text === '(') || (one.kind === 'word' && one.text === 'next'),
  )
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

/**
 * What a statement leaves in its session that those after it may need, and a new one does not have: variables, settings
 * that a function chose, temporary tables. A procedure may leave any of these.
 */
export function leavesTraces(sql: string): boolean {
  const found = tokens(sql)
  const first = found[0]?.text
  if (first === 'call' || (first === 'set' && calls(found))) return true
  return found.some(
    (one, i) =>
      one.kind === 'hidden' ||
      (one.kind === 'word' && one.text.startsWith('@') && !one.text.startsWith('@@')) ||
      (one.kind === 'sign' && one.text === '@') ||
      (one.kind === 'word' && ['temporary', 'prepare'].includes(one.text) && i < 4),
  )
}

/** Whether it asks for the number that an earlier statement of its session got, as `last_insert_id()` does. */
export function asksForLastId(sql: string): boolean {
  const found = tokens(sql)
  return found.some((one, i) => {
    const name = one.text.toLowerCase().replace(/^@@/, '')
    if (one.kind !== 'word' && one.kind !== 'name') return false
    return (
      ['last_insert_id', 'lastval', 'identity'].includes(name) ||
      (name === 'previous' && found[i + 1]?.text === 'value')
    )
  })
}
