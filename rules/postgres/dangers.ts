import type { AlterTableCmd, ATAlterConstraint, CopyStmt, Node } from 'libpg-query'
import type { Danger, SecurityMeaning } from '../security.ts'
import { type Name, show } from '../statement.ts'
import { extensionDanger } from './extensions.ts'
import { roleText } from './spelling.ts'
import { relationName } from './tree.ts'

/** Statements that reach out of the database, switch off what watches over it, or hide what runs. */
export function dangerMeanings(node: Node): readonly SecurityMeaning[] {
  if ('CreateExtensionStmt' in node) return listed(extensionDanger(node.CreateExtensionStmt.extname ?? ''))
  if ('CreatePLangStmt' in node)
    return [language(`CREATE LANGUAGE ${show(node.CreatePLangStmt.plname ?? '')}`)]
  if ('LoadStmt' in node)
    return [danger('native-code', 'LOAD', 'runs code of a library in the server', leave)]
  if ('CopyStmt' in node) return listed(copied(node.CopyStmt))
  if ('CreateTableSpaceStmt' in node) {
    const what = `CREATE TABLESPACE ${show(node.CreateTableSpaceStmt.tablespacename ?? '')}`
    return [danger('server-file', what, 'has tables written to a folder of the server', tablespaces)]
  }
  return [...hidden(node), ...outside(node), ...ofServer(node)]
}

/** The commands of ALTER TABLE that take a trigger or a rule out of the way. */
export function triggersOff({ subtype, name = '', def }: AlterTableCmd, table: Name): Danger | undefined {
  if (def !== undefined && 'ATAlterConstraint' in def) return keyOff(def.ATAlterConstraint, table)
  const verb = subtype === undefined ? undefined : switches[subtype]
  if (verb === undefined) return
  const [what, effect, back] = verb
  const named = back.endsWith(' ') ? `${back}${show(name)}` : back
  const said = what.endsWith(' ') ? `${what}${show(name)}` : what
  const instead = `Change the rows with it in place; where it must be off, end the same file with ALTER TABLE ${show(table)} ${named};`
  return { kind: 'danger', of: 'triggers-off', what: `${said} of ${show(table)}`, effect, instead, table }
}

/** NOT ENFORCED of PostgreSQL 18 takes away the triggers that check a foreign key. */
function keyOff(
  { conname = '', alterEnforceability, is_enforced }: ATAlterConstraint,
  table: Name,
): Danger | undefined {
  if (alterEnforceability !== true || is_enforced === true) return
  const command = (how: string) => `ALTER CONSTRAINT ${show(conname)} ${how}`
  return {
    kind: 'danger',
    of: 'triggers-off',
    what: `${command('NOT ENFORCED')} of ${show(table)}`,
    effect: 'switches the foreign key off for everybody, and what is written meanwhile breaks it unseen',
    instead: `Change the rows with it in place; where it must be off, end the same file with ALTER TABLE ${show(table)} ${command('ENFORCED')};`,
    table,
  }
}

const skipped = 'and what it checks or writes down is left out from here on, for everybody'
const switches: Readonly<Record<string, readonly [what: string, effect: string, back: string]>> = {
  AT_DisableTrig: ['DISABLE TRIGGER ', `switches the trigger off, ${skipped}`, 'ENABLE TRIGGER '],
  AT_DisableTrigAll: [
    'DISABLE TRIGGER ALL',
    'switches off every trigger, those that check foreign keys included, for everybody, and what is written meanwhile is never checked',
    'ENABLE TRIGGER ALL',
  ],
  AT_DisableTrigUser: [
    'DISABLE TRIGGER USER',
    `switches its triggers off, ${skipped}`,
    'ENABLE TRIGGER USER',
  ],
  AT_EnableReplicaTrig: [
    'ENABLE REPLICA TRIGGER ',
    'lets the trigger fire for replication only, and for nobody else from here on',
    'ENABLE TRIGGER ',
  ],
  AT_DisableRule: ['DISABLE RULE ', `switches the rule off, ${skipped}`, 'ENABLE RULE '],
  AT_EnableReplicaRule: [
    'ENABLE REPLICA RULE ',
    'lets the rule work for replication only, and for nobody else from here on',
    'ENABLE RULE ',
  ],
}

