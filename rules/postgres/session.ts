import type { VariableSetStmt } from 'libpg-query'
import type { Meaning } from '../statement.ts'
import { constantText } from './tree.ts'

/** What a SET or RESET means for whoever executes the file; undefined where it is of no interest. */
export function settingMeaning(set: VariableSetStmt): Meaning | undefined {
  const name = set.name ?? ''
  const verb = set.kind === 'VAR_RESET' ? 'RESET' : set.is_local ? 'SET LOCAL' : 'SET'
  // It resets what the executor has set, too.
  if (set.kind === 'VAR_RESET_ALL') return { kind: 'lock-timeout', off: true }
  if (set.kind === 'VAR_SET_MULTI') {
    return {
      kind: 'transaction-control',
      what: `SET ${name}`,
      effect: 'changes the transaction that the file runs in',
    }
  }
  if (name.toLowerCase() === 'lock_timeout') return lockTimeout(set)
  return namedSetting(name, set.args?.map(constantText) ?? [], verb)
}

/** RESET and DEFAULT bring back what the server is set up with, which is off. */
function lockTimeout({ args = [], kind }: VariableSetStmt): Meaning {
  const [value] = args
  const number = value !== undefined && 'A_Const' in value ? value.A_Const.ival : undefined
  const text = number === undefined ? constantText(value) : String(number.ival ?? 0)
  return { kind: 'lock-timeout', off: kind !== 'VAR_SET_VALUE' || isEndless(text) }
}

const longest = 60_000
const units: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Whether a lock_timeout is none, or longer than anybody who is kept waiting puts up with. */
function isEndless(text: string | undefined): boolean {
  const [, amount, unit] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text ?? '') ?? []
  const each = units[unit === '' ? 'ms' : (unit?.toLowerCase() ?? '')]
  if (amount === undefined || each === undefined) return true
  const ms = Number(amount) * each
  // The server rounds to milliseconds.
  return ms < 1 || ms > longest
}

/** The same for `set_config('name', 'value', ...)`. */
export function configMeaning(name: string | undefined, value: string | undefined): Meaning | undefined {
  if (name?.toLowerCase() === 'lock_timeout') {
    return { kind: 'lock-timeout', off: isEndless(value) }
  }
  if (name !== undefined) return namedSetting(name, [value], 'set_config of')
  return {
    kind: 'opaque',
    reason: 'it calls set_config with a name that is computed',
    instead: 'Write the name of the setting as a literal, or use SET.',
  }
}

const controls: Readonly<Record<string, string>> = {
  role: 'changes the role that the file runs as',
  session_authorization: 'changes the user that the file runs as',
  session_replication_role: 'switches off triggers and foreign keys, those of the ledger included',
  transaction_isolation: 'changes the transaction that the file runs in',
  transaction_read_only: 'changes the transaction that the file runs in',
  transaction_deferrable: 'changes the transaction that the file runs in',
}

// These decide how the server reads the text that comes after, and the text was read with their usual values.
const reading: Readonly<Record<string, readonly string[]>> = {
  standard_conforming_strings: ['on', 'true', 'yes', '1', 't', 'y'],
  client_encoding: ['utf8', 'utf-8', 'unicode'],
}

function namedSetting(
  given: string,
  values: readonly (string | undefined)[],
  verb: string,
): Meaning | undefined {
  const name = given.toLowerCase()
  const effect = controls[name]
  if (effect !== undefined)
    return { kind: 'transaction-control', what: `${verb} ${name.toUpperCase()}`, effect }
  const usual = reading[name]
  if (
    usual !== undefined &&
    verb !== 'RESET' &&
    !values.every((value) => usual.includes(value?.toLowerCase() ?? ''))
  ) {
    return {
      kind: 'opaque',
      reason: `it changes ${name}, so that the server reads what follows otherwise than this review does`,
      instead: `Leave ${name} as it is.`,
    }
  }
  return name === 'search_path' ? { kind: 'names-change', names: 'bare' } : undefined
}
