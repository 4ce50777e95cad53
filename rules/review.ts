import { catalog, neverAllowOf, severitiesOf } from './catalog.ts'
import { commandRanges } from './command-range.ts'
import type { Answer } from './effects.ts'
import { type Engine, requireEngine, versionOf } from './engine.ts'
import { type FileContext, fileContext } from './file-context.ts'
import { linesOf, type Position, positions } from './lines.ts'
import { keepsOut, type LockMode } from './lock-mode.ts'
import { loadParser } from './postgres.ts'
import { type ReadFile, readFile } from './read.ts'
import { type Report, type Rule, type Severity, textsFor } from './rule.ts'
import { end, type Problem, type Span } from './span.ts'
import { type Statement, show } from './statement.ts'
import { classOf, type StatementClass } from './statement-class.ts'
import { type Allowed, suppressions } from './suppress.ts'
import { type Touch, touching } from './touches.ts'

export type { Severity } from './rule.ts'
export type { Allowed } from './suppress.ts'

/**
 * What a rule found. Lines and columns count from 1, columns in UTF-16 units; `end_column` is the one after the
 * last character.
 */
export type Finding = {
  readonly rule: string
  readonly severity: Exclude<Severity, 'off'>
  readonly line: number
  readonly column: number
  readonly end_line: number
  readonly end_column: number
  readonly message: string
  readonly instead: string
}

export type FileReview = {
  readonly path: string
  readonly engine: Engine
  readonly statements: number
  /** how many of the statements are of which class */
  readonly classes: Readonly<Record<StatementClass, number>>
  /** by line, then column */
  readonly findings: readonly Finding[]
  /** what comments let through, in the same order: it blocks no more, and it is for those who approve to accept it */
  readonly allowed: readonly Allowed[]
  /** on PostgreSQL, which relations that were there before are locked so that others wait, in order */
  readonly locks: readonly Lock[]
  /** the tables that it touches, for whoever knows how large they are */
  readonly touches: readonly Touch[]
}

/** A lock that keeps others waiting; `scans` and `rewrites` say whether all rows are read or written meanwhile. */
export type Lock = {
  readonly line: number
  readonly relation: string
  readonly lock: LockMode
  readonly scans: Answer
  readonly rewrites: Answer
}

export type ReviewOptions = {
  readonly engine: Engine
  /** "16" or "16.3", "8.4", "10.11" */
  readonly serverVersion?: string
  /** by rule; what is not named keeps its default. A rule that is unknown or fixed is an error. */
  readonly severities?: Readonly<Record<string, Severity>>
  /** rules that no comment allows, beside those that always block; one that is unknown is an error */
  readonly neverAllow?: readonly string[]
}

/** Reviews files one after the other; never throws for any bytes. */
export async function review(
  files: readonly { readonly path: string; readonly bytes: Uint8Array }[],
  options: ReviewOptions,
): Promise<FileReview[]> {
  const reviewRead = reviewer(options)
  await loadParser()
  return files.map(({ path, bytes }) => reviewRead(path, readFile(bytes, options.engine)))
}

/** Checks the options once, and reviews files that are read already. */
export function reviewer(options: ReviewOptions): (path: string, file: ReadFile) => FileReview {
  requireEngine(options.engine)
  const severities = severitiesOf(options.severities ?? {})
  const version = versionOf(options.serverVersion)
  const neverAllow = neverAllowOf(options.neverAllow ?? [])
  const own = catalog.filter(({ engines }) => engines.includes(options.engine))
  const rules = own.filter(({ id }) => severities[id] !== 'off')
  return (path, file) => {
    const at = positions(file.bytes)
    const context = fileContext({ engine: options.engine, tx: file.tx, version })
    const findings = fileProblems(file).map((problem) => {
      const rule = problem.code === 'no-transaction' ? problem.code : 'unparsed'
      return finding(rule, 'block', problem, problem, at)
    })
    const { remarks } = file.migration
    const lineOf = linesOf(file.bytes)
    const comments = suppressions({ remarks, catalog, engine: options.engine, neverAllow, lineOf })
    const allowed: Allowed[] = []
    const touches = touching()
    const locks: Lock[] = []
    for (const [nth, { lowered, ...whole }] of file.read.entries()) {
      const placeOf = placing(whole, file.bytes)
      const named = comments.named(nth)
      const silent =
        named.length === 0 ? [] : own.filter(({ id }) => severities[id] === 'off' && named.includes(id))
      const found: Finding[] = []
      const off: string[] = []
      for (const statement of lowered) {
        for (const [rule, said] of reports(rules, statement, context)) {
          const severity = severityOf(severities[rule.id])
          found.push(finding(rule.id, severity, said, placeOf(statement), at))
        }
        if (silent.length > 0) off.push(...reports(silent, statement, context).map(([rule]) => rule.id))
        if (statement.later) continue
        touches.saw(statement, context)
        locks.push(...locksOf(statement, context))
        context.saw(statement)
      }
      const sifted = comments.sift(nth, found, off)
      findings.push(...sifted.findings)
      allowed.push(...sifted.allowed)
    }
    if (severities.suppression !== 'off') {
      const severity = severityOf(severities.suppression)
      for (const fault of comments.faults(file.read.length))
        findings.push(finding('suppression', severity, fault, fault, at))
    }
    return {
      path,
      engine: options.engine,
      statements: file.read.length,
      classes: classesOf(file.read),
      findings: findings.sort(byPlace),
      allowed: allowed.sort((one, other) => byPlace(one.finding, other.finding)),
      locks: distinct(locks),
      touches: touches.all(context),
    }
  }
}