const leave = 'Leave it out.'
const tablespaces = 'Let those who run the server make it.'

function danger(of: Danger['of'], what: string, effect: string, instead: string): Danger {
  return { kind: 'danger', of, what, effect, instead }
}

function listed(one: Danger | undefined): readonly Danger[] {
  return one === undefined ? [] : [one]
}

function language(what: string): Danger {
  return danger('native-code', what, 'brings a language whose code this review does not read', leave)
}

function copied({ relation, filename, is_program, is_from }: CopyStmt): Danger | undefined {
  // That it runs a program is said already, and that it needs a client.
  if (filename === undefined || is_program === true) return
  const table = relation !== undefined ? show(relationName(relation)) : 'a query'
  const what = is_from === true ? `COPY ${table} FROM a file` : `COPY ${table} TO a file`
  const effect =
    is_from === true ? "reads from the server's own files" : "writes rows into the server's own files"
  const instead =
    is_from === true ? `Use INSERT INTO ${table} ... VALUES ...` : 'Let the application write it.'
  return danger('server-file', what, effect, instead)
}

function hidden(node: Node): readonly Danger[] {
  if ('CreateEventTrigStmt' in node) {
    const what = `CREATE EVENT TRIGGER ${show(node.CreateEventTrigStmt.trigname ?? '')}`
    const effect = 'has a function run at every later change of definitions in this database, or stops it'
    return [danger('hidden-code', what, effect, 'Let those who run the server make it.')]
  }
  if ('AlterEventTrigStmt' in node) {
    const { trigname = '', tgenabled } = node.AlterEventTrigStmt
    // O and A: it runs.
    if (tgenabled !== 'D' && tgenabled !== 'R') return []
    const effect = 'switches off what runs at every change of definitions, which often watches over them'
    return [danger('triggers-off', `ALTER EVENT TRIGGER ${show(trigname)}`, effect, leave)]
  }
  if ('RuleStmt' in node) {
    const { rulename = '', relation, event = '', instead } = node.RuleStmt
    // A view is such a rule, and has a statement of its own.
    const verb = event.replace('CMD_', '')
    const effect = `has every ${verb} of ${show(relationName(relation))} rewritten, so that it ${instead === true ? 'does something else' : 'does more'} than it says`
    return [
      danger(
        'hidden-code',
        `CREATE RULE ${show(rulename)}`,
        effect,
        'Write a trigger, or do it where the rows are written.',
      ),
    ]
  }
  const changed = 'DeleteStmt' in node ? undefined : changedTable(node)
  if (changed?.schema !== undefined && ['cron', 'timetable', 'pgagent'].includes(changed.schema)) {
    const effect = 'has SQL run later, again and again, when nobody looks'
    return [
      danger(
        'hidden-code',
        `A change of ${show(changed)}`,
        effect,
        'Let a job that is deployed with the application run it.',
      ),
    ]
  }
  return []
}

/** The table whose rows are changed by their owner's hand: INSERT, UPDATE, DELETE, MERGE, TRUNCATE. */
export function changedTable(node: Node): Name | undefined {
  if ('InsertStmt' in node) return relationName(node.InsertStmt.relation)
  if ('UpdateStmt' in node) return relationName(node.UpdateStmt.relation)
  if ('DeleteStmt' in node) return relationName(node.DeleteStmt.relation)
  return 'MergeStmt' in node ? relationName(node.MergeStmt.relation) : undefined
}

const elsewhere = 'Let the application bring the rows from one to the other.'
const provisioned = 'Let those who run the server make it: it holds an address, and often a password.'

