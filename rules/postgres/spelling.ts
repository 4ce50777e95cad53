import type { FunctionParameter, Node, ObjectWithArgs, RoleSpec, TypeName } from 'libpg-query'
import { spelled } from '../definition.ts'
import { show } from '../statement.ts'
import { nameOf, stringOf } from './tree.ts'

/** A role as SQL writes it. */
export function roleText(role: RoleSpec | undefined): string {
  switch (role?.roletype) {
    case 'ROLESPEC_PUBLIC':
      return 'PUBLIC'
    case 'ROLESPEC_CURRENT_USER':
      return 'CURRENT_USER'
    case 'ROLESPEC_CURRENT_ROLE':
      return 'CURRENT_ROLE'
    case 'ROLESPEC_SESSION_USER':
      return 'SESSION_USER'
    default:
      return show(role?.rolename ?? '')
  }
}

export function rolesOf(nodes: readonly Node[] = []): readonly RoleSpec[] {
  return nodes.flatMap((node) => ('RoleSpec' in node ? [node.RoleSpec] : []))
}

/** `app.f(integer, text[])`, or `app.f` where the statement does not say its arguments. */
export function routineText(routine: ObjectWithArgs | undefined): string {
  const name = show(nameOf(routine?.objname ?? []))
  if (routine?.args_unspecified === true) return name
  const types = (routine?.objargs ?? []).map((node) => ('TypeName' in node ? typeText(node.TypeName) : '*'))
  return `${name}(${types.join(', ')})`
}

/** The same of one that is created: only what goes in is part of its name. */
export function createdRoutine(name: readonly Node[] = [], parameters: readonly Node[] = []): string {
  const types = parameters
    .flatMap((node) => ('FunctionParameter' in node ? [node.FunctionParameter] : []))
    .filter(goesIn)
    .map(({ argType }) => typeText(argType))
  return `${show(nameOf(name))}(${types.join(', ')})`
}

function goesIn({ mode }: FunctionParameter): boolean {
  return mode !== 'FUNC_PARAM_OUT' && mode !== 'FUNC_PARAM_TABLE'
}

function typeText(type: TypeName | undefined): string {
  const names = type?.names ?? []
  const own = names.length === 2 && stringOf(names[0]) === 'pg_catalog' ? stringOf(names[1]) : undefined
  const text = own === undefined ? show(nameOf(names)) : (spelled(own) ?? own)
  return `${text}${'[]'.repeat(type?.arrayBounds?.length ?? 0)}`
}
