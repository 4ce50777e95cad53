import { addColumnRewritesTable } from './catalog/add-column-rewrites-table.ts'
import { addForeignKey } from './catalog/add-foreign-key.ts'
import { alterColumnType } from './catalog/alter-column-type.ts'
import { alterCopiesTable } from './catalog/alter-copies-table.ts'
import { charsetConversion } from './catalog/charset-conversion.ts'
import { constraintBuildsIndex } from './catalog/constraint-builds-index.ts'
import { constraintWithoutNotValid } from './catalog/constraint-without-not-valid.ts'
import { createIndexNotConcurrently } from './catalog/create-index-not-concurrently.ts'
import { createSequence } from './catalog/create-sequence.ts'
import { dbwardSchema } from './catalog/dbward-schema.ts'
import { dropCascade } from './catalog/drop-cascade.ts'
import { dropColumn } from './catalog/drop-column.ts'
import { dropConstraint } from './catalog/drop-constraint.ts'
import { dropIndex } from './catalog/drop-index.ts'
import { dropNotNull } from './catalog/drop-not-null.ts'
import { dropSchema } from './catalog/drop-schema.ts'
import { dropSequence } from './catalog/drop-sequence.ts'
import { dropTable } from './catalog/drop-table.ts'
import { dropType } from './catalog/drop-type.ts'
import { dropView } from './catalog/drop-view.ts'
import { dynamicSql } from './catalog/dynamic-sql.ts'
import { engineChange } from './catalog/engine-change.ts'
import { enumValue } from './catalog/enum-value.ts'
import { grantOption } from './catalog/grant-option.ts'
import { grantsToEveryone } from './catalog/grants-to-everyone.ts'
import { hiddenCode } from './catalog/hidden-code.ts'
import { integerKey } from './catalog/integer-key.ts'
import { jsonColumn } from './catalog/json-column.ts'
import { largeInList } from './catalog/large-in-list.ts'
import { lockTable } from './catalog/lock-table.ts'
import { lockTimeoutOff } from './catalog/lock-timeout-off.ts'
import { mixedDdlDml } from './catalog/mixed-ddl-dml.ts'
import { mixedScripts } from './catalog/mixed-scripts.ts'
import { noTransaction } from './catalog/no-transaction.ts'
import { noWhereDelete } from './catalog/no-where-delete.ts'
import { noWhereUpdate } from './catalog/no-where-update.ts'
import { notNullWithoutDefault } from './catalog/not-null-without-default.ts'
import { outsideConnection } from './catalog/outside-connection.ts'
import { partitionLock } from './catalog/partition-lock.ts'
import { passwordInSql } from './catalog/password-in-sql.ts'
import { powerfulRole } from './catalog/powerful-role.ts'
import { primaryKeyChange } from './catalog/primary-key-change.ts'
import { privileges } from './catalog/privileges.ts'
import { refreshNotConcurrently } from './catalog/refresh-not-concurrently.ts'
import { reindexNotConcurrently } from './catalog/reindex-not-concurrently.ts'
import { rename } from './catalog/rename.ts'
import { replaceSelect } from './catalog/replace-select.ts'
import { rowSecurity } from './catalog/row-security.ts'
import { securityDefiner } from './catalog/security-definer.ts'
import { serverFiles } from './catalog/server-files.ts'
import { serverSettings } from './catalog/server-settings.ts'
import { sessionSettings } from './catalog/session-settings.ts'
import { setNotNull } from './catalog/set-not-null.ts'
import { slowUnderLock } from './catalog/slow-under-lock.ts'
import { suppression } from './catalog/suppression.ts'
import { tableRewrite } from './catalog/table-rewrite.ts'
import { timestampWithoutZone } from './catalog/timestamp-without-zone.ts'
import { transactionControl } from './catalog/transaction-control.ts'
import { triggerLock } from './catalog/trigger-lock.ts'
import { triggersOff } from './catalog/triggers-off.ts'
import { truncate } from './catalog/truncate.ts'
import { unbatchedBackfill } from './catalog/unbatched-backfill.ts'
import { unparsed } from './catalog/unparsed.ts'
import { untrustedLanguage } from './catalog/untrusted-language.ts'
import { validateInSameTransaction } from './catalog/validate-in-same-transaction.ts'
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
  dropSchema,
  dropConstraint,
  dropType,
  dropCascade,
  rename,
  notNullWithoutDefault,
  createIndexNotConcurrently,
  reindexNotConcurrently,
  refreshNotConcurrently,
  constraintWithoutNotValid,
  validateInSameTransaction,
  constraintBuildsIndex,
  setNotNull,
  addColumnRewritesTable,
  alterColumnType,
  alterCopiesTable,
  charsetConversion,
  engineChange,
  primaryKeyChange,
  addForeignKey,
  tableRewrite,
  partitionLock,
  lockTable,
  slowUnderLock,
  lockTimeoutOff,
  mixedDdlDml,
  largeInList,
  unbatchedBackfill,
  replaceSelect,
  createSequence,
  dropNotNull,
  triggerLock,
  enumValue,
  jsonColumn,
  timestampWithoutZone,
  integerKey,
  suppression,
  dynamicSql,
  grantsToEveryone,
  grantOption,
  powerfulRole,
  privileges,
  passwordInSql,
  rowSecurity,
  securityDefiner,
  untrustedLanguage,
  serverFiles,
  outsideConnection,
  triggersOff,
  sessionSettings,
  hiddenCode,
  serverSettings,
  mixedScripts,
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

/** The rules that a policy lets no comment allow. Throws for one that does not exist: a typo must not pass for a setting. */
export function neverAllowOf(ids: readonly string[]): readonly string[] {
  const wrong = ids.filter((id) => !catalog.some((rule) => rule.id === id))
  if (wrong.length === 0) return ids
  throw new Error(`never_allow: expected rules of the catalogue, got ${JSON.stringify(wrong)}`)
}
