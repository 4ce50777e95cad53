import { parse } from 'pgsql-ast-parser'
import { isSymbol, lex, significant } from './postgres/lex.ts'
import { end, type Span, span } from './span.ts'

/**
 * The exact ranges of the commands of an ALTER TABLE, for findings about one of them; undefined where they are in
 * doubt, and the whole statement is shown.
 *
 * PostgreSQL's parse tree has no location for most commands, so the commas tell. pgsql-ast-parser is the second
 * opinion on where each command begins; it does not parse every ALTER, and its ends are not used, for they leave
 * out the last parenthesis of a type. Neither ever decides whether there is a finding.
 */
export function commandRanges(bytes: Uint8Array, whole: Span, count: number): readonly Span[] | undefined {
  const ranges = rangesByCommas(bytes, whole, count)
  // As many commas as there must be between the commands: none stands inside of one.
  if (count === 1 || commasOf(bytes, whole) === count - 1) return ranges
  const begins = beginsByParser(bytes, whole)
  const agree =
    begins === undefined || ranges?.every(({ off }, i) => begins.length === count && begins[i] === off)
  return agree ? ranges : undefined
}

function commasOf(bytes: Uint8Array, whole: Span): number {
  return lex(bytes, whole.off, end(whole)).filter((token) => isSymbol(token, ',')).length
}

// An Earley parser: on long or ambiguous text it takes more than its answer is worth.
const longest = 4000

/** Where pgsql-ast-parser sees the commands begin; undefined where it does not parse the statement. */
export function beginsByParser(bytes: Uint8Array, whole: Span): readonly number[] | undefined {
  if (whole.len > longest) return
  const text = decoder.decode(bytes.subarray(whole.off, end(whole)))
  try {
    const [statement, ...more] = parse(text, { locationTracking: true })
    if (statement?.type !== 'alter table' || more.length > 0) return
    return statement.changes.map(({ _location: at }) => {
      return whole.off + encoder.encode(text.slice(0, at?.start ?? 0)).length
    })
  } catch {
    return
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

/** The ranges between the commas of ALTER TABLE [IF EXISTS] [ONLY] name [*] command, command, ... */
export function rangesByCommas(bytes: Uint8Array, whole: Span, count: number): readonly Span[] | undefined {
  const tokens = lex(bytes, whole.off, end(whole)).filter(significant)
  let first = 2
  while (['if', 'exists', 'only'].includes(tokens[first]?.kind === 'word' ? (tokens[first]?.text ?? '') : ''))
    first++
  first++
  while (isSymbol(tokens[first], '.')) first += 2
  if (isSymbol(tokens[first], '*')) first++
  const ranges: Span[] = []
  let depth = 0
  let start = first
  for (let at = first; at <= tokens.length; at++) {
    const token = tokens[at]
    if (isSymbol(token, '(') || isSymbol(token, '[')) depth++
    if (isSymbol(token, ')') || isSymbol(token, ']')) depth--
    if (token !== undefined && (depth > 0 || !isSymbol(token, ','))) continue
    ranges.push(span(tokens[start]?.off ?? whole.off, tokens[at - 1]?.end ?? whole.off))
    start = at + 1
  }
  return ranges.length === count ? ranges : undefined
}
