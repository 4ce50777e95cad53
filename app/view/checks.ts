import { countedSeverities } from '@dbward/rules/wording'
import { allowedList, allowedSentence } from './allowed.ts'
import { type Annotation, annotations } from './annotations.ts'
import { type Button, gateButtons } from './buttons.ts'
import { fit, type Section } from './fit.ts'
import { locksTable } from './locks.ts'
import { clipped, escaped, type Markdown, md } from './markdown.ts'
import type { ChangeView } from './model.ts'
import { schemaSection, schemaStamp } from './schema.ts'
import { approvalsTable, filesTable, findingsList, listed, requestsTable } from './tables.ts'
import { traceSection } from './trace.ts'
import { traceJson } from './trace-json.ts'
import { blockingTitle, gateVerdict, mostTitle, ungoverned, unreadable, type Verdict } from './verdict.ts'
import { isUnreviewed, plural } from './words.ts'

/** A check run as it is to look, without what says where it is posted. */
export type Check = {
  readonly name: string
  readonly headSha: string
  readonly status: 'queued' | 'in_progress' | 'completed'
  /** Null while it is not completed. `neutral` and `skipped` would satisfy a required check, so there is neither. */
  readonly conclusion: 'success' | 'failure' | 'action_required' | 'cancelled' | null
  readonly title: string
  readonly summary: Markdown
  /** Goes under the summary when it is posted; alone it is no reason to write to GitHub. */
  readonly stamp: Markdown | null
  readonly text: Markdown | null
  readonly annotations: readonly Annotation[]
  readonly actions?: readonly Button[]
}

/** `dbward/review`: what was found in the SQL, on its lines. */
export function reviewCheck(view: ChangeView): Check {
  const verdict = reviewVerdict(view)
  return {
    ...completed('dbward/review', view, verdict),
    summary: fit([
      { name: 'answer', drop: 0, body: said(verdict) },
      { name: 'allowed by comments', drop: 0, body: allowedList(view) },
      { name: 'files', drop: 2, body: filesTable(view) },
      { name: 'locks', drop: 1, body: locksTable(view) },
    ]),
    stamp: null,
    text: textOf([{ name: 'list', drop: 0, body: findingsList(view) }]),
    annotations: annotations(view),
  }
}

/**
 * `dbward/gate`: the one check to require. Review, policy and approvals in one answer, which is its title.
 *
 * A check run belongs to a commit and not to a pull request, so that a second pull request with the same head, into a
 * branch with another policy, would paint over the first one's answer. `others` are the open pull requests with the
 * same head: the worst answer of all is the one shown.
 */
export function gateCheck(view: ChangeView, others: readonly ChangeView[] = []): Check {
  const answers = [view, ...others].map((one) => ({ view: one, verdict: gateVerdict(one) }))
  const [worst = { view, verdict: gateVerdict(view) }] = answers.sort(byConclusion)
  const foreign = worst.view !== view
  const verdict = foreign ? fromOther(worst.view, worst.verdict) : worst.verdict
  return {
    ...completed('dbward/gate', view, verdict),
    summary: fit([
      { name: 'answer', drop: 0, body: said(verdict) },
      { name: 'requests', drop: 3, body: requestsTable(view) },
      { name: 'risk', drop: 1, body: schemaSection(view) },
      { name: 'approvals', drop: 2, body: approvalsTable(view) },
    ]),
    stamp: schemaStamp(view),
    text: textOf([
      { name: 'trace', drop: 0, body: traceSection(view) },
      { name: 'trace as JSON', drop: 1, body: traceJson(view) },
      { name: 'files', drop: 0, body: filesTable(view) },
    ]),
    annotations: [],
    actions: gateButtons(view.requests),
  }
}

function reviewVerdict(view: ChangeView): Verdict {
  const early = unreadable(view) ?? ungoverned(view)
  if (early !== null) return early
  const unread = view.files.filter(isUnreviewed)
  if (unread.length > 0) {
    const sentences = unread.slice(0, 20).map((file) => `${clipped(file.path, 255)} could not be reviewed.`)
    return { conclusion: 'failure', title: `Cannot review ${plural(unread.length, 'file')}`, sentences }
  }
  const findings = view.files.flatMap((file) => file.findings)
  const of = (severity: string) => findings.filter((one) => one.severity === severity).length
  const counts = { block: of('block'), warn: of('warn'), note: of('note') }
  const files = plural(view.files.length, 'file')
  const statements = view.files.reduce((sum, file) => sum + (file.statements ?? 0), 0)
  const read = `${plural(statements, 'statement')} in ${files}`
  const found = findings.length > 0 ? `: ${countedSeverities(counts)}` : ''
  const sentences = [`Read ${read}${found}.`, ...allowedSentence(view)]
  if (counts.block > 0) {
    const sentence = 'Findings that block keep the change from running until the SQL is mended.'
    return { conclusion: 'failure', title: blockingTitle(view), sentences: [...sentences, sentence] }
  }
  return { conclusion: 'success', title: clipped(harmless(view, counts, read), mostTitle), sentences }
}

/** What is allowed by a comment comes first: it is what whoever approves has to look at. */
function harmless(view: ChangeView, { warn, note }: { warn: number; note: number }, read: string): string {
  const allowed = view.files.reduce((sum, file) => sum + file.allowed.length, 0)
  const counts = [
    ...(allowed > 0 ? [`${plural(allowed, 'finding')} allowed by comments`] : []),
    ...(warn > 0 ? [plural(warn, 'warning')] : []),
    ...(note > 0 ? [plural(note, 'note')] : []),
  ]
  return counts.length === 0 ? `${read}: no findings` : `${counts.join(', ')}, nothing blocks`
}

function completed(name: string, view: ChangeView, { conclusion, title }: Verdict) {
  return { name, headSha: view.head, status: 'completed', conclusion, title } as const
}

function said({ sentences }: Verdict): Markdown {
  return sentences.length === 1 ? md`${escaped(sentences[0] ?? '')}` : listed(sentences)
}

function textOf(sections: readonly Section[]): Markdown | null {
  const body = fit(sections)
  return body === '' ? null : body
}

function fromOther(other: ChangeView, verdict: Verdict): Verdict {
  const sentence = `Pull request ${other.pr} has the same head commit, and this is its answer.`
  return {
    ...verdict,
    title: clipped(`PR ${other.pr}: ${verdict.title}`, mostTitle),
    sentences: [sentence, ...verdict.sentences],
  }
}

const worstFirst = ['failure', 'action_required', 'success'] as const

/** A stable sort: among equals the view's own answer stays first. */
function byConclusion(a: { readonly verdict: Verdict }, b: { readonly verdict: Verdict }): number {
  return worstFirst.indexOf(a.verdict.conclusion) - worstFirst.indexOf(b.verdict.conclusion)
}
