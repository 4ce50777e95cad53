import { showType, type TypeName } from '../definition.ts'
import { toldOf } from '../mysql/told.ts'
import type { Work } from '../mysql/work.ts'
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
    why: 'MODIFY and CHANGE to another type copy the table while writers wait, which grows with the table, and what they do not repeat (NOT NULL, DEFAULT, COMMENT) is gone. Some changes are instant: another name, place, default or comment, more values at the end of an ENUM, a longer VARCHAR; what the type was before is not in the file.',
    instead:
      'End it with ALGORITHM=INPLACE, LOCK=NONE, so that the server refuses to copy; for what it refuses, add a column of the new type, keep both filled, move the readers, then drop the old one.',
    bad: 'ALTER TABLE orders MODIFY id bigint;',
    good: 'ALTER TABLE orders MODIFY note varchar(60), ALGORITHM=INPLACE, LOCK=NONE;',
  },

  check(statement, file) {
    if (file.engine !== 'postgres') return toldOf(statement, file, works)
    if (statement.kind !== 'alter-column-type' || file.createdHere(statement.table, 'table')) return
    const column = `${show(statement.column)} of ${show(statement.table)}`
    const [effect] = file.effects(statement)
    if (effect === undefined || effect.rewrites === 'no') return
    const { type } = statement
    const to = type === undefined ? '' : ` to ${showType(type)}`
    const old = effect.rewrites === 'depends' ? `, unless ${kept(type)}` : ''
    const fits = type === undefined || !narrows(file.typeOf(statement.table, statement.column), type)
    const fails = fits ? '' : ' It fails if a value does not fit.'
    return {
      message: `Changing the type of ${column}${to} writes the table and its indexes anew while readers and writers wait, the longer the larger it is${old}.${fails}`,
      instead: `Add a column of the new type, keep both filled, move the readers, then drop the old one:\n${alterTable(statement.table, `ADD COLUMN ${show(`${statement.column}_new`)}${to.replace(' to', '')}`)}`,
    }
  },
}

const works: ReadonlySet<Work> = new Set(['modify-column', 'modify-column-auto-increment'] as const)

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
