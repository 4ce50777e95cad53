import type { RequestState } from './model.ts'

/** A button of a check run. GitHub takes three, and 20 and 40 characters; the identifier is the command's name. */
export type Button = { readonly label: string; readonly description: string; readonly identifier: string }

const review: Button = {
  label: 'Look again',
  description: 'Reads the pull request again',
  identifier: 'review',
}
const plan: Button = {
  label: 'Show the plan',
  description: 'Comments what would run, and where',
  identifier: 'plan',
}
const retry: Button = {
  label: 'Try again',
  description: 'Tries what had no effect once more',
  identifier: 'retry',
}

/** What can be asked of a change: nothing where it brings nothing to run. */
export function gateButtons(requests: readonly unknown[]): readonly Button[] {
  return requests.length === 0 ? [review] : [review, plan]
}

/** What can be asked of a request once it is merged and did not end well. */
export function executionButtons(state: RequestState): readonly Button[] {
  const stuck: readonly RequestState[] = ['held', 'failed_clean']
  return stuck.includes(state) ? [retry, plan] : []
}
