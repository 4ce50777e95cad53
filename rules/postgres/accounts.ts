import type { AlterOwnerStmt, CreateRoleStmt, Node } from 'libpg-query'
import type { Account, SecurityMeaning } from '../security.ts'
import { type Name, show } from '../statement.ts'
import { powerfulRoles } from './grants.ts'
import { rolesOf, roleText, routineText } from './spelling.ts'
import { listedName, relationName, stringOf } from './tree.ts'

/** CREATE, ALTER and DROP of roles, and what they own. */
export function accountMeanings(node: Node): readonly SecurityMeaning[] {
  if ('CreateRoleStmt' in node) return created(node.CreateRoleStmt)
  if ('AlterRoleStmt' in node) return altered(roleText(node.AlterRoleStmt.role), node.AlterRoleStmt.options)
  if ('DropRoleStmt' in node) {
    const names = rolesOf(node.DropRoleStmt.roles).map(roleText).join(', ')
    return [
      account(
        `DROP ROLE ${names}`,
        'locks out whoever logs in with it',
        later(rolesOf(node.DropRoleStmt.roles)),
      ),
    ]
  }
  if ('RenameStmt' in node && node.RenameStmt.renameType === 'OBJECT_ROLE') {
    const what = `ALTER ROLE ${show(node.RenameStmt.subname ?? '')} RENAME TO ${show(node.RenameStmt.newname ?? '')}`
    return [account(what, 'locks out whoever logs in by the old name', askFirst)]
  }
  if ('ReassignOwnedStmt' in node) {
    const from = rolesOf(node.ReassignOwnedStmt.roles).map(roleText).join(', ')
    const what = `REASSIGN OWNED BY ${from} TO ${roleText(node.ReassignOwnedStmt.newrole)}`
    return [account(what, 'changes the owner of everything that it owns in this database', oneByOne)]
  }
  if ('DropOwnedStmt' in node) {
    const from = rolesOf(node.DropOwnedStmt.roles).map(roleText).join(', ')
    const effect = 'drops everything that it owns in this database, rows included, and takes back its rights'
    return [account(`DROP OWNED BY ${from}`, effect, 'Drop what is meant, each by its name.')]
  }
  if ('AlterOwnerStmt' in node) return [owner(node.AlterOwnerStmt)]
  if ('SecLabelStmt' in node)
    return [account('SECURITY LABEL', 'changes what the label of an object lets others do', askFirst)]
  return []
}

/** ALTER TABLE ... OWNER TO. */
export function tableOwner(table: Name, role: string, noun: string): Account {
  return { ...owned(`${noun} ${show(table)}`, role), table }
}

const askFirst = 'Let those who run the server do it, and not a migration.'
const oneByOne = 'Name what changes hands, one by one: ALTER TABLE ... OWNER TO ...'

function later(roles: ReturnType<typeof rolesOf>): string {
  const locks = roles.map((role) => `ALTER ROLE ${roleText(role)} NOLOGIN;`).join(' ')
  return `Lock it first, and drop it when nobody missed it: ${locks}`
}

function account(what: string, effect: string, instead: string, powers: readonly string[] = []): Account {
  return { kind: 'account', what, effect, powers, instead }
}

function created({ stmt_type, role = '', options = [] }: CreateRoleStmt): readonly SecurityMeaning[] {
  const noun = stmt_type === 'ROLESTMT_USER' ? 'USER' : stmt_type === 'ROLESTMT_GROUP' ? 'GROUP' : 'ROLE'
  const powers = powersOf(options)
  const what = `CREATE ${noun} ${show(role)}`
  const plain = `Make it without: CREATE ROLE ${show(role)}; and grant it the rights that it needs.`
  const made = account(
    what,
    'makes a role for the whole server',
    powers.length > 0 ? plain : askFirst,
    powers,
  )
  return hasPassword(options) ? [made, secret(what, show(role))] : [made]
}

function altered(role: string, options: readonly Node[] = []): readonly SecurityMeaning[] {
  const powers = powersOf(options)
  const what = `ALTER ROLE ${role}`
  const without = powers.map((one) => (/^[A-Z]+$/.test(one) ? `NO${one}` : '')).filter(Boolean)
  const instead =
    without.length > 0 ? `Leave it as it is: ALTER ROLE ${role} ${without.join(' ')};` : askFirst
  const changed = account(what, 'changes what a role of the whole server may do', instead, powers)
  if (!hasPassword(options)) return [changed]
  // A password alone is one problem, and said once.
  return options.length === 1 ? [secret(what, role)] : [changed, secret(what, role)]
}

function secret(what: string, role: string): SecurityMeaning {
  const instead = `Leave it out, and set it where nobody reads along: \\password ${role} in psql.`
  return { kind: 'secret', what, instead }
}

const powerful: Readonly<Record<string, string>> = {
  superuser: 'SUPERUSER',
  createrole: 'CREATEROLE',
  isreplication: 'REPLICATION',
  bypassrls: 'BYPASSRLS',
}

function powersOf(options: readonly Node[]): readonly string[] {
  return options.flatMap((node) => {
    if (!('DefElem' in node)) return []
    const { defname = '', arg } = node.DefElem
    const power = Object.hasOwn(powerful, defname) ? powerful[defname] : undefined
    if (power !== undefined)
      return arg !== undefined && 'Boolean' in arg && arg.Boolean.boolval === true ? [power] : []
    const roles = arg !== undefined && 'List' in arg ? rolesOf(arg.List.items) : []
    return defname === 'addroleto' ? roles.map(roleText).filter((name) => powerfulRoles.has(name)) : []
  })
}

// PASSWORD NULL takes one away.
function hasPassword(options: readonly Node[]): boolean {
  return options.some(
    (node) => 'DefElem' in node && node.DefElem.defname === 'password' && node.DefElem.arg !== undefined,
  )
}

function owner({ objectType = 'OBJECT_TABLE', object, relation, newowner }: AlterOwnerStmt): Account {
  const noun = objectType.replace('OBJECT_', '').replaceAll('_', ' ')
  const name =
    object !== undefined && 'ObjectWithArgs' in object
      ? routineText(object.ObjectWithArgs)
      : relation !== undefined
        ? show(relationName(relation))
        : object !== undefined && 'String' in object
          ? show(stringOf(object))
          : show(listedName(object))
  return owned(`${noun} ${name}`, roleText(newowner))
}

function owned(what: string, role: string): Account {
  const instead = `If ${role} only needs to use it, grant that; who owns it may change and drop it.`
  return account(
    `ALTER ${what} OWNER TO ${role}`,
    'changes who may alter, drop and give away what it names',
    instead,
  )
}