function outside(node: Node): readonly SecurityMeaning[] {
  if ('CreateForeignServerStmt' in node || 'AlterForeignServerStmt' in node) {
    const made = 'CreateForeignServerStmt' in node
    const name = made ? node.CreateForeignServerStmt.servername : node.AlterForeignServerStmt.servername
    const what = `${made ? 'CREATE' : 'ALTER'} SERVER ${show(name ?? '')}`
    return [danger('outside', what, 'connects the database server to another one', provisioned)]
  }
  if ('CreateUserMappingStmt' in node || 'AlterUserMappingStmt' in node) {
    const made = 'CreateUserMappingStmt' in node
    const {
      user,
      servername = '',
      options = [],
    } = made ? node.CreateUserMappingStmt : node.AlterUserMappingStmt
    const what = `${made ? 'CREATE' : 'ALTER'} USER MAPPING FOR ${roleText(user)} SERVER ${show(servername)}`
    const holds = options.some(
      (one) => 'DefElem' in one && /passw|secret|token|key/i.test(one.DefElem.defname ?? ''),
    )
    if (holds)
      return [
        { kind: 'secret', what, instead: 'Leave it out, and let those who run the server make the mapping.' },
      ]
    return [danger('outside', what, 'says who may use another server, and as whom', provisioned)]
  }
  if ('CreateFdwStmt' in node || 'AlterFdwStmt' in node) {
    const name = 'CreateFdwStmt' in node ? node.CreateFdwStmt.fdwname : node.AlterFdwStmt.fdwname
    return [
      danger(
        'outside',
        `FOREIGN DATA WRAPPER ${show(name ?? '')}`,
        'lets SQL connect the database server to others',
        provisioned,
      ),
    ]
  }
  if ('CreateForeignTableStmt' in node) {
    const { base, servername = '' } = node.CreateForeignTableStmt
    const what = `CREATE FOREIGN TABLE ${show(relationName(base?.relation))}`
    return [
      danger(
        'outside',
        what,
        `has its rows on ${show(servername)}, where other people may change them`,
        elsewhere,
      ),
    ]
  }
  if ('ImportForeignSchemaStmt' in node) {
    const { remote_schema = '', server_name = '' } = node.ImportForeignSchemaStmt
    const what = `IMPORT FOREIGN SCHEMA ${show(remote_schema)}`
    return [
      danger('outside', what, `makes tables of whatever ${show(server_name)} says that it has`, elsewhere),
    ]
  }
  return replication(node)
}

function replication(node: Node): readonly SecurityMeaning[] {
  if ('CreateSubscriptionStmt' in node || 'AlterSubscriptionStmt' in node) {
    const made = 'CreateSubscriptionStmt' in node
    const { subname = '', conninfo } = made ? node.CreateSubscriptionStmt : node.AlterSubscriptionStmt
    const what = `${made ? 'CREATE' : 'ALTER'} SUBSCRIPTION ${show(subname)}`
    const told = conninfo !== undefined && /passw|:\/\/[^/@]*:[^/@]*@/i.test(conninfo)
    const found: SecurityMeaning = danger(
      'outside',
      what,
      'has another server write into the tables of this one',
      provisioned,
    )
    const instead = `Leave the password out of the connection, and put it into a .pgpass of the server.`
    return told ? [found, { kind: 'secret', what, instead }] : [found]
  }
  if ('CreatePublicationStmt' in node && node.CreatePublicationStmt.for_all_tables === true) {
    const name = show(node.CreatePublicationStmt.pubname ?? '')
    const effect =
      'gives the rows of every table to whoever subscribes, later ones included, and UPDATE and DELETE fail where a table has no replica identity'
    return [
      danger(
        'outside',
        `CREATE PUBLICATION ${name} FOR ALL TABLES`,
        effect,
        `Name the tables: CREATE PUBLICATION ${name} FOR TABLE ...;`,
      ),
    ]
  }
  return []
}

function ofServer(node: Node): readonly Danger[] {
  const table = changedTable(node)
  if (table !== undefined && isCatalog(table)) {
    const effect =
      'changes the catalogue behind the back of the server, which can leave the database unreadable'
    return [
      danger(
        'server-setting',
        `A change of ${show(table)}`,
        effect,
        'Use the statement that is made for it: ALTER, CREATE, DROP, COMMENT.',
      ),
    ]
  }
  return []
}

function isCatalog({ schema, name }: Name): boolean {
  // The executor's rules say of pg_settings what it means.
  if (name === 'pg_settings') return false
  return (
    schema === 'pg_catalog' ||
    schema === 'information_schema' ||
    (schema === undefined && name.startsWith('pg_'))
  )
}
