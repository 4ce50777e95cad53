import type { DoStmt, Node } from 'libpg-query'
import { type Span, span } from '../span.ts'
import type { Meaning, Statement } from '../statement.ts'
import { type BodyText, bodyText, lineSpan, locate } from './body-text.ts'
import { fixedText } from './fixed-text.ts'
import { isSymbol, lex, significant, type Token } from './lex.ts'
import { parseBody, parseSql } from './parse.ts'
import { place, type Source } from './source.ts'
import { dollarQuoted, plainTypes } from './stand-in.ts'
import { isRecord, stringOf } from './tree.ts'

export type Lower = (node: Node, source: Source) => readonly Statement[]

/** Lowers the body of a DO: it runs when the migration runs, so its statements count as the file's own. */
export function lowerDo(statement: DoStmt, source: Source, lower: Lower): readonly Statement[] {
  const { code, language, location } = partsOf(statement.args)
  if (language !== 'plpgsql') return [opaque(`the body of DO in ${language} is not read`, source)]
  const block = { code, location, text: `do ${dollarQuoted(plainTypes(code))}`, what: 'DO' }
  return lowerBlock(block, source, { lower, dynamic: dynamicSql, commits: true })
}

/** What DO and CREATE FUNCTION say of their body. */
export function partsOf(options: readonly Node[] = []) {
  let code = ''
  let language = 'plpgsql'
  let location = 0
  for (const option of options) {
    if (!('DefElem' in option)) continue
    const { defname, arg } = option.DefElem
    if (defname === 'language') language = stringOf(arg).toLowerCase()
    if (defname !== 'as') continue
    code = arg !== undefined && 'List' in arg ? stringOf(arg.List.items?.[0]) : stringOf(arg)
    location = option.DefElem.location ?? 0
  }
  return { code, language, location }
}

export function opaque(reason: string, source: Source): Statement {
  return place(
    { kind: 'opaque', reason, instead: 'Write its statements directly into the migration.' },
    source,
  )
}

export const dynamicSql: Meaning = {
  kind: 'opaque',
  reason: 'it executes SQL that is put together at run time',
  instead: 'Write the SQL as statements, or EXECUTE one literal.',
}

export type Block = {
  readonly code: string
  readonly location: number
  /** the statement that the parser is given */
  readonly text: string
  readonly what: string
}

type How = {
  readonly lower: Lower
  /** what is said of SQL that is put together at run time */
  readonly dynamic: Meaning
  /** COMMIT and ROLLBACK end the transaction of the file */
  readonly commits: boolean
}

// What a person writes has some hundred expressions, and each is parsed for itself.
const maxExpressions = 20_000

// A body in a text in a body: more than three are not written by hand, and each is parsed anew.
const maxNesting = 8

/** Lowers a block of PL/pgSQL. */
export function lowerBlock(block: Block, source: Source, how: How): readonly Statement[] {
  const nesting = (source.nesting ?? 0) + 1
  const { code, text, what, location } = block
  if (nesting > maxNesting) return [opaque(`the body of ${what} is nested too deeply`, source)]
  const parsed = parseBody(encoder.encode(text), encoder.encode(code))
  if ('unparsed' in parsed)
    return [opaque(`the body of ${what} is not understood: ${parsed.unparsed}`, source)]
  const found: Statement[] = []
  const body = bodyText(code, source, location)
  const expressions = { seen: 0 }
  const inside = { ...source, nesting, conditional: true, noLedger: false }
  visit(parsed.block, { ...how, what, body, found, expressions, source: inside }, 1)
  if (expressions.seen <= maxExpressions) return found
  return [opaque(`the body of ${what} has more than ${maxExpressions} statements and expressions`, source)]
}

const encoder = new TextEncoder()

type Walk = How & {
  readonly source: Source
  readonly body: BodyText
  readonly what: string
  readonly found: Statement[]
  /** those of the block so far; after too many none is read */
  readonly expressions: { seen: number }
}

