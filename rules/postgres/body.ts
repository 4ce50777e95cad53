import type { DoStmt, Node } from 'libpg-query'
import { span } from '../span.ts'
import type { Meaning, Statement } from '../statement.ts'
import { isSymbol, lex, significant, type Token } from './lex.ts'
import { parseBody, parseSql } from './parse.ts'
import { place, type Source } from './source.ts'
import { constantText, isRecord, stringOf } from './tree.ts'

type Lower = (node: Node, source: Source) => readonly Statement[]

/** Lowers the body of a DO: it runs when the migration runs, so its statements count as the file's own. */
export function lowerBody(statement: DoStmt, source: Source, lower: Lower): readonly Statement[] {
  const { code, language, location } = bodyOf(statement)
  if (language !== 'plpgsql') return [opaque(`the body of DO in ${language} is not read`, source)]
  const body = encoder.encode(code)
  const block = parseBody(encoder.encode(`do ${dollarQuoted(code)}`), body)
  if ('unparsed' in block) return [opaque(`the body of DO is not understood: ${block.unparsed}`, source)]
  const found: Statement[] = []
  const start = startOf(source, location, body)
  const byteAt = byteOffsets(code, body.length)
  visit(block.block, { source, lower, code, byteAt, lineAt: lineStarts(code), start, found }, 1)
  return found
}

const encoder = new TextEncoder()

function bodyOf(statement: DoStmt): { code: string; language: string; location: number } {
  let code = ''
  let language = 'plpgsql'
  let location = 0
  for (const arg of statement.args ?? []) {
    if (!('DefElem' in arg)) continue
    if (arg.DefElem.defname === 'language') language = stringOf(arg.DefElem.arg).toLowerCase()
    if (arg.DefElem.defname !== 'as') continue
    code = stringOf(arg.DefElem.arg)
    location = arg.DefElem.location ?? 0
  }
  return { code, language, location }
}

// A mark that is not in the body; "$b0$", "$b1$", ... of which a body can only hold so many.
function dollarQuoted(code: string): string {
  let n = 0
  while (code.includes(`$b${n}$`)) n++
  return `$b${n}$${code}$b${n}$`
}

function opaque(reason: string, source: Source): Statement {
  return place(
    { kind: 'opaque', reason, instead: 'Write its statements directly into the migration.' },
    source,
  )
}

type Walk = {
  readonly source: Source
  readonly lower: Lower
  readonly code: string
  readonly byteAt: (unit: number) => number
  readonly lineAt: (line: number) => number
  /** where the body begins in the file, where its bytes stand there as they are */
  readonly start: number | undefined
  readonly found: Statement[]
}

// In a dollar-quoted body every byte stands for itself; in '...' only where nothing was escaped.
function startOf(source: Source, location: number, body: Uint8Array): number | undefined {
  if (source.base === undefined) return
  const off = source.base + location
  const token = source.tokens.find(
    (one) => one.off >= off && (one.kind === 'dollar' || one.kind === 'string'),
  )
  const around = token ? token.end - token.off - body.length : -1
  if (token?.kind === 'string') return around === 2 ? token.off + 1 : undefined
  return token && around >= 4 && around % 2 === 0 ? token.off + around / 2 : undefined
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
  const at = { ...walk.source, whole: lineSpan(walk, line), conditional: true }
  if (tag === 'PLpgSQL_stmt_commit' || tag === 'PLpgSQL_stmt_rollback') {
    const what = tag.endsWith('commit') ? 'COMMIT' : 'ROLLBACK'
    walk.found.push(
      place({ kind: 'transaction-control', what, effect: 'ends the transaction that the file runs in' }, at),
    )
    return true
  }
  const dynamic =
    tag === 'PLpgSQL_stmt_dynexecute' || tag === 'PLpgSQL_stmt_dynfors' ? inner.query : inner.dynquery
  if (dynamic === undefined) return false
  const fixed = fixedText(dynamic)
  if (fixed === undefined) walk.found.push(place(dynamicSql, at))
  else walk.found.push(...sql(fixed, walk, at.whole, undefined))
  return false
}

