import { alterColumnType } from './catalog/alter-column-type.ts'
import { createIndexNotConcurrently } from './catalog/create-index-not-concurrently.ts'
import { createSequence } from './catalog/create-sequence.ts'
import { dbwardSchema } from './catalog/dbward-schema.ts'
import { dropColumn } from './catalog/drop-column.ts'
import { dropIndex } from './catalog/drop-index.ts'
import { dropSequence } from './catalog/drop-sequence.ts'
import { dropTable } from './catalog/drop-table.ts'
import { dropView } from './catalog/drop-view.ts'
import { largeInList } from './catalog/large-in-list.ts'
import { mixedDdlDml } from './catalog/mixed-ddl-dml.ts'
import { noTransaction } from './catalog/no-transaction.ts'
import { noWhereDelete } from './catalog/no-where-delete.ts'
import { noWhereUpdate } from './catalog/no-where-update.ts'
import { notNullWithoutDefault } from './catalog/not-null-without-default.ts'
import { transactionControl } from './catalog/transaction-control.ts'
import { truncate } from './catalog/truncate.ts'
import { unparsed } from './catalog/unparsed.ts'
import type { Rule, Severity } from './rule.ts'

export type { Rule, Severity } from './rule.ts'

/** Every rule of the review, in the order of the docs page. */
export const catalog: readonly Rule[] = [
  noWhereDelete,
  noWhereUpdate,
  dropTable,
  truncate,
  dropColumn,
  dropIndex,
  dropView,
  dropSequence,
  notNullWithoutDefault,
  createIndexNotConcurrently,
  alterColumnType,
  mixedDdlDml,
  largeInList,
  createSequence,
  unparsed,
  transactionControl,
  dbwardSchema,
  noTransaction,
]

export function defaultSeverities(): Record<string, Severity> {
  return Object.fromEntries(catalog.map(({ id, severity }) => [id, severity]))
}

const severities: readonly Severity[] = ['block', 'warn', 'note', 'off']

/**
 * What is wrong with the severities that a policy sets, a sentence for each: a rule that does not exist, a
 * severity that is none, or a rule that cannot be lowered.
 */
export function severityProblems(given: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(given).flatMap(([id, severity]) => {
    const rule = catalog.find((one) => one.id === id)
    if (rule === undefined) return [`expected a rule of the catalogue, got ${JSON.stringify(id)}`]
    if (!severities.some((one) => one === severity)) {
      return [`expected block, warn, note or off for ${id}, got ${JSON.stringify(severity)}`]
    }
    return rule.fixed && severity !== 'block'
      ? [`the rule ${id} always blocks, and cannot be set to ${severity}`]
      : []
  })
}

/** The severity of every rule. Throws for what `severityProblems` finds: a typo must not pass for a setting. */
export function severitiesOf(severities: Readonly<Record<string, Severity>>): Record<string, Severity> {
  const problems = severityProblems(severities)
  if (problems.length > 0) throw new Error(`the severities of the review are wrong: ${problems.join('; ')}`)
  return { ...defaultSeverities(), ...severities }
}
