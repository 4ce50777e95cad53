import { isBuiltIn } from '../built-ins.ts'
import type { Meaning } from '../statement.ts'
import { configMeaning } from './session.ts'
import { constantText, isRecord } from './tree.ts'

/** What a call of a function means for the review; undefined for most. */
export function callMeaning(call: Readonly<Record<string, unknown>>): Meaning | undefined {
  const name = functionName(call)
  const args = Array.isArray(call.args) ? call.args : []
  if (name === 'set_config') return configMeaning(constantText(args[0]), constantText(args[1]))
  if (runsText.has(name)) {
    return {
      kind: 'opaque',
      reason: `${name} runs SQL out of a string`,
      instead: 'Write the SQL as statements of the migration.',
    }
  }
  return unlocks.has(name)
    ? {
        kind: 'transaction-control',
        what: name,
        effect: 'may release the lock that keeps two migrations apart',
      }
    : undefined
}

// Functions of PostgreSQL and of the extensions that it ships that execute a string which they are given.
const runsText = new Set([
  ...['query_to_xml', 'query_to_xmlschema', 'query_to_xml_and_xmlschema', 'ts_stat', 'ts_rewrite'],
  ...['dblink', 'dblink_exec', 'dblink_open', 'dblink_send_query'],
  ...['crosstab', 'crosstab2', 'crosstab3', 'crosstab4', 'crosstabn', 'connectby', 'xpath_table'],
])

/** Whether a function is called that is not one of PostgreSQL's own: it may do anything. */
export function isUnknownCall(call: Readonly<Record<string, unknown>>): boolean {
  const parts = Array.isArray(call.funcname) ? call.funcname.map(textOf) : []
  const own = parts.length === 1 || (parts.length === 2 && parts[0] === 'pg_catalog')
  return !own || !isBuiltIn(functionName(call), 'postgres')
}

const unlocks = new Set(['pg_advisory_unlock', 'pg_advisory_unlock_shared', 'pg_advisory_unlock_all'])

export function functionName(call: Readonly<Record<string, unknown>>): string {
  const last: unknown = Array.isArray(call.funcname) ? call.funcname.at(-1) : undefined
  return textOf(last).toLowerCase()
}

function textOf(part: unknown): string {
  const text = isRecord(part) && isRecord(part.String) ? part.String.sval : undefined
  return typeof text === 'string' ? text : ''
}
