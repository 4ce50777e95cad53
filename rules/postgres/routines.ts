import type { AlterFunctionStmt, CreateFunctionStmt, Node, VariableSetStmt } from 'libpg-query'
import type { Danger, SecurityMeaning } from '../security.ts'
import { type Name, show } from '../statement.ts'
import { createdRoutine, routineText } from './spelling.ts'
import { constantText, nameOf, stringOf } from './tree.ts'

/** A function or procedure that is made or changed: whose rights it has, and in which language it is. */
export function routineMeanings(node: Node): readonly SecurityMeaning[] {
  if ('CreateFunctionStmt' in node) return created(node.CreateFunctionStmt)
  return 'AlterFunctionStmt' in node ? altered(node.AlterFunctionStmt) : []
}

function created(statement: CreateFunctionStmt): readonly SecurityMeaning[] {
  const { funcname = [], parameters, options = [], sql_body, is_procedure } = statement
  const noun = is_procedure ? 'PROCEDURE' : 'FUNCTION'
  const signature = createdRoutine(funcname, parameters)
  const found = foreignLanguage(`The ${noun.toLowerCase()} ${show(nameOf(funcname))}`, options)
  // The names in a body of SQL's own syntax were looked up when it was made.
  if (!isOn(options, 'security') || sql_body !== undefined) return found
  const path = pathTrouble(settingsIn(options))
  if (path === undefined) return found
  const what = `CREATE ${noun} ${show(nameOf(funcname))}`
  return [
    ...found,
    { kind: 'definer', what, path, instead: fixed(noun, signature, nameOf(funcname), settingsIn(options)) },
  ]
}

function altered({ objtype, func, actions = [] }: AlterFunctionStmt): readonly SecurityMeaning[] {
  const noun = objtype?.replace('OBJECT_', '') ?? 'FUNCTION'
  const signature = routineText(func)
  const sets = settingsIn(actions)
  const touches = sets.some((one) => one.name === 'search_path' || one.kind === 'VAR_RESET_ALL')
  const becomes = isOn(actions, 'security')
  const path = becomes || touches ? pathTrouble(sets) : undefined
  // Without SECURITY DEFINER here it may have it from before, and lose its path now.
  if (path === undefined || (!becomes && path !== 'none')) return []
  const name = nameOf(func?.objname ?? [])
  return [
    {
      kind: 'definer',
      what: `ALTER ${noun} ${show(name)}`,
      path,
      instead: fixed(noun, signature, name, sets),
    },
  ]
}

/** The path that was said, with what is safe about it; else that of its own schema. */
function fixed(noun: string, signature: string, { schema }: Name, sets: readonly VariableSetStmt[]): string {
  const said = pathIn(sets).filter((one) => one !== '$user' && one !== 'pg_temp')
  const path = said.length > 0 ? said : ['pg_catalog', schema ?? 'public']
  const set = `ALTER ${noun} ${signature} SET search_path = ${[...path, 'pg_temp'].map(show).join(', ')};`
  return `Set it for the ${noun.toLowerCase()}, with the schemas of its tables, and pg_temp last: ${set}`
}

function isOn(options: readonly Node[], name: string): boolean {
  return options.some((node) => {
    if (!('DefElem' in node) || node.DefElem.defname !== name) return false
    const { arg } = node.DefElem
    return arg !== undefined && 'Boolean' in arg && arg.Boolean.boolval === true
  })
}

function settingsIn(options: readonly Node[]): readonly VariableSetStmt[] {
  return options.flatMap((node) => {
    const arg = 'DefElem' in node && node.DefElem.defname === 'set' ? node.DefElem.arg : undefined
    return arg !== undefined && 'VariableSetStmt' in arg ? [arg.VariableSetStmt] : []
  })
}

// https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY
function pathTrouble(sets: readonly VariableSetStmt[]): 'none' | 'temporary' | 'callers' | undefined {
  const set = sets.findLast((one) => one.name === 'search_path' || one.kind === 'VAR_RESET_ALL')
  if (set === undefined || set.kind === 'VAR_RESET' || set.kind === 'VAR_RESET_ALL') return 'none'
  if (set.kind === 'VAR_SET_DEFAULT') return 'none'
  if (set.kind !== 'VAR_SET_VALUE') return
  const path = pathIn(sets)
  if (path.includes('$user')) return 'callers'
  return path.length === 0 || path.at(-1) === 'pg_temp' ? undefined : 'temporary'
}

function pathIn(sets: readonly VariableSetStmt[]): readonly string[] {
  const set = sets.findLast((one) => one.name === 'search_path')
  return (set?.args ?? []).map((one) => constantText(one) ?? '').filter((one) => one !== '')
}

const read = new Set(['sql', 'plpgsql'])
const native = new Set(['c', 'internal'])
// A language that ends in u runs what it likes as the system's user; the others are kept in a box.
const untrusted = /^(pl.*u|plsh|plr|pljava|plrust|plexec)$/
const boxed = new Set(['plperl', 'pltcl', 'plv8', 'plcoffee', 'plls', 'pllua', 'plprql'])

function foreignLanguage(what: string, options: readonly Node[]): readonly Danger[] {
  const option = options.find((node) => 'DefElem' in node && node.DefElem.defname === 'language')
  const language =
    option !== undefined && 'DefElem' in option ? stringOf(option.DefElem.arg).toLowerCase() : 'sql'
  if (read.has(language)) return []
  const effect = languageEffect(language)
  const instead = 'Write it in SQL or PL/pgSQL.'
  return [{ kind: 'danger', of: 'native-code', what, effect, instead }]
}

function languageEffect(language: string): string {
  const name = show(language)
  if (native.has(language))
    return `is native code (language ${name}), which can do anything that the server's process can`
  if (untrusted.test(language))
    return `is in ${name}, an untrusted language: its code reaches files and programs of the server`
  if (boxed.has(language)) return `is in ${name}, and its body was not read`
  return `is in ${name}, a language that this review does not know, and its body was not read`
}
