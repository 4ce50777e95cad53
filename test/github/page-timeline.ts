import type { Octokit } from '@octokit/rest'
import { type Html, html } from './page-html.ts'
import { markdown } from './page-markdown.ts'
import { type RepositoryName, when } from './page-view.ts'

/** Commits, reviews, comments and events of a pull request, oldest first. */
export async function timelineView(octokit: Octokit, name: RepositoryName, number: number): Promise<Html> {
  const pull = { ...name, pull_number: number, per_page: 100 }
  const issue = { ...name, issue_number: number, per_page: 100 }
  const [commits, reviews, comments, events] = await Promise.all([
    octokit.paginate(octokit.rest.pulls.listCommits, pull),
    octokit.paginate(octokit.rest.pulls.listReviews, pull),
    octokit.paginate(octokit.rest.issues.listComments, issue),
    octokit.paginate(octokit.rest.issues.listEvents, issue),
  ])

  const entries = [
    ...commits.map(({ sha, commit, author }) => ({
      at: commit.committer?.date ?? '',
      shown: html`<p class="event"><code>${sha.slice(0, 7)}</code> ${commit.message.split('\n')[0]}
<span class="quiet">by ${author?.login ?? commit.author?.name}, ${when(commit.committer?.date)}</span></p>`,
    })),
    ...reviews.map((review) => ({
      at: review.submitted_at ?? '',
      shown: html`<section class="card"><header><strong>${review.user?.login}</strong>
<span class="${review.state.toLowerCase()}">${review.state.toLowerCase().replace('_', ' ')}</span>
<code>${review.commit_id?.slice(0, 7) ?? 'a commit that is gone'}</code> ${when(review.submitted_at)}</header>
${review.body !== '' && html`<div class="inside">${markdown(review.body)}</div>`}</section>`,
    })),
    ...comments.map((comment) => ({
      at: comment.created_at,
      shown: html`<section class="card" id="issuecomment-${comment.id}"><header><strong>${comment.user?.login}</strong>
${comment.performed_via_github_app && html`<span class="quiet">via ${comment.performed_via_github_app.slug}</span>`}
${when(comment.created_at)} ${comment.updated_at !== comment.created_at && html`<span class="quiet">edited</span>`}</header>
<div class="inside">${markdown(comment.body ?? '')}</div></section>`,
    })),
    ...events.map(({ event, actor, created_at: at, commit_id: sha }) => ({
      at,
      shown: html`<p class="event"><strong>${actor?.login}</strong> ${event.replaceAll('_', ' ')}
${sha && html`<code>${sha.slice(0, 7)}</code>`} ${when(at)}</p>`,
    })),
  ]
  return html`${entries.sort((a, b) => a.at.localeCompare(b.at)).map(({ shown }) => shown)}`
}
