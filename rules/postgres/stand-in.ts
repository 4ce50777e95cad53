import type { CreateFunctionStmt, FunctionParameter, TypeName } from 'libpg-query'
import { isSymbol, isWord, lex, significant, type Token } from './lex.ts'
import { stringOf } from './tree.ts'

/**
 * The same block of PL/pgSQL, line by line, with types that the parser takes without knowing the tables of a server.
 *
 * A server looks types up. libpg-query cannot, and then refuses to set a field of a `users%ROWTYPE`, or to select into a
 * variable of an enum and another one. So what has a field is a record here, and all else is text.
 */
export function plainTypes(code: string): string {
  const bytes = encoder.encode(code)
  const tokens = lex(bytes).filter(significant)
  const records = recordsIn(bytes, tokens)
  let text = ''
  let from = 0
  for (const [first, last, name] of declaredTypes(bytes, tokens)) {
    const type = bytes.subarray(first.off, last.end)
    const lines = type.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0)
    text += decoder.decode(bytes.subarray(from, first.off))
    text += `${records.has(name) ? 'record' : 'text'}${'\n'.repeat(lines)}`
    from = last.end
  }
  return text + decoder.decode(bytes.subarray(from))
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Names that something stands behind after a dot, and `$1` where its name is such. */
function recordsIn(bytes: Uint8Array, tokens: readonly Token[]): ReadonlySet<string> {
  const names = new Set(
    tokens.flatMap((token, i) => (isSymbol(tokens[i + 1], '.') ? [nameOf(bytes, token)] : [])),
  )
  // name ALIAS FOR $1
  tokens.forEach((token, i) => {
    const alias =
      isWord(token, 'alias') && isSymbol(tokens[i + 2], '$') && names.has(nameOf(bytes, tokens[i - 1]))
    const nth = tokens[i + 3]
    if (alias && nth !== undefined) names.add(`$${decoder.decode(bytes.subarray(nth.off, nth.end))}`)
  })
  return names
}

function nameOf(bytes: Uint8Array, token: Token | undefined): string {
  if (token?.kind === 'quoted')
    return decoder.decode(bytes.subarray(token.off + 1, token.end - 1)).replaceAll('""', '"')
  return token?.kind === 'word' ? token.text : ''
}

type Declared = readonly [first: Token, last: Token, name: string]

/** The types of variables, each with its first and last token; those of cursors stay. */
function declaredTypes(bytes: Uint8Array, tokens: readonly Token[]): readonly Declared[] {
  const found: Declared[] = []
  let declaring = false
  for (let at = 0; at < tokens.length; at++) {
    if (isWord(tokens[at], 'declare')) declaring = true
    else if (isWord(tokens[at], 'begin')) declaring = false
    else if (declaring) {
      const name = nameOf(bytes, tokens[at])
      const first = isWord(tokens[at + 1], 'constant') ? at + 2 : at + 1
      let end = first
      while (end < tokens.length && !endsType(tokens, end)) end++
      const [type, last] = [tokens[first], tokens[end - 1]]
      const kept = keptTypes.has(type?.text ?? '') || hasCursor(tokens, first, end)
      if (name !== '' && type !== undefined && last !== undefined && end > first && !kept)
        found.push([type, last, name])
      while (at < tokens.length && !isSymbol(tokens[at], ';') && !isWord(tokens[at], 'begin')) at++
      if (isWord(tokens[at], 'begin')) declaring = false
    }
  }
  return found
}

const keptTypes = new Set(['record', 'refcursor', 'alias', 'cursor', 'scroll', 'no'])

function endsType(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]
  if (token?.kind === 'symbol') return token.text === ';' || token.text === '=' || token.text === ':'
  return token?.kind === 'word' && ['default', 'not', 'collate', 'begin', 'declare'].includes(token.text)
}

function hasCursor(tokens: readonly Token[], from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (isWord(tokens[at], 'cursor')) return true
  return false
}

/** A CREATE FUNCTION with this body that is as good as the author's for finding the statements of the body. */
export function functionText(statement: CreateFunctionStmt, code: string): string {
  const { parameters = [], returnType, is_procedure } = statement
  const bytes = encoder.encode(code)
  const records = recordsIn(bytes, lex(bytes).filter(significant))
  const all = parameters.flatMap((one) => ('FunctionParameter' in one ? [one.FunctionParameter] : []))
  const listed = all
    .filter(({ mode }) => mode !== 'FUNC_PARAM_TABLE')
    .map((one, i) => parameter(one, `$${i + 1}`, records))
  const table = all
    .filter(({ mode }) => mode === 'FUNC_PARAM_TABLE')
    .map((one) => parameter(one, '', records))
  const head = `create ${is_procedure ? 'procedure' : 'function'} f(${listed.join(', ')})`
  const returns =
    table.length > 0
      ? ` returns table(${table.join(', ')})`
      : returnType
        ? ` returns ${result(returnType)}`
        : ''
  return `${head}${returns} language plpgsql as ${dollarQuoted(plainTypes(code))}`
}

const modes: Readonly<Record<string, string>> = {
  FUNC_PARAM_OUT: 'out ',
  FUNC_PARAM_INOUT: 'inout ',
  FUNC_PARAM_VARIADIC: 'variadic ',
}

function parameter(
  { name, argType, mode = 'FUNC_PARAM_IN' }: FunctionParameter,
  nth: string,
  records: ReadonlySet<string>,
): string {
  const type = typeWord(argType)
  const array = mode === 'FUNC_PARAM_VARIADIC' ? '[]' : ''
  const fields = records.has(nth) || (name !== undefined && records.has(name))
  const plain = type === 'refcursor' ? type : fields ? 'record' : 'text'
  return `${Object.hasOwn(modes, mode) ? modes[mode] : ''}${name === undefined ? '' : quoted(name)} ${plain}${array}`
}

const keptResults = new Set(['trigger', 'event_trigger', 'void', 'record'])

function result(type: TypeName): string {
  const word = typeWord(type)
  return `${type.setof ? 'setof ' : ''}${keptResults.has(word) ? word : 'text'}`
}

function typeWord(type: TypeName | undefined): string {
  return stringOf(type?.names?.at(-1))
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** With a mark that is not in the body; "$b0$", "$b1$", ... of which a body can only hold so many. */
export function dollarQuoted(code: string): string {
  let n = 0
  while (code.includes(`$b${n}$`)) n++
  return `$b${n}$${code}$b${n}$`
}
