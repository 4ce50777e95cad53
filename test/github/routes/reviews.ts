import { ApiError, invalid, notFound, type RepoAsk, type Route, repoRoute } from '../api.ts'
import { accountOf } from '../auth.ts'
import { emit, note } from '../events.ts'
import { idOf, list, oneOf, optionalText, text } from '../fields.ts'
import { readCommit } from '../git/read.ts'
import { stamp } from '../lookup.ts'
import { paginate } from '../paginate.ts'
import { pullSimple, reviewBody } from '../render/pulls.ts'
import type { PullIssue, Review, ReviewState } from '../world.ts'
import { needs } from './needs.ts'
import { pullOf } from './pulls.ts'
import { byOf } from './refs.ts'

const STATES = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const
const EVENTS = ['APPROVE', 'REQUEST_CHANGES', 'COMMENT'] as const
const LONGEST_BODY = 65_536

export const reviewRoutes: readonly Route[] = [
  repoRoute('get', '/repos/{owner}/{repo}/pulls/{pull_number}/reviews', needs.readPulls, (ask) => {
    const issue = pullOf(ask)
    const { items, headers } = paginate(
      ask,
      issue.pull.reviews.filter((review) => visible(ask, review)),
    )
    return { status: 200, headers, body: items.map((review) => body(ask, issue, review)) }
  }),

  repoRoute('post', '/repos/{owner}/{repo}/pulls/{pull_number}/reviews', needs.writePulls, async (ask) => {
    const issue = pullOf(ask)
    const event = oneOf(ask.body, 'event', EVENTS, 'PullRequestReview')
    if ((list(ask.body, 'comments', 'PullRequestReview') ?? []).length > 0) {
      throw new ApiError(422, 'Comments on lines are not part of this emulation.')
    }
    const review: Review = {
      id: ask.world.nextId(),
      author: accountOf(ask.caller),
      body: optionalText(ask.body, 'body', 'PullRequestReview') ?? '',
      state: 'PENDING',
      submittedAt: null,
      commitId: await commitOf(ask, issue),
    }
    if (event) submit(ask, issue, review, event)
    issue.pull.reviews.push(review)
    if (event) tell(ask, issue, review, 'submitted')
    // 200 and not 201: https://docs.github.com/en/rest/pulls/reviews#create-a-review-for-a-pull-request
    return { status: 200, body: body(ask, issue, review) }
  }),

  repoRoute(
    'get',
    '/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}',
    needs.readPulls,
    (ask) => {
      const { issue, review } = reviewOf(ask)
      return { status: 200, body: body(ask, issue, review) }
    },
  ),

  repoRoute(
    'post',
    '/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/events',
    needs.writePulls,
    (ask) => {
      const { issue, review } = reviewOf(ask)
      const event = oneOf(ask.body, 'event', EVENTS, 'PullRequestReview')
      if (review.state !== 'PENDING') throw new ApiError(422, 'Review has already been submitted')
      if (!event) throw invalid('PullRequestReview', 'event is missing', 'event', 'missing_field')
      review.body = optionalText(ask.body, 'body', 'PullRequestReview') ?? review.body
      submit(ask, issue, review, event)
      tell(ask, issue, review, 'submitted')
      return { status: 200, body: body(ask, issue, review) }
    },
  ),

  repoRoute(
    'put',
    '/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals',
    needs.dismiss,
    (ask) => {
      const { issue, review } = reviewOf(ask)
      const message = text(ask.body, 'message', 'PullRequestReview')
      const state = review.state
      if (state !== 'APPROVED' && state !== 'CHANGES_REQUESTED') {
        throw new ApiError(422, `Can not dismiss a ${state.toLowerCase()} pull request review`)
      }
      review.state = 'DISMISSED'
      const dismissed = { state: state.toLowerCase(), review_id: review.id, dismissal_message: message }
      note(ask.world, issue, 'review_dismissed', byOf(ask), { dismissed_review: dismissed })
      tell(ask, issue, review, 'dismissed')
      return { status: 200, body: body(ask, issue, review) }
    },
  ),
]

function reviewOf(ask: RepoAsk): { issue: PullIssue; review: Review } {
  const issue = pullOf(ask)
  const wanted = idOf(ask.params.review_id)
  const review = issue.pull.reviews.find(({ id }) => id === wanted)
  if (!review || !visible(ask, review)) throw notFound()
  return { issue, review }
}

/** What is still being written is for its author alone. */
function visible({ caller }: RepoAsk, review: Review): boolean {
  return review.state !== 'PENDING' || (caller.kind === 'user' && caller.account.id === review.author.id)
}

/** Any commit that was ever part of the pull request may be named; without a name it is the head. */
async function commitOf({ body, repo }: RepoAsk, { pull }: PullIssue): Promise<string> {
  const given = optionalText(body, 'commit_id', 'PullRequestReview')
  if (given === null) return pull.headSha
  if (!pull.everSeen.has(given) || !(await readCommit(repo, given))) {
    throw new ApiError(422, 'Unprocessable Entity', { errors: [] })
  }
  return given
}

function submit(ask: RepoAsk, issue: PullIssue, review: Review, event: (typeof EVENTS)[number]): void {
  const own = review.author.id === issue.author.id
  if (own && event === 'APPROVE') throw new ApiError(422, 'Can not approve your own pull request')
  if (own && event === 'REQUEST_CHANGES') {
    throw new ApiError(422, 'Can not request changes on your own pull request')
  }
  if (event !== 'APPROVE' && review.body === '') {
    throw invalid('PullRequestReview', 'body is missing', 'body', 'missing_field')
  }
  if (review.body.length > LONGEST_BODY) {
    throw invalid('PullRequestReview', `body is too long (maximum is ${LONGEST_BODY} characters)`, 'body')
  }
  const state: ReviewState = STATES[event]
  review.state = state
  review.submittedAt = ask.world.now()
  issue.updatedAt = review.submittedAt
}

function body(ask: RepoAsk, issue: PullIssue, review: Review) {
  return reviewBody(ask.world, ask.repo, issue, review)
}

function tell(ask: RepoAsk, issue: PullIssue, review: Review, action: 'submitted' | 'dismissed'): void {
  const told = {
    ...reviewBody(ask.world, ask.repo, issue, review),
    // Upper case in REST, lower case in webhooks.
    state: review.state.toLowerCase(),
    submitted_at: review.submittedAt && stamp(review.submittedAt),
  }
  emit(ask.world, ask.repo, {
    event: 'pull_request_review',
    action,
    sender: accountOf(ask.caller),
    body: { review: told, pull_request: pullSimple(ask.world, ask.repo, issue) },
  })
}
