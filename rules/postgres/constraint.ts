import type { Constraint, Node } from 'libpg-query'
import type { Meaning, Name } from '../statement.ts'
import { kinds } from './columns.ts'
import { relationName, stringOf } from './tree.ts'

type Added = Meaning & { readonly kind: 'add-constraint' }

/** ADD CONSTRAINT of every kind; undefined where it is none that is known here. */
export function constraintMeaning(def: Node | undefined, table: Name): Added | undefined {
  return def !== undefined && 'Constraint' in def ? ofConstraint(def.Constraint, table) : undefined
}

function ofConstraint(constraint: Constraint, table: Name): Added | undefined {
  const { contype, conname, skip_validation, indexname, is_enforced } = constraint
  const what = kinds[contype ?? '']
  if (what === undefined) return
  // NOT ENFORCED (PostgreSQL 18) looks at no row; NOT NULL is always enforced, and does not say so.
  const unenforced = is_enforced !== true && (what === 'check' || what === 'foreign-key')
  return {
    kind: 'add-constraint',
    table,
    what,
    columns: columnsOf(constraint),
    checked: skip_validation !== true && !unenforced,
    ...(conname === undefined ? {} : { name: conname }),
    ...(indexname === undefined ? {} : { byIndex: indexname }),
    ...referencesOf(constraint),
  }
}

export function columnsOf({ keys = [], fk_attrs = [] }: Constraint): readonly string[] {
  return [...keys, ...fk_attrs].map(stringOf)
}

function referencesOf(constraint: Constraint): Pick<Added, 'references'> {
  const { pktable, pk_attrs = [] } = constraint
  if (pktable === undefined) return {}
  return {
    references: { table: relationName(pktable), columns: pk_attrs.map(stringOf), ...followsOf(constraint) },
  }
}

/** What the rows of the other table do, those that point to it do too: CASCADE, SET NULL, SET DEFAULT. */
export function followsOf({ fk_del_action, fk_upd_action }: Constraint): { readonly follows?: true } {
  const acts = [fk_del_action, fk_upd_action].some((one) => one === 'c' || one === 'n' || one === 'd')
  return acts ? { follows: true } : {}
}
