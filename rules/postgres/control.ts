import type { Node, VariableSetStmt } from 'libpg-query'
import type { Meaning } from '../statement.ts'
import { settingMeaning } from './session.ts'

/** Statements about the session, its transaction and its client rather than about tables. */
export function control(node: Node): Meaning | undefined {
  if ('TransactionStmt' in node) return transaction(node.TransactionStmt.kind ?? '')
  if ('VariableSetStmt' in node) return settingMeaning(node.VariableSetStmt)
  if ('ConstraintsSetStmt' in node) {
    if (node.ConstraintsSetStmt.constraints?.length) return
    return controls('SET CONSTRAINTS ALL', "reaches the ledger's own constraint too: name the constraints")
  }
  if ('AlterRoleSetStmt' in node) return lasting(node.AlterRoleSetStmt.setstmt)
  if ('AlterDatabaseSetStmt' in node) return lasting(node.AlterDatabaseSetStmt.setstmt)
  if ('DiscardStmt' in node) {
    if (node.DiscardStmt.target === 'DISCARD_ALL') {
      return controls('DISCARD ALL', 'gives up the lock and the settings of the session')
    }
    return node.DiscardStmt.target === 'DISCARD_TEMP' ? { kind: 'names-change', names: 'bare' } : undefined
  }
  if ('AlterFunctionStmt' in node) return settingsOf(node.AlterFunctionStmt.actions)[0]
  if ('AlterSystemStmt' in node)
    return controls('ALTER SYSTEM', 'changes the whole server, and no transaction undoes it')
  if ('CopyStmt' in node) {
    if (node.CopyStmt.is_program) return controls('COPY ... PROGRAM', 'runs a program on the server')
    return node.CopyStmt.filename === undefined ? copyByClient(node.CopyStmt.is_from === true) : undefined
  }
  return undefined
}

/** A setting of sessions that begin later; the one that runs the file goes on waiting as it did. */
function lasting(set: VariableSetStmt | undefined): Meaning | undefined {
  const meaning = set && settingMeaning(set)
  return meaning?.kind === 'lock-timeout' ? undefined : meaning
}

/** CREATE FUNCTION ... SET name = value, as far as no program may set it either. */
export function settingsOf(options: readonly Node[] = []): readonly Meaning[] {
  return options.flatMap((option) => {
    const set = 'DefElem' in option && option.DefElem.defname === 'set' ? option.DefElem.arg : undefined
    const meaning = set && control(set)
    return meaning?.kind === 'transaction-control' || meaning?.kind === 'opaque' ? [meaning] : []
  })
}

function controls(what: string, effect: string): Meaning {
  return { kind: 'transaction-control', what, effect }
}

const commands: Readonly<Record<string, string>> = {
  TRANS_STMT_BEGIN: 'BEGIN',
  TRANS_STMT_START: 'START TRANSACTION',
  TRANS_STMT_COMMIT: 'COMMIT',
  TRANS_STMT_ROLLBACK: 'ROLLBACK',
  TRANS_STMT_SAVEPOINT: 'SAVEPOINT',
  TRANS_STMT_RELEASE: 'RELEASE SAVEPOINT',
  TRANS_STMT_ROLLBACK_TO: 'ROLLBACK TO SAVEPOINT',
  TRANS_STMT_PREPARE: 'PREPARE TRANSACTION',
  TRANS_STMT_COMMIT_PREPARED: 'COMMIT PREPARED',
  TRANS_STMT_ROLLBACK_PREPARED: 'ROLLBACK PREPARED',
}

function transaction(kind: string): Meaning {
  return controls(
    commands[kind] ?? 'transaction control',
    'takes the transaction out of the hands of whoever runs the file',
  )
}

function copyByClient(from: boolean): Meaning {
  return {
    kind: 'opaque',
    reason: `COPY ... ${from ? 'FROM STDIN takes its rows from' : 'TO STDOUT gives its rows to'} a client, and a migration has none`,
    instead: 'Use INSERT.',
  }
}
