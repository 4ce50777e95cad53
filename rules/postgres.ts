import type { Node, RawStmt } from 'libpg-query'
import { confusableNames, mayBeStrange } from './confusable-names.ts'
import type { Migration, StatementSpan } from './migration.ts'
import { keysOf } from './postgres/keys.ts'
import { kindOf } from './postgres/kind.ts'
import { mayNameLedger } from './postgres/ledger.ts'
import { lex, type Token } from './postgres/lex.ts'
import { lower } from './postgres/lower.ts'
import { mayRun, programNames } from './postgres/may-run.ts'
import { type Parsed, parseFit, type Unparsed, unfit } from './postgres/parse.ts'
import { isProgram, lowerProgram } from './postgres/program.ts'
import { place, type Source } from './postgres/source.ts'
import type { ReadStatement } from './read.ts'
import { span } from './span.ts'

export { loadParser } from './postgres/parse.ts'

type LineOf = (off: number) => number
type Outcome = { readonly node: Node; readonly base: number } | Unparsed

/**
 * Parses and lowers the statements of a migration for PostgreSQL.
 *
 * The up section is parsed whole where that works, and then PostgreSQL's grammar must find each statement exactly
 * where our boundaries are (`agrees`). One error loses the whole text for the parser, so after one every statement
 * is parsed for itself, and must be one.
 */
export function readStatements(
  bytes: Uint8Array,
  migration: Migration,
  lineOf: LineOf,
): { readonly read: readonly ReadStatement[]; readonly agrees: boolean } {
  const { up, from, to } = migration
  const tokens = up.map((slice) => slice.tokens ?? lex(bytes, slice.off, slice.end))
  const trouble = up.map((slice, i) => notFit(slice, unfit(tokens[i] ?? [])))
  const whole = trouble.some(Boolean) ? undefined : parseFit(bytes.subarray(from, to))
  const stmts = whole !== undefined && 'tree' in whole ? (whole.tree.stmts ?? []) : undefined
  const agrees =
    stmts === undefined ||
    (stmts.length === up.length && stmts.every((stmt, i) => matches(stmt, up[i], from, to)))
  const outcomes = up.map((slice, i) =>
    agrees ? (trouble[i] ?? outcomeOf(stmts?.[i], from) ?? alone(bytes, slice)) : undecided,
  )
  const nodes = outcomes.flatMap((outcome) => ('node' in outcome ? [outcome.node] : []))
  const isKey = keysOf(nodes)
  const sources = up.map(({ off, end }, index): Source => {
    const whole = span(off, end)
    const own = tokens[index] ?? []
    const noLedger = !mayNameLedger(bytes.subarray(off, end), own)
    return { index, whole, base: undefined, tokens: own, conditional: false, lineOf, isKey, noLedger }
  })
  const read = withPrograms(outcomes, sources, nodes)
  return { read: read.map((one, i) => withNames(bytes, one, sources[i])), agrees }
}

/** The bodies of what is made here are read last, for whether the file runs them is to be known. */
function withPrograms(
  outcomes: readonly Outcome[],
  sources: readonly Source[],
  nodes: readonly Node[],
): readonly ReadStatement[] {
  const made = programNames(nodes)
  const anyProgram = nodes.some(isProgram)
  let run = outcomes.length > nodes.length
  const runs = (node: Node) => {
    run ||= mayRun(node, made)
  }
  const read = outcomes.map((outcome, i) => readOne(outcome, sources[i], anyProgram ? { runs } : {}))
  return read.map((one, i) => {
    const [outcome, source] = [outcomes[i], sources[i]]
    if (outcome === undefined || source === undefined || !('node' in outcome) || !isProgram(outcome.node))
      return one
    const inside = lowerProgram(outcome.node, { ...source, base: outcome.base }, run, lower)
    const named = one.lowered.some(({ kind }) => kind === 'dbward-schema')
    const more = named ? inside.filter(({ kind }) => kind !== 'dbward-schema') : inside
    return { ...one, lowered: [...one.lowered, ...more] }
  })
}

function readOne(outcome: Outcome, source: Source | undefined, more: Pick<Source, 'runs'>): ReadStatement {
  if (source === undefined) throw new Error('expected a source for each statement')
  return { ...source.whole, ...lowered(outcome, { ...source, ...more }) }
}

function withNames(bytes: Uint8Array, one: ReadStatement, source: Source | undefined): ReadStatement {
  if (source === undefined || !mayBeStrange(bytes, one.off, one.off + one.len)) return one
  const strange = confusableNames(bytes, withBodies(bytes, one.kind, source.tokens))
  if (strange.length === 0) return one
  return { ...one, lowered: [...one.lowered, ...strange.map(([name, at]) => place(name, source, at))] }
}

// What stands in dollar quotes is code in these, and a literal elsewhere.
const programs = new Set(['do', 'create-function'])

function withBodies(bytes: Uint8Array, kind: string, tokens: readonly Token[]): readonly Token[] {
  if (!programs.has(kind)) return tokens
  return tokens.flatMap((token) => {
    if (token.kind !== 'dollar') return [token]
    const mark = bytes.indexOf(0x24, token.off + 1) + 1 - token.off
    return lex(bytes, token.off + mark, token.end - mark)
  })
}

function notFit(slice: StatementSpan, found: Unparsed | undefined): Unparsed | undefined {
  return slice.unreadable === undefined ? found : { unparsed: slice.unreadable }
}

function matches(stmt: RawStmt, slice: StatementSpan | undefined, from: number, to: number): boolean {
  const off = from + (stmt.stmt_location ?? 0)
  return (
    slice !== undefined &&
    off === slice.off &&
    (stmt.stmt_len === undefined ? to : off + stmt.stmt_len) === slice.stop
  )
}

function outcomeOf(stmt: RawStmt | undefined, base: number): Outcome | undefined {
  return stmt?.stmt && { node: stmt.stmt, base }
}

const undecided: Unparsed = { unparsed: 'the statements of its file cannot be told apart' }

function alone(bytes: Uint8Array, { off, end }: StatementSpan): Outcome {
  const parsed: Parsed = parseFit(bytes.subarray(off, end))
  if (!('tree' in parsed)) return parsed.at === undefined ? parsed : { ...parsed, at: parsed.at + off }
  const [only, ...more] = parsed.tree.stmts ?? []
  return (more.length === 0 && outcomeOf(only, off)) || { unparsed: 'it is not one statement' }
}

function lowered(outcome: Outcome, source: Source): Pick<ReadStatement, 'kind' | 'lowered'> {
  if ('node' in outcome) {
    return { kind: kindOf(outcome.node), lowered: lower(outcome.node, { ...source, base: outcome.base }) }
  }
  const reason = `PostgreSQL does not take this statement: ${outcome.unparsed}`
  const meaning = {
    kind: 'opaque',
    reason,
    instead: 'Correct it; the rest of the file was reviewed without it.',
  } as const
  return { kind: 'opaque', lowered: [place(meaning, source, errorSpan(outcome.at, source))] }
}

/** The token that the parser stopped at, or the whole statement. */
function errorSpan(at: number | undefined, { tokens, whole }: Source) {
  const token = at === undefined ? undefined : tokens.find(({ off, end }) => off <= at && at < end)
  return token && token.kind !== 'bad' ? span(token.off, token.end) : whole
}
