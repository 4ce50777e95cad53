import './tiering.ts'
import { loadModule, type ParseResult, parsePlPgSQLSync, parseSync, SqlError } from 'libpg-query'
import { blockDepth } from './block-depth.ts'
import { readsTooLong } from './comment-run.ts'
import { depthBound } from './depth.ts'
import { isSymbol, isWord, lex, type Token } from './lex.ts'

/** `at` is where the parser stopped, in bytes of the text, where it says so. */
export type Unparsed = { readonly unparsed: string; readonly at?: number }
export type Parsed = { readonly tree: ParseResult } | Unparsed

export { loadModule as loadParser }

const maxDepth = 1000
const maxBlockDepth = 100

/** Why the parser must not be asked about these tokens, or undefined. */
export function unfit(tokens: readonly Token[]): Unparsed | undefined {
  const bad = open(tokens)
  if (bad) return { unparsed: `it has ${bad.text}`, at: bad.off }
  // Nothing is nested deeper than it has tokens.
  return tokens.length > maxDepth && depthBound(tokens) > maxDepth ? tooDeep : undefined
}

const tooDeep: Unparsed = { unparsed: 'it is nested too deeply' }

function open(tokens: readonly Token[]): Token | undefined {
  return tokens.find((token) => token.kind === 'bad')
}

/** Parses SQL with PostgreSQL's own grammar; never throws for any text, and never quotes a literal of it. */
export function parseSql(bytes: Uint8Array): Parsed {
  return unfit(lex(bytes)) ?? parseFit(bytes)
}

/** The same for SQL whose statements were all found fit. */
export function parseFit(bytes: Uint8Array): Parsed {
  const text = utf8.decode(bytes)
  // libpg-query throws for the empty text, which is no statement.
  if (text.trim() === '') return { tree: { stmts: [] } }
  return readsTooLong(text) ? tooManyComments : guarded(() => ({ tree: parseSync(text) }), text)
}

const tooManyComments: Unparsed = { unparsed: 'it has too many comments without anything between them' }

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Parses the PL/pgSQL body of a whole DO statement. The SQL in it comes out as text, and was not parsed yet. */
export function parseBody(statement: Uint8Array, body: Uint8Array): { readonly block: unknown } | Unparsed {
  const tokens = lex(body)
  const bad = open(tokens)
  if (bad) return { unparsed: `it has ${bad.text}` }
  if (blockDepth(tokens) > maxBlockDepth) return tooDeep
  if (declarations(tokens) > maxDeclarations) return { unparsed: 'it declares too much' }
  const text = utf8.decode(statement)
  return readsTooLong(text) ? tooManyComments : guarded(() => ({ block: parsePlPgSQLSync(text) }), text)
}

// The parser looks for each new name among all that were declared before it.
const maxDeclarations = 3000

function declarations(tokens: readonly Token[]): number {
  let count = 0
  let declaring = false
  for (const token of tokens) {
    if (isWord(token, 'declare')) declaring = true
    else if (isWord(token, 'begin')) declaring = false
    else if (declaring && isSymbol(token, ';')) count++
  }
  return count
}

// A RangeError or a WebAssembly trap would leave the module in an undefined state (see depthBound), so the
// parser is not used again in this process: an error that is loud beats a verdict that is wrong.
let broken: unknown

function guarded<T>(parse: () => T, text: string): T | Unparsed {
  if (broken !== undefined)
    throw new Error('the SQL parser broke earlier; start the process again', { cause: broken })
  try {
    return parse()
  } catch (error) {
    if (error instanceof SqlError) return { unparsed: said(error.message), ...place(error, text) }
    if (error instanceof RangeError || (error instanceof Error && error.name === 'RuntimeError')) {
      broken = error
      return { unparsed: 'it is nested too deeply for the parser' }
    }
    return { unparsed: said(error instanceof Error ? error.message : '') }
  }
}

// The parser quotes the token that it stumbled over, which may be a secret in a literal: only a plain word stays.
function said(message: string): string {
  const quoted = message.replaceAll(/"[\s\S]*"/g, (near) =>
    /^"[A-Za-z_][\w.]{0,62}"$/.test(near) ? near : '',
  )
  const plain = quoted.replace(/ at or near $/, '').trim()
  return plain === '' || plain.length > 200 || plain.includes("'") ? 'its syntax is not understood' : plain
}

// The cursor counts code points.
function place(error: SqlError, text: string): { at?: number } {
  const cursor = error.sqlDetails?.cursorPosition
  // Without a place the cursor is 0 as well.
  if (cursor === undefined || (cursor === 0 && !error.message.includes('at or near'))) return {}
  let units = 0
  for (let points = 0; points < cursor && units < text.length; points++) {
    units += (text.codePointAt(units) ?? 0) > 0xffff ? 2 : 1
  }
  return units >= text.length ? {} : { at: encoder.encode(text.slice(0, units)).length }
}

const encoder = new TextEncoder()
