import { actingAs, type PageSource, peopleOf, type RepositoryName, refusal } from './page-view.ts'

/** Does what a button says, by the REST API as the person who was chosen. Answers null, or GitHub's refusal. */
export async function act(
  source: PageSource,
  name: RepositoryName,
  number: number,
  form: URLSearchParams,
): Promise<{ readonly status: number; readonly message: string } | null> {
  const person = peopleOf(source).find(({ login }) => login === form.get('as'))
  if (person === undefined) return { status: 400, message: 'Choose a person to act as.' }
  const { pulls, issues } = actingAs(source, person).rest
  const pull = { ...name, pull_number: number }
  const head = form.get('head') ?? ''
  const body = form.get('body') ?? ''
  const review = (event: 'APPROVE' | 'REQUEST_CHANGES') =>
    pulls.createReview({ ...pull, event, commit_id: head, ...(body === '' ? {} : { body }) })
  const merge = (method: 'merge' | 'squash' | 'rebase') =>
    pulls.merge({ ...pull, merge_method: method, sha: head })

  const actions = new Map<string | null, () => Promise<unknown>>([
    ['approve', () => review('APPROVE')],
    ['request_changes', () => review('REQUEST_CHANGES')],
    ['comment', () => issues.createComment({ ...name, issue_number: number, body })],
    ['merge', () => merge('merge')],
    ['squash', () => merge('squash')],
    ['rebase', () => merge('rebase')],
    ['close', () => pulls.update({ ...pull, state: 'closed' })],
    ['reopen', () => pulls.update({ ...pull, state: 'open' })],
  ])
  const action = actions.get(form.get('do'))
  if (action === undefined) return { status: 400, message: 'Choose what to do.' }
  const refused = await action().then(() => null, refusal)
  return (
    refused && { status: refused.status, message: `GitHub refuses, as ${person.login}: ${refused.message}` }
  )
}