function classesOf(read: ReadFile['read']): FileReview['classes'] {
  const counted = { structural: 0, semantic: 0, opaque: 0 }
  for (const { kind } of read) counted[classOf(kind)]++
  return counted
}

function locksOf(statement: Statement, context: FileContext): readonly Lock[] {
  const { line } = statement
  const waited = context.effects(statement).filter(({ lock }) => keepsOut(lock) !== 'nobody')
  return waited.map(({ relation, lock, scans, rewrites }) => ({
    ...{ line, relation: show(relation), lock, scans, rewrites },
  }))
}

/** Several commands of one ALTER TABLE may take one lock for the same. */
function distinct(locks: readonly Lock[]): readonly Lock[] {
  return [...new Map(locks.map((one) => [Object.values(one).join('\0'), one])).values()]
}

function byPlace(one: Finding, other: Finding): number {
  return one.line - other.line || one.column - other.column
}

function severityOf(set: Severity | undefined): Finding['severity'] {
  return set === 'warn' || set === 'note' ? set : 'block'
}

// A statement that was not understood comes as a finding of its own, with more to say.
function fileProblems({ problems }: ReadFile): readonly Problem[] {
  return problems.filter(({ code }) => code !== 'not-sql')
}

function reports(
  rules: readonly Rule[],
  statement: Statement,
  context: FileContext,
): readonly (readonly [Rule, Report])[] {
  const later = statement.later ?? false
  const around = later ? someOtherDay(context) : context
  const when = later === 'rule' ? whenItFires : whenItRuns
  const found: (readonly [Rule, Report])[] = []
  for (const rule of rules) {
    const said = rule.check(statement, around)
    if (said === undefined) continue
    const instead = textsFor(rule, context.engine).instead
    const report = typeof said === 'string' ? { message: said, instead } : said
    found.push([rule, later ? { ...report, message: `${report.message} ${when}` } : report])
  }
  return found
}

const whenItRuns = 'It happens when this stored program runs.'
const whenItFires = 'It happens when this rule fires.'

/** A table that is new in this file has rows by the time when a stored program runs. */
function someOtherDay(context: FileContext): FileContext {
  const never = () => false
  const none = { firstDefinition: undefined, firstChange: undefined, held: [], waitsForever: undefined }
  return { ...context, ...none, createdHere: never, addedHere: never }
}

/** Where a finding stands: the commands of an ALTER TABLE are looked for once, and only for a finding. */
function placing(whole: Span, bytes: Uint8Array): (statement: Statement) => Span {
  let ranges: readonly Span[] | undefined
  return ({ command, span }) => {
    if (command === undefined || span.off !== whole.off || span.len !== whole.len) return span
    ranges ??= commandRanges(bytes, whole, command.of) ?? []
    return ranges[command.nth] ?? span
  }
}

function finding(
  rule: string,
  severity: Finding['severity'],
  { message, instead }: Report,
  where: Span,
  at: (off: number) => Position,
): Finding {
  const from = at(where.off)
  const to = at(end(where))
  const range = { line: from.line, column: from.column, end_line: to.line, end_column: to.column }
  return { rule, severity, ...range, message, instead }
}
