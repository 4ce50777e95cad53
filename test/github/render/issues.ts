import type { components } from '@octokit/openapi-types'
import { fullName, stamp } from '../lookup.ts'
import type { Comment, Issue, IssueEvent, Label, Reaction, Repo, World } from '../world.ts'
import { appBody } from './apps.ts'
import { authorAssociation, nodeId, simpleUser } from './people.ts'

type Schemas = components['schemas']

export function issueBody(world: World, repo: Repo, issue: Issue) {
  const url = `${world.url}/repos/${fullName(repo)}/issues/${issue.number}`
  const html = `${world.url}/${fullName(repo)}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`
  const pull = issue.pull && {
    url: `${world.url}/repos/${fullName(repo)}/pulls/${issue.number}`,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    merged_at: issue.pull.mergedAt && stamp(issue.pull.mergedAt),
  }
  return {
    id: issue.id,
    node_id: nodeId('I', issue.id),
    url,
    repository_url: `${world.url}/repos/${fullName(repo)}`,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: html,
    timeline_url: `${url}/timeline`,
    number: issue.number,
    state: issue.state,
    state_reason: null,
    title: issue.title,
    body: issue.body,
    user: simpleUser(world, issue.author),
    labels: labelsOf(world, repo, issue),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: issue.comments.length,
    ...(pull ? { pull_request: pull, draft: issue.pull?.draft ?? false } : {}),
    closed_at: issue.closedAt && stamp(issue.closedAt),
    closed_by: issue.closedBy && simpleUser(world, issue.closedBy),
    created_at: stamp(issue.createdAt),
    updated_at: stamp(issue.updatedAt),
    author_association: authorAssociation(world, repo, issue.author),
    performed_via_github_app: issue.app && appBody(world, issue.app),
    reactions: rollup(`${url}/reactions`, []),
  } satisfies Schemas['issue']
}

export function commentBody(world: World, repo: Repo, issue: Issue, comment: Comment) {
  const api = `${world.url}/repos/${fullName(repo)}/issues`
  const html = `${world.url}/${fullName(repo)}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`
  return {
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    url: `${api}/comments/${comment.id}`,
    html_url: `${html}#issuecomment-${comment.id}`,
    issue_url: `${api}/${issue.number}`,
    body: comment.body,
    user: simpleUser(world, comment.author),
    created_at: stamp(comment.createdAt),
    updated_at: stamp(comment.updatedAt),
    author_association: authorAssociation(world, repo, comment.author),
    performed_via_github_app: comment.app && appBody(world, comment.app),
    reactions: rollup(
      `${api}/comments/${comment.id}/reactions`,
      comment.reactions.map(({ content }) => content),
    ),
  } satisfies Schemas['issue-comment']
}

export function labelsOf(world: World, repo: Repo, issue: Issue): Schemas['label'][] {
  return [...issue.labels].flatMap((name) => {
    const label = repo.labels.get(name.toLowerCase())
    return label ? [labelBody(world, repo, label)] : []
  })
}

export function labelBody(world: World, repo: Repo, label: Label): Schemas['label'] {
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: `${world.url}/repos/${fullName(repo)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: null,
  }
}

export function issueEventBody(world: World, repo: Repo, event: IssueEvent) {
  const api = `${world.url}/repos/${fullName(repo)}`
  return {
    id: event.id,
    node_id: nodeId('IE', event.id),
    url: `${api}/issues/events/${event.id}`,
    actor: simpleUser(world, event.actor),
    event: event.event,
    commit_id: event.commitId,
    commit_url: event.commitId && `${api}/commits/${event.commitId}`,
    created_at: stamp(event.at),
    performed_via_github_app: event.app && appBody(world, event.app),
    ...event.more,
  }
}

function rollup(url: string, contents: readonly Reaction[]): Schemas['reaction-rollup'] {
  const of = (reaction: Reaction) => contents.filter((content) => content === reaction).length
  return {
    url,
    total_count: contents.length,
    '+1': of('+1'),
    '-1': of('-1'),
    laugh: of('laugh'),
    hooray: of('hooray'),
    confused: of('confused'),
    heart: of('heart'),
    rocket: of('rocket'),
    eyes: of('eyes'),
  }
}
