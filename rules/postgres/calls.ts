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

const unlocks = new Set(['pg_advisory_unlock', 'pg_advisory_unlock_shared', 'pg_advisory_unlock_all'])

function functionName(call: Readonly<Record<string, unknown>>): string {
  const last: unknown = Array.isArray(call.funcname) ? call.funcname.at(-1) : undefined
  const text = isRecord(last) && isRecord(last.String) ? last.String.sval : undefined
  return typeof text === 'string' ? text.toLowerCase() : ''
}
