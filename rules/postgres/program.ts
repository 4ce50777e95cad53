import type { CreateFunctionStmt, Node, RuleStmt } from 'libpg-query'
import { lastsBeyond } from '../lasting.ts'
import { type Span, span } from '../span.ts'
import type { Statement } from '../statement.ts'
import { dynamicSql, type Lower, lowerBlock, opaque, partsOf, shifted } from './body.ts'
import { bodyText } from './body-text.ts'
import { settingsOf } from './control.ts'
import { isSymbol, isWord, significant } from './lex.ts'
import { parseSql } from './parse.ts'
import { clauseAt, place, type Source } from './source.ts'
import { functionText } from './stand-in.ts'
import { isRecord } from './tree.ts'

/** Whether a statement makes something that runs some other day, and is read here. */
export function isProgram(node: Node): boolean {
  return 'CreateFunctionStmt' in node || 'RuleStmt' in node
}

/**
 * What a function, a procedure or a rule does when it runs. `runs`: something in the file may run it, so that it
 * counts as the file's own. Otherwise it is said of the file that makes it, for the one that runs it may be another.
 */
export function lowerProgram(node: Node, source: Source, runs: boolean, lower: Lower): readonly Statement[] {
  // The literals in a text are literals of their own.
  const inner = { ...source, conditional: true, noLedger: false }
  if ('RuleStmt' in node) {
    const found = ruled(node.RuleStmt, inner, lower)
    return runs ? found : found.filter(lastsBeyond).map((one) => ({ ...one, later: 'rule' }))
  }
  if (!('CreateFunctionStmt' in node)) return []
  const found = bodyOf(node.CreateFunctionStmt, inner, runs, lower)
  return runs ? found : found.filter(lastsBeyond).map((one) => ({ ...one, later: true }))
}

/** Whether the body of a function is in a language that is read here. */
export function isRead({ options, sql_body }: CreateFunctionStmt): boolean {
  const { language } = partsOf(options)
  return sql_body !== undefined || language === 'plpgsql' || language === 'sql'
}

// A server takes 100, and as many columns of its result as a table has. The parser compares each with each.
const maxParameters = 1800

function bodyOf(
  statement: CreateFunctionStmt,
  source: Source,
  runs: boolean,
  lower: Lower,
): readonly Statement[] {
  const { options, sql_body, is_procedure, parameters = [] } = statement
  const found = settings(options, source)
  const what = is_procedure === true ? 'the procedure' : 'the function'
  if (sql_body !== undefined) return [...found, ...atomic(sql_body, source, lower)]
  const { code, language, location } = partsOf(options)
  if (language === 'sql') return [...found, ...plainSql(code, location, what, source, lower)]
  if (language !== 'plpgsql') return found
  if (parameters.length > maxParameters) return [...found, opaque(`${what} has too many parameters`, source)]
  const block = { code, location, text: functionText(statement, code), what }
  const dynamic = runs ? dynamicSql : ({ kind: 'dynamic-sql' } as const)
  return [...found, ...lowerBlock(block, source, { lower, dynamic, commits: runs })]
}

/** CREATE FUNCTION ... SET name = value, which counts while the function runs. */
function settings(options: readonly Node[] = [], source: Source): readonly Statement[] {
  return settingsOf(options).map((meaning) => place(meaning, source))
}

function plainSql(
  code: string,
  location: number,
  what: string,
  source: Source,
  lower: Lower,
): readonly Statement[] {
  const bytes = new TextEncoder().encode(code)
  const parsed = parseSql(bytes)
  if (!('tree' in parsed))
    return [opaque(`the body of ${what} is not understood: ${parsed.unparsed}`, source)]
  const base = bodyText(code, source, location).start
  const tokens = base === undefined ? [] : shifted(bytes, base)
  return (parsed.tree.stmts ?? []).flatMap(({ stmt, stmt_location = 0, stmt_len }) => {
    if (stmt === undefined) return []
    const off = (base ?? 0) + stmt_location
    const whole =
      base === undefined ? source.whole : span(off, stmt_len ? off + stmt_len : base + bytes.length)
    return lower(stmt, { ...source, whole, base, tokens })
  })
}

/** BEGIN ATOMIC statement; statement; END, or RETURN expression. */
function atomic(body: Node, source: Source, lower: Lower): readonly Statement[] {
  if (!('List' in body)) return lower(body, source)
  const [list] = body.List.items ?? []
  const statements = list !== undefined && 'List' in list ? (list.List.items ?? []) : []
  const spans = atomicSpans(source)
  return statements.flatMap((one, i) => {
    const whole = spans.length === statements.length ? (spans[i] ?? source.whole) : source.whole
    return lower(one, { ...source, whole })
  })
}

/** Where the statements between BEGIN ATOMIC and END stand; an empty one is none. */
function atomicSpans({ tokens }: Source): readonly Span[] {
  const words = tokens.filter(significant)
  const begin = words.findIndex((token, i) => isWord(token, 'atomic') && isWord(words[i - 1], 'begin'))
  const found: Span[] = []
  let first = begin + 1
  for (let at = first; begin !== -1 && at < words.length; at++) {
    if (!isSymbol(words[at], ';')) continue
    const [from, to] = [words[first], words[at - 1]]
    if (from !== undefined && to !== undefined && at > first) found.push(span(from.off, to.end))
    first = at + 1
  }
  return found
}

/** CREATE RULE ... DO ALSO (statement; statement) */
function ruled({ actions = [] }: RuleStmt, source: Source, lower: Lower): readonly Statement[] {
  return actions.flatMap((action) => {
    const [tag, body] = Object.entries(action)[0] ?? ['', undefined]
    const relation = isRecord(body) && isRecord(body.relation) ? body.relation.location : undefined
    const location = typeof relation === 'number' ? relation : undefined
    const whole = clauseAt(source, location, tag.replace('Stmt', '').toLowerCase())
    return lower(action, { ...source, whole })
  })
}
