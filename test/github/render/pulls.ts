import type { components } from '@octokit/openapi-types'
import { diff, type FileChange } from '../git/diff.ts'
import { branchTip, count, mergeBase } from '../git/read.ts'
import { fullName, stamp } from '../lookup.ts'
import { mergeableState } from '../rules.ts'
import type { PullIssue, Repo, Review, World } from '../world.ts'
import { issueBody } from './issues.ts'
import { authorAssociation, nodeId, simpleUser } from './people.ts'
import { repoBody } from './repos.ts'

type Schemas = components['schemas']

export function pullSimple(world: World, repo: Repo, issue: PullIssue) {
  const { pull } = issue
  const api = `${world.url}/repos/${fullName(repo)}`
  const url = `${api}/pulls/${issue.number}`
  const html = `${world.url}/${fullName(repo)}/pull/${issue.number}`
  const { labels, comments_url, url: issueUrl } = issueBody(world, repo, issue)
  const side = (of: Repo, ref: string, sha: string) => ({
    label: `${of.owner.login}:${ref}`,
    ref,
    sha,
    user: simpleUser(world, of.owner),
    repo: repoBody(world, of),
  })
  return {
    url,
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issueUrl,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url,
    statuses_url: `${api}/statuses/${pull.headSha}`,
    number: issue.number,
    state: issue.state,
    locked: false,
    title: issue.title,
    user: simpleUser(world, issue.author),
    body: issue.body,
    labels: labels.map((label) => ({ ...label, description: label.description ?? '' })),
    milestone: null,
    active_lock_reason: null,
    created_at: stamp(issue.createdAt),
    updated_at: stamp(issue.updatedAt),
    closed_at: issue.closedAt && stamp(issue.closedAt),
    merged_at: pull.mergedAt && stamp(pull.mergedAt),
    merge_commit_sha: pull.mergeSha,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: side(pull.headRepo, pull.headRef, pull.headSha),
    base: side(repo, pull.baseRef, pull.baseSha),
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issueUrl },
      comments: { href: comments_url },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${api}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: `${api}/statuses/${pull.headSha}` },
    },
    author_association: authorAssociation(world, repo, issue.author),
    auto_merge: null,
    draft: pull.draft,
  } satisfies Schemas['pull-request-simple']
}

export async function pullBody(world: World, repo: Repo, issue: PullIssue) {
  const { pull } = issue
  const base = await comparedWith(repo, issue)
  const files = await pullFiles(repo, issue)
  const open = issue.state === 'open'
  const total = (of: 'additions' | 'deletions') => files.reduce((sum, file) => sum + file[of], 0)
  return {
    ...pullSimple(world, repo, issue),
    state: issue.state,
    merged: pull.mergedAt !== null,
    mergeable: open ? pull.mergeable : null,
    rebaseable: open ? pull.rebaseable : null,
    mergeable_state: open ? mergeableState(world, repo, issue) : 'unknown',
    merged_by: pull.mergedBy && simpleUser(world, pull.mergedBy),
    comments: issue.comments.length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: await count(repo, `${base}..${pull.headSha}`),
    additions: total('additions'),
    deletions: total('deletions'),
    changed_files: files.length,
  } satisfies Schemas['pull-request']
}

/** What a pull request changes: from where its branch left the base to its head. */
export async function pullFiles(repo: Repo, issue: PullIssue): Promise<readonly FileChange[]> {
  const { headSha } = issue.pull
  const base = await mergeBase(repo, await comparedWith(repo, issue), headSha)
  return base ? diff(repo, base, headSha) : []
}

/** The base commit that a pull request is shown against: the branch's tip while it is open. */
export async function comparedWith(repo: Repo, issue: PullIssue): Promise<string> {
  const { baseRef, baseSha } = issue.pull
  return (issue.state === 'open' && (await branchTip(repo, baseRef))) || baseSha
}

export function reviewBody(world: World, repo: Repo, issue: PullIssue, review: Review) {
  const api = `${world.url}/repos/${fullName(repo)}/pulls/${issue.number}`
  const html = `${world.url}/${fullName(repo)}/pull/${issue.number}#pullrequestreview-${review.id}`
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: simpleUser(world, review.author),
    body: review.body,
    state: review.state as string,
    html_url: html,
    pull_request_url: api,
    author_association: authorAssociation(world, repo, review.author),
    _links: { html: { href: html }, pull_request: { href: api } },
    ...(review.submittedAt ? { submitted_at: stamp(review.submittedAt) } : {}),
    // A commit that GitHub has thrown away leaves its reviews without one.
    commit_id: repo.vanished.has(review.commitId) ? null : review.commitId,
  } satisfies Schemas['pull-request-review']
}

export function pullMinimal(world: World, repo: Repo, issue: PullIssue): Schemas['pull-request-minimal'] {
  const { pull } = issue
  const side = (of: Repo, ref: string, sha: string) => ({
    ref,
    sha,
    repo: { id: of.id, url: `${world.url}/repos/${fullName(of)}`, name: of.name },
  })
  return {
    id: pull.id,
    number: issue.number,
    url: `${world.url}/repos/${fullName(repo)}/pulls/${issue.number}`,
    head: side(pull.headRepo, pull.headRef, pull.headSha),
    base: side(repo, pull.baseRef, pull.baseSha),
  }
}