function visit(value: unknown, walk: Walk, line: number): void {
  if (Array.isArray(value)) for (const item of value) visit(item, walk, line)
  else if (isRecord(value)) {
    for (const [tag, inner] of Object.entries(value)) {
      if (!isRecord(inner)) visit(inner, walk, line)
      else if (tag === 'PLpgSQL_expr') expression(inner, walk, line)
      else {
        const at = typeof inner.lineno === 'number' ? inner.lineno : line
        if (!step(tag, inner, walk, at)) visit(inner, walk, at)
      }
    }
  }
}

/** What is no plain SQL; true where there is nothing more to look at inside. */
function step(tag: string, inner: Readonly<Record<string, unknown>>, walk: Walk, line: number): boolean {
  const at = { ...walk.source, whole: lineSpan(walk.body, line, walk.source) }
  if (tag === 'PLpgSQL_stmt_commit' || tag === 'PLpgSQL_stmt_rollback') {
    const what = tag.endsWith('commit') ? 'COMMIT' : 'ROLLBACK'
    const effect = 'ends the transaction that the file runs in'
    if (walk.commits) walk.found.push(place({ kind: 'transaction-control', what, effect }, at))
    return true
  }
  const dynamic =
    tag === 'PLpgSQL_stmt_dynexecute' || tag === 'PLpgSQL_stmt_dynfors' ? inner.query : inner.dynquery
  if (dynamic === undefined) return false
  const query = isRecord(dynamic) && isRecord(dynamic.PLpgSQL_expr) ? dynamic.PLpgSQL_expr.query : undefined
  const fixed = typeof query === 'string' ? fixedText(query) : undefined
  if (fixed === undefined) walk.found.push(place(walk.dynamic, at))
  else walk.found.push(...sql(fixed, walk, at.whole, undefined))
  return false
}

function expression(inner: Readonly<Record<string, unknown>>, walk: Walk, line: number): void {
  const { query, parseMode } = inner
  if (typeof query !== 'string' || parseMode === 1) return
  if (++walk.expressions.seen > maxExpressions) return
  const where = lineSpan(walk.body, line, walk.source)
  // RawParseMode of PostgreSQL: 0 a statement, 2 an expression, 3 and above an assignment.
  const text =
    parseMode === 2 ? query : typeof parseMode === 'number' && parseMode >= 3 ? assigned(query) : undefined
  if (text === undefined) walk.found.push(...sql(query, walk, where, line))
  else if (/[(]|from/i.test(text)) walk.found.push(...sql(`select ${text}`, walk, where, undefined))
}

// `x.y[1] := expression`, also with a plain `=`.
function assigned(query: string): string {
  const bytes = encoder.encode(query)
  let depth = 0
  for (const token of lex(bytes).filter(significant)) {
    if (isSymbol(token, '(') || isSymbol(token, '[')) depth++
    else if (isSymbol(token, ')') || isSymbol(token, ']')) depth--
    else if (depth === 0 && isSymbol(token, '=')) return decoder.decode(bytes.subarray(token.end))
  }
  return query
}

const decoder = new TextDecoder()

function sql(text: string, walk: Walk, whole: Span, line: number | undefined): readonly Statement[] {
  const bytes = encoder.encode(text)
  const parsed = parseSql(bytes)
  const outer = { ...walk.source, whole, base: undefined, tokens: [] }
  const statements = 'tree' in parsed ? (parsed.tree.stmts ?? []) : undefined
  if (statements === undefined)
    return [opaque(`a statement of the ${walk.what} body is not understood`, outer)]
  const base = line === undefined ? undefined : locate(text, walk.body, line)
  const found =
    base === undefined
      ? outer
      : { ...outer, whole: span(base, base + bytes.length), base, tokens: shifted(bytes, base) }
  return statements.flatMap(({ stmt }) => (stmt ? walk.lower(stmt, found) : []))
}

/** The tokens of a text that stands in the file at `base`. */
export function shifted(bytes: Uint8Array, base: number): readonly Token[] {
  return lex(bytes).map((token) => ({ ...token, off: token.off + base, end: token.end + base }))
}