const dynamicSql: Meaning = {
  kind: 'opaque',
  reason: 'it executes SQL that is put together at run time',
  instead: 'Write the SQL as statements, or EXECUTE one literal.',
}

/** The text of EXECUTE 'literal'. */
function fixedText(expression: unknown): string | undefined {
  const query =
    isRecord(expression) && isRecord(expression.PLpgSQL_expr) ? expression.PLpgSQL_expr.query : undefined
  if (typeof query !== 'string') return
  const parsed = parseSql(encoder.encode(`select ${query}`))
  const select = 'tree' in parsed ? parsed.tree.stmts?.[0]?.stmt : undefined
  if (select === undefined || !('SelectStmt' in select) || select.SelectStmt.targetList?.length !== 1) return
  const [target] = select.SelectStmt.targetList
  return target !== undefined && 'ResTarget' in target ? constantText(target.ResTarget.val) : undefined
}

function expression(inner: Readonly<Record<string, unknown>>, walk: Walk, line: number): void {
  const { query, parseMode } = inner
  if (typeof query !== 'string' || parseMode === 1) return
  const where = lineSpan(walk, line)
  // RawParseMode of PostgreSQL: 0 a statement, 2 an expression, 3 and above an assignment.
  const text =
    parseMode === 2 ? query : typeof parseMode === 'number' && parseMode >= 3 ? assigned(query) : undefined
  if (text === undefined) walk.found.push(...sql(query, walk, where, line))
  else walk.found.push(...sql(`select ${text}`, walk, where, undefined))
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

function sql(
  text: string,
  walk: Walk,
  whole: Source['whole'],
  line: number | undefined,
): readonly Statement[] {
  const bytes = encoder.encode(text)
  const parsed = parseSql(bytes)
  const outer = { ...walk.source, whole, conditional: true, base: undefined, tokens: [] }
  const statements = 'tree' in parsed ? (parsed.tree.stmts ?? []) : undefined
  if (statements === undefined) return [opaque('a statement of the DO body is not understood', outer)]
  const base = line === undefined ? undefined : locate(text, walk, line)
  const found =
    base === undefined
      ? outer
      : { ...outer, whole: span(base, base + bytes.length), base, tokens: shifted(bytes, base) }
  return statements.flatMap(({ stmt }) => (stmt ? walk.lower(stmt, found) : []))
}

function shifted(bytes: Uint8Array, base: number): readonly Token[] {
  return lex(bytes).map((token) => ({ ...token, off: token.off + base, end: token.end + base }))
}

// A statement begins on the line that PL/pgSQL says, or, as a query of a loop, soon after.
const searched = 2000

function locate(text: string, { code, start, byteAt, lineAt }: Walk, line: number): number | undefined {
  if (start === undefined) return
  const from = lineAt(line)
  const at = code.slice(from, from + searched + text.length).indexOf(text)
  return at === -1 ? undefined : start + byteAt(from + at)
}

function lineSpan({ source, code, start, byteAt, lineAt }: Walk, line: number): Source['whole'] {
  if (start === undefined) return source.whole
  const from = lineAt(line)
  const newline = code.indexOf('\n', from)
  const text = code.slice(from, newline === -1 ? code.length : newline)
  if (text.trim() === '') return source.whole
  const first = from + text.length - text.trimStart().length
  return span(start + byteAt(first), start + byteAt(first + text.trim().length))
}

function byteOffsets(code: string, bytes: number): (unit: number) => number {
  if (code.length === bytes) return (unit) => unit
  const offsets = new Uint32Array(code.length + 1)
  let off = 0
  for (let unit = 0; unit < code.length; unit++) {
    offsets[unit] = off
    const point = code.codePointAt(unit) ?? 0
    // The second half of a surrogate pair has no bytes of its own: the first one brought all four.
    if (point < 0xdc00 || point > 0xdfff)
      off += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  offsets[code.length] = off
  return (unit) => offsets[unit] ?? off
}

function lineStarts(code: string): (line: number) => number {
  const starts = [0]
  for (let at = code.indexOf('\n'); at !== -1; at = code.indexOf('\n', at + 1)) starts.push(at + 1)
  return (line) => starts[Math.min(line, starts.length) - 1] ?? 0
}
