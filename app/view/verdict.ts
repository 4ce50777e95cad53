import { type Decision, describeApprover } from '@dbward/protocol/decide'
import { policyPath } from '@dbward/protocol/policy'
import { allowedSentence } from './allowed.ts'
import { clipped } from './markdown.ts'
import type { ChangeView } from './model.ts'
import { plural, target } from './words.ts'

/**
 * The answer of the one required check. There is no `neutral` and no `skipped`: GitHub takes both for a pass, so what
 * could not be decided is a failure. `title` is plain text.
 */
export type Verdict = {
  readonly conclusion: 'success' | 'failure' | 'action_required'
  readonly title: string
  /** The same at length, as plain sentences. */
  readonly sentences: readonly string[]
}

/** GitHub's list of checks shows about this much. */
export const mostTitle = 60

export function gateVerdict(view: ChangeView): Verdict {
  const early = unreadable(view) ?? ungoverned(view) ?? undecided(view)
  if (early !== null) return early
  const verdict = denied(view) ?? waiting(view) ?? ready(view)
  return { ...verdict, sentences: [...verdict.sentences, ...allowedSentence(view)] }
}

/** What keeps both the review and the gate from an answer; null where nothing does. */
export function unreadable(view: ChangeView): Verdict | null {
  if (view.cannotDecide !== null) {
    return failure(`Cannot decide: ${view.cannotDecide}`, [
      view.cannotDecide,
      'dbward tries again by itself.',
    ])
  }
  if (view.policy.found === 'broken') {
    const problems = view.policy.problems
    const places = problems.map(
      (one) => `${policyPath} line ${one.line}, column ${one.column}: ${one.message}`,
    )
    const [first] = problems
    const where = first === undefined ? policyPath : `${policyPath} line ${first.line}`
    return failure(`Policy broken: ${where}`, [
      `The policy on ${view.base.ref} cannot be used, so nothing may run.`,
      ...places.slice(0, 20),
      `Mend ${policyPath} on ${view.base.ref}.`,
    ])
  }
  const [problem] = view.problems
  if (problem === undefined) return null
  const refused = plural(new Set(view.problems.map((one) => one.path)).size, 'file')
  const listed = view.problems.slice(0, 20).map((one) => `${one.path}: ${one.message}`)
  return failure(`${refused} refused: ${problem.code} in ${baseName(problem.path)}`, listed)
}

/** No governed SQL is in the change; null where some is. */
export function ungoverned(view: ChangeView): Verdict | null {
  if (view.policy.found === 'no') {
    const sentence = `${view.base.ref} has no ${policyPath}, so dbward governs nothing there and runs nothing from it.`
    return success(`No ${policyPath} on ${view.base.ref}`, [sentence])
  }
  if (view.files.length > 0 || view.requests.length > 0 || view.policyDecision !== null) return null
  return success('No governed SQL', ['This change touches no file that the policy governs.'])
}

function undecided(view: ChangeView): Verdict | null {
  const missing = view.requests.find((one) => one.decision === null)
  if (missing !== undefined) {
    return failure(`Not decided yet: ${target(missing)}`, [
      `Nothing was decided yet about ${target(missing)}.`,
    ])
  }
  if (view.requests.length > 0 || view.policyDecision !== null) return null
  return failure('No environment to run in', [
    'The policy names no environment for these files, so nothing may run.',
  ])
}

function denied(view: ChangeView): Verdict | null {
  const denials = decisions(view, 'deny')
  const [first] = denials
  return first === undefined ? null : failure(denialTitle(view, first), reasons(denials))
}

function denialTitle(view: ChangeView, { on, decision }: Decided): string {
  switch (decision.code) {
    case 'FINDINGS_BLOCK':
      return blockingCount(view) > 0 ? blockingTitle(view) : `Nobody accepts what comments allow on ${on}`
    case 'NO_WORKFLOW':
      return `No workflow covers ${on}`
    case 'POLICY_AND_SQL':
      return 'Policy and SQL in one pull request'
    default:
      return decision.sentence
  }
}

/** `2 blocking findings in 1 file`. */
export function blockingTitle(view: ChangeView): string {
  const files = view.files.map((file) => file.findings.filter((one) => one.severity === 'block').length)
  const found = files.reduce((sum, n) => sum + n, 0)
  return `${plural(found, 'blocking finding')} in ${plural(files.filter((n) => n > 0).length, 'file')}`
}

function blockingCount(view: ChangeView): number {
  return view.files.flatMap((file) => file.findings).filter((one) => one.severity === 'block').length
}

function waiting(view: ChangeView): Verdict | null {
  const open = decisions(view, 'wait')
  const [first] = open
  if (first === undefined) return null
  const more = open.length > 1 ? ` (and ${open.length - 1} more)` : ''
  return answer('action_required', `${waitingTitle(first.decision)}${more}`, reasons(open))
}

function waitingTitle(decision: Decision): string {
  if (decision.code === 'CHANGES_REQUESTED' || decision.code === 'HELD')
    return decision.sentence.replace(/\.$/, '')
  const step = decision.steps.find((one) => !one.met)
  const entries = (step?.entries ?? []).filter((one) => !one.met)
  if (step === undefined || entries.length === 0) return 'Waiting for 1 more approval'
  const missing = entries.map((one) => Math.max(1, one.approver.min - one.counted.length))
  const needed = step.mode === 'any' ? Math.min(...missing) : missing.reduce((sum, n) => sum + n, 0)
  const names = entries.map((one) => describeApprover(one.approver))
  return `Waiting for ${plural(needed, 'approval')} from ${names.join(step.mode === 'any' ? ' or ' : ' and ')}`
}

function ready(view: ChangeView): Verdict {
  const targets = view.requests.map(target).join(', ')
  const effect = view.requests.length === 0 ? 'changes the policy' : `runs on ${targets}`
  const sentences = reasons(decisions(view, 'allow'))
  if (view.state === 'merged') return success(`Merged and approved: ${effect}`, sentences)
  if (view.state === 'closed') return success('Closed without a merge: nothing runs', sentences)
  const own = decisions(view, 'allow').find(({ decision }) => decision.code === 'AUTHOR_MAY_MERGE')
  if (own !== undefined) return success(own.decision.sentence.replace(/\.$/, ''), sentences)
  return success(`Ready to merge: ${effect}`, sentences)
}

type Decided = { readonly on: string; readonly decision: Decision }

function decisions(view: ChangeView, verdict: Decision['verdict']): readonly Decided[] {
  const all = [
    ...view.requests.map((one) => ({ on: target(one), decision: one.decision })),
    { on: 'the policy', decision: view.policyDecision },
  ]
  return all.flatMap(({ on, decision }) => (decision?.verdict === verdict ? [{ on, decision }] : []))
}

function reasons(decided: readonly Decided[]): readonly string[] {
  return decided.map(({ on, decision }) => `${on}: ${decision.sentence} ${decision.next}`.trimEnd())
}

function success(title: string, sentences: readonly string[]): Verdict {
  return answer('success', title, sentences)
}

function failure(title: string, sentences: readonly string[]): Verdict {
  return answer('failure', title, sentences)
}

function answer(conclusion: Verdict['conclusion'], title: string, sentences: readonly string[]): Verdict {
  const bounded = sentences.slice(0, 30).map((one) => clipped(one, 500))
  return { conclusion, title: clipped(title, mostTitle), sentences: bounded }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
