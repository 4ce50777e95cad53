import {
  type Decision,
  type DecisionCode,
  describeApprover,
  type EntryEvidence,
  type NotCountedReason,
  notCountedWords,
} from '@dbward/protocol/decision'
import { policyPath } from '@dbward/protocol/policy'
import { countWords } from '@dbward/rules/amounts'
import { blocks, bullets, code, escaped, joined, type Markdown, md } from './markdown.ts'
import type { ChangeView, RequestView, TraceView, WeighedView } from './model.ts'
import { clippedText, within, withRest } from './tables.ts'
import { plural, shortSha, target } from './words.ts'

/** In bytes; what is over is counted and not shown. The table of files beside it has 45,000. */
const mostBytes = 13_000
/** So many people, steps and reasons of one request. */
const most = 10

/** For each database and environment, step by step, how the answer of the gate came about. */
export function traceSection(view: ChangeView): Markdown {
  const parts = [...view.requests.map(requestPart), ...policyPart(view)]
  if (parts.length === 0) return md``
  const shown = within(mostBytes, parts, (part) => Buffer.byteLength(part) + 2)
  return withRest(blocks(md`**How this was decided**`, ...shown), parts.length - shown.length)
}

function requestPart(request: RequestView): Markdown {
  const { trace } = request
  const steps = [
    files(request),
    ...(trace === null ? [decidedBy(request.decision)] : [workflow(trace.workflows), review(trace)]),
    risk(request),
    approvals(request.decision),
    outcome(request.decision),
  ]
  return blocks(code(target(request)), bullets(steps))
}

function policyPart({ policyDecision }: ChangeView): readonly Markdown[] {
  if (policyDecision === null) return []
  const asked = md`Workflow: a change of ${code(policyPath)} answers to every workflow of the policy before it`
  return [blocks(code(policyPath), bullets([asked, approvals(policyDecision), outcome(policyDecision)]))]
}

function files({ files: paths, trace }: RequestView): Markdown {
  const named = joined(
    paths.slice(0, most).map((path) => code(path)),
    ', ',
  )
  const rest = paths.length > most ? md` and ${paths.length - most} more` : md``
  const list = paths.length === 0 ? md`none that run` : md`${named}${rest}`
  if (trace === null) return md`Files: ${list}`
  const version = trace.serverVersion === null ? md`` : md` ${clippedText(trace.serverVersion, 50)}`
  return md`Files: ${list}, on ${escaped(trace.engine)}${version}`
}

function workflow([taken, ...others]: TraceView['workflows']): Markdown {
  if (taken === undefined) return md`Workflow: none of the policy covers it`
  const also = others.length === 0 ? md`` : md`, before ${joined(others.slice(0, most).map(weighed), ', ')}`
  return md`Workflow: ${weighed(taken)}${also}`
}

function weighed({ line, database, environment, weight }: WeighedView): Markdown {
  const on = [
    ...(database === '*' ? [] : [md`database ${code(database)}`]),
    ...(environment === '*' ? [] : [md`environment ${code(environment)}`]),
  ]
  const where = on.length === 0 ? md`for all` : joined(on, ', ')
  return md`line ${line} (${where}; weight ${weight})`
}

/** The policy has changed since: what it says now is not what decided. */
function decidedBy(decision: Decision | null): Markdown {
  const by = decision?.workflow ?? null
  if (by === null) return md`Workflow: of an earlier policy`
  return md`Workflow: line ${by.line} of the policy that decided it`
}

function review({ review: made, severities, moreSeverities, neverAllow }: TraceView): Markdown {
  if (!made.made) return md`Review: not made: ${clippedText(made.why, 200)}`
  const { block, warn, note, allowed } = made
  const found = md`${block} block, ${warn} warn, ${note} note, ${allowed} allowed by comments`
  const set = severities.map(
    ({ rule, severity, line }) => md`${code(rule)} ${escaped(severity)} (line ${line})`,
  )
  const more = moreSeverities > 0 ? md` and ${moreSeverities} more` : md``
  const by = set.length === 0 ? md`every rule as it is` : md`the policy sets ${joined(set, ', ')}${more}`
  const never = neverAllow.length === 0 ? md`` : md`; never allowed: ${joined(neverAllow.map(code), ', ')}`
  return md`Review: ${found}; ${by}${never}`
}

