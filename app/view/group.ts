import { policyPath } from '@dbward/protocol/policy'
import type { Check } from './checks.ts'
import { bullets, clipped, escaped } from './markdown.ts'
import { mostTitle } from './verdict.ts'
import { plural } from './words.ts'

/** A group of GitHub's merge queue: what it would bring to the base branch, and which pull requests stand behind that. */
export type GroupView = {
  readonly repo: { readonly id: number; readonly name: string }
  readonly base: string
  readonly head: string
  readonly policy: 'found' | 'none' | 'broken'
  /** Governed files that differ between the base branch and the group. */
  readonly files: readonly string[]
  /** Pull requests whose own decision allows them with exactly these bytes. */
  readonly pulls: readonly number[]
  /** What keeps the group from being merged, one sentence each; plain text. */
  readonly faults: readonly string[]
  readonly blocking: number
}

/** `dbward/review` and `dbward/gate` on the group's commit. There is no answer between yes and no: a queue waits for nobody. */
export function groupChecks(view: GroupView): readonly [review: Check, gate: Check] {
  const found = plural(view.blocking, 'blocking finding')
  const read = plural(view.files.length, 'governed file')
  const review =
    view.blocking > 0
      ? answer(view, 'dbward/review', false, found, [`${found} in what this group brings.`])
      : view.faults.length > 0 || view.policy === 'broken'
        ? answer(view, 'dbward/review', false, 'Not all of it was reviewed', faults(view))
        : answer(view, 'dbward/review', true, `${read}: nothing blocks`, [
            `Read ${read} of this merge group.`,
          ])
  return [review, gate(view)]
}

function gate(view: GroupView): Check {
  const say = (passes: boolean, title: string, sentences: readonly string[]) =>
    answer(view, 'dbward/gate', passes, title, sentences)
  if (view.policy === 'broken' || view.faults.length > 0) {
    const [first = ''] = faults(view)
    return say(false, `Merge group: ${first}`, faults(view))
  }
  if (view.policy === 'none')
    return say(true, `No ${policyPath} on ${view.base}`, [`${view.base} has no policy.`])
  if (view.files.length === 0) {
    return say(true, 'No governed SQL', ['This merge group touches no file that the policy governs.'])
  }
  const names = view.pulls.map((pr) => `#${pr}`).join(', ')
  return say(true, `Merge group: ${plural(view.files.length, 'file')} of ${names}, all allowed`, [
    ...view.files.map((path) => `${path} belongs to a pull request that is allowed with these bytes.`),
    `Judged for this merge group again: ${names}.`,
  ])
}

function faults(view: GroupView): readonly string[] {
  if (view.policy === 'broken')
    return [`The policy on ${view.base} cannot be used, so nothing may be merged.`]
  return view.faults
}

function answer(
  { head }: GroupView,
  name: Check['name'],
  passes: boolean,
  title: string,
  sentences: readonly string[],
): Check {
  const bounded = sentences.slice(0, 100).map((one) => escaped(clipped(one, 500)))
  return {
    name,
    headSha: head,
    status: 'completed',
    conclusion: passes ? 'success' : 'failure',
    title: clipped(title, mostTitle),
    summary: bullets(bounded),
    stamp: null,
    text: null,
    annotations: [],
  }
}
