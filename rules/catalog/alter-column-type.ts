import { showType, type TypeName } from '../definition.ts'
import { alterTable } from '../paste.ts'
import { narrows } from '../postgres/type-change.ts'
import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

export const alterColumnType: Rule = {
  id: 'alter-column-type',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'warn',
  title: 'ALTER COLUMN TYPE, MODIFY, CHANGE',
  why: 'Most changes of a type rewrite the table and its indexes under ACCESS EXCLUSIVE: readers and writers wait for as long as that takes. Where the values stay valid as they are stored (a longer varchar, varchar to text, more digits before the point) nothing is rewritten, and nothing is said if the old type is known.',
  instead: 'Add a column of the new type, keep both filled, move the readers, then drop the old one.',
  bad: 'ALTER TABLE orders ALTER COLUMN id TYPE bigint;',
  good: 'ALTER TABLE orders ADD COLUMN id_new bigint;',
  mysql: {
    why: 'MODIFY and CHANGE to another type, and CONVERT TO CHARACTER SET, copy the table while writers wait, and what a MODIFY does not repeat (NOT NULL, DEFAULT, COMMENT) is gone.',
    bad: 'ALTER TABLE orders MODIFY id bigint;',
  },

  check(statement, file) {
    if (statement.kind === 'convert-table' && !file.createdHere(statement.table, 'table')) {
      return `Converting every text column of ${show(statement.table)} copies the table while writers wait.`
    }
    if (statement.kind !== 'alter-column-type' || file.createdHere(statement.table, 'table')) return
    const column = `${show(statement.column)} of ${show(statement.table)}`
    if (file.engine !== 'postgres') return `Changing ${column} may copy the table while writers wait.`
    const [effect] = file.effects(statement)
    if (effect === undefined || effect.rewrites === 'no') return
    const { type } = statement
    const to = type === undefined ? '' : ` to ${showType(type)}`
    const old = effect.rewrites === 'depends' ? `, unless ${kept(type)}` : ''
    const fits = type === undefined || !narrows(file.typeOf(statement.table, statement.column), type)
    const fails = fits ? '' : ' It fails if a value does not fit.'
    return {
      message: `Changing the type of ${column}${to} writes the table and its indexes anew while readers and writers wait, the longer the larger it is${old}.${fails}`,
      instead: `Add a column of the new type, keep both filled, move the readers, then drop the old one: ${alterTable(statement.table, `ADD COLUMN ${show(`${statement.column}_new`)}${to.replace(' to', '')}`)}`,
    }
  },
}

/** Which old type spares it, for those that some type can become for free. */
function kept(type: TypeName | undefined): string {
  switch (type?.name) {
    case 'text':
    case 'citext':
      return 'it was a varchar or a text'
    case 'varchar':
      return type.args.length === 0 ? 'it was a varchar or a text' : 'it was a varchar that was not longer'
    case 'numeric':
      return 'it was a numeric with the same scale and no more digits'
    case 'timestamp':
    case 'timestamptz':
      return 'it was a timestamp that was no more exact, and the time zone of the session is UTC'
    case 'inet':
      return 'it was a cidr'
    default:
      return 'the old type was the same with a smaller limit'
  }
}