function risk({ risk: { level, factors, moreFactors }, schema, trace }: RequestView): Markdown {
  const why = factors.slice(0, most).map((one) => md`${escaped(one.level)}: ${clippedText(one.message, 120)}`)
  const rest = factors.length - why.length + moreFactors
  const reasons = joined([md``, ...why, ...(rest > 0 ? [md`and ${rest} more`] : [])], '<br>')
  const seen =
    schema === null
      ? md`no schema snapshot`
      : md`schema snapshot of ${code(schema.agent)}${schema.old ? md`, which is old` : md``}`
  const limits = trace === null ? md`` : md`; ${limitWords(trace)}`
  return md`Risk with the sizes that were seen, which decide nothing: ${escaped(level)}; ${seen}${limits}${reasons}`
}

function limitWords({ limits, limitLines }: TraceView): Markdown {
  const { largeRows, veryLargeRows, largeSize, veryLargeSize, cascadeDepth, warnings } = limits
  const words = [
    `large from ${countWords(largeRows)} rows or ${sizeWords(largeSize)}`,
    `very large from ${countWords(veryLargeRows)} or ${sizeWords(veryLargeSize)}`,
    `high from ${plural(cascadeDepth, 'key')} deep and from ${plural(warnings, 'warning')}`,
  ].join(', ')
  const from =
    limitLines.length === 0
      ? 'the defaults'
      : `${limitLines.length === 1 ? 'line' : 'lines'} ${limitLines.join(', ')}`
  return escaped(`${words} (${from})`)
}

/** As the policy writes it. */
function sizeWords(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']
  const nth = units.findLastIndex((_, power) => bytes % 1024 ** power === 0)
  return `${bytes / 1024 ** nth} ${units[nth]}`
}

/** They come after these, so that approvals were not asked for. */
const before: readonly DecisionCode[] = [
  'FILES_REFUSED',
  'POLICY_AND_SQL',
  'NO_WORKFLOW',
  'NOT_REVIEWED',
  'FINDINGS_BLOCK',
]

function approvals(decision: Decision | null): Markdown {
  if (decision === null || before.includes(decision.code)) return md`Approvals: not looked at`
  const steps = decision.steps.slice(0, most).map(({ mode, met, entries }, i) => {
    const asked = entries.slice(0, most).map((entry) => {
      const who = entry.counted.length === 0 ? md`` : md`: ${people(entry.counted)}`
      return md`${entry.counted.length} of ${entry.approver.min} from ${clippedText(describeApprover(entry.approver), 80)}${who}${others(entry)}`
    })
    return md`step ${i + 1} (${escaped(mode)}, ${escaped(met ? 'met' : 'not met')}): ${joined(asked, ', ')}`
  })
  const not = decision.notCounted
    .slice(0, most)
    .map(
      (one) =>
        md`not ${code(one.login)}${one.commit === null ? md`` : md` at ${code(shortSha(one.commit))}`}: ${escaped(notCountedWords[one.reason])}`,
    )
  const rest = decision.notCounted.length - not.length
  const lines = [...steps, ...not, ...(rest > 0 ? [md`and ${rest} more who do not count`] : [])]
  if (lines.length === 0) return md`Approvals: the workflow asks for none`
  return md`Approvals: ${joined(lines, '<br>')}`
}

/** Whoever counts somewhere, and not here; the rest is said once for all entries. Rows of before have none. */
function others({ notCounted }: Partial<EntryEvidence>): Markdown {
  const own = (notCounted ?? []).filter(({ reason }) => entryReasons.includes(reason)).slice(0, most)
  const named = own.map((one) => md`${code(one.login)}: ${escaped(notCountedWords[one.reason])}`)
  return named.length === 0 ? md`` : md` (not ${joined(named, ', ')})`
}

const entryReasons: readonly NotCountedReason[] = ['already-counted', 'not-a-member', 'not-an-approver']

function people(logins: readonly string[]): Markdown {
  return joined(logins.slice(0, most).map(code), ', ')
}

function outcome(decision: Decision | null): Markdown {
  if (decision === null) return md`Outcome: not decided yet`
  const said = clippedText(`${decision.sentence} ${decision.next}`.trimEnd(), 300)
  return md`Outcome: **${escaped(decision.verdict)}**, ${code(decision.code)}: ${said}`
}
