import type { Node } from 'yaml'
import type { DatabasePolicy, ExecutionScope, Limits } from './policy.ts'
import { readFreezes, readWindows } from './policy-hours.ts'
import { readScope } from './policy-scope.ts'
import { fields, type Reader, readDuration, scalar } from './policy-yaml.ts'

/** One execution scope of the list: limits while SQL runs, and when it may start. */
export function readExecution(r: Reader, node: Node, databases: readonly DatabasePolicy[]): ExecutionScope {
  const keys = [
    'database',
    'environment',
    'statement_timeout',
    'lock_timeout',
    'lock_retries',
    'total_timeout',
    'windows',
    'freezes',
  ]
  const own = fields(r, node, 'an execution scope', keys)
  const limits: { -readonly [K in keyof Limits]?: Limits[K] } = {}
  if (own.statement_timeout)
    limits.statementTimeout = readDuration(r, own.statement_timeout.node, 'statement_timeout')
  if (own.lock_timeout) limits.lockTimeout = readDuration(r, own.lock_timeout.node, 'lock_timeout')
  if (own.total_timeout) limits.totalTimeout = readDuration(r, own.total_timeout.node, 'total_timeout')
  if (own.lock_retries) {
    const retries = scalar(own.lock_retries)
    if (typeof retries !== 'number' || !Number.isSafeInteger(retries) || retries < 0 || retries > 100) {
      r.wrong(own.lock_retries.node, 'lock_retries must be a whole number from 0 to 100')
    } else limits.lockRetries = retries
  }
  const windows = own.windows === undefined ? null : readWindows(r, own.windows.node)
  const freezes = own.freezes === undefined ? [] : readFreezes(r, own.freezes.node)
  return { ...readScope(r, node, own, databases), limits, windows, freezes }
}
