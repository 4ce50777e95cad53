import { atLeast, roleIn } from '../access.ts'
import { ApiError, invalid, notFound, type RepoAsk, type Route, repoRoute } from '../api.ts'
import { accountOf, appOf } from '../auth.ts'
import { emit, emitPull, note } from '../events.ts'
import { idOf, list, oneOf, optionalText, text } from '../fields.ts'
import { isPull, stamp } from '../lookup.ts'
import { openIssue } from '../open-issue.ts'
import { paginate } from '../paginate.ts'
import { commentBody, issueBody, issueEventBody, labelBody, labelsOf } from '../render/issues.ts'
import { nodeId, simpleUser } from '../render/people.ts'
import type { Comment, Issue, Reaction } from '../world.ts'
import { needs } from './needs.ts'
import { pullRoutes } from './pulls.ts'
import { byOf } from './refs.ts'

const LONGEST_BODY = 65_536
const REACTIONS: readonly Reaction[] = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes']

export const issueRoutes: readonly Route[] = [
  repoRoute('get', '/repos/{owner}/{repo}/issues/{issue_number}', needs.readIssues, (ask) => ({
    status: 200,
    body: issueBody(ask.world, ask.repo, issueOf(ask)),
  })),

  repoRoute('post', '/repos/{owner}/{repo}/issues', needs.comment, (ask) => {
    const title = text(ask.body, 'title', 'Issue')
    const body = optionalText(ask.body, 'body', 'Issue')
    const { actor, app } = byOf(ask)
    const issue = openIssue(ask.world, ask.repo, { title, body, author: actor, app, pull: null })
    return { status: 201, body: issueBody(ask.world, ask.repo, issue) }
  }),

  repoRoute('patch', '/repos/{owner}/{repo}/issues/{issue_number}', needs.comment, async (ask) => {
    const issue = issueOf(ask)
    mayWrite(ask, issue.author.id, 'triage')
    await (isPull(issue) ? editPull(ask) : edit(ask, issue))
    return { status: 200, body: issueBody(ask.world, ask.repo, issue) }
  }),

  repoRoute('get', '/repos/{owner}/{repo}/issues/{issue_number}/events', needs.readIssues, (ask) => {
    const { items, headers } = paginate(ask, issueOf(ask).events)
    const body = items.map((event) => issueEventBody(ask.world, ask.repo, event))
    return { status: 200, headers, body: body as never }
  }),

  repoRoute('get', '/repos/{owner}/{repo}/issues/{issue_number}/comments', needs.readIssues, (ask) => {
    const issue = issueOf(ask)
    const since = ask.query.since ? new Date(ask.query.since) : null
    const { items, headers } = paginate(
      ask,
      issue.comments.filter((comment) => !since || comment.updatedAt >= since),
    )
    return {
      status: 200,
      headers,
      body: items.map((comment) => commentBody(ask.world, ask.repo, issue, comment)),
    }
  }),

  repoRoute('post', '/repos/{owner}/{repo}/issues/{issue_number}/comments', needs.comment, (ask) => {
    const issue = issueOf(ask)
    const at = ask.world.now()
    const comment: Comment = {
      id: ask.world.nextId(),
      author: accountOf(ask.caller),
      app: appOf(ask.caller),
      body: limited(text(ask.body, 'body', 'IssueComment')),
      createdAt: at,
      updatedAt: at,
      reactions: [],
    }
    issue.comments.push(comment)
    issue.updatedAt = at
    tell(ask, issue, comment, 'created')
    return { status: 201, body: commentBody(ask.world, ask.repo, issue, comment) }
  }),

  repoRoute('get', '/repos/{owner}/{repo}/issues/comments/{comment_id}', needs.readIssues, (ask) => {
    const { issue, comment } = commentOf(ask)
    return { status: 200, body: commentBody(ask.world, ask.repo, issue, comment) }
  }),

  repoRoute('patch', '/repos/{owner}/{repo}/issues/comments/{comment_id}', needs.comment, (ask) => {
    const { issue, comment } = commentOf(ask)
    mayWrite(ask, comment.author.id, 'write')
    const from = comment.body
    comment.body = limited(text(ask.body, 'body', 'IssueComment'))
    comment.updatedAt = ask.world.now()
    tell(ask, issue, comment, 'edited', { changes: { body: { from } } })
    return { status: 200, body: commentBody(ask.world, ask.repo, issue, comment) }
  }),

  repoRoute('delete', '/repos/{owner}/{repo}/issues/comments/{comment_id}', needs.comment, (ask) => {
    const { issue, comment } = commentOf(ask)
    mayWrite(ask, comment.author.id, 'write')
    issue.comments.splice(issue.comments.indexOf(comment), 1)
    tell(ask, issue, comment, 'deleted')
    return { status: 204 }
  }),

  repoRoute('post', '/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', needs.comment, (ask) => {
    const { comment } = commentOf(ask)
    const user = accountOf(ask.caller)
    const content = oneOf(ask.body, 'content', REACTIONS, 'Reaction')
    if (!content) throw invalid('Reaction', 'content is missing', 'content', 'missing_field')
    const old = comment.reactions.find((one) => one.user.id === user.id && one.content === content)
    const reaction = old ?? { id: ask.world.nextId(), user, content, at: ask.world.now() }
    if (!old) comment.reactions.push(reaction)
    const body = {
      id: reaction.id,
      node_id: nodeId('REA', reaction.id),
      user: simpleUser(ask.world, user),
      content,
      created_at: stamp(reaction.at),
    }
    return { status: old ? 200 : 201, body }
  }),

  repoRoute('get', '/repos/{owner}/{repo}/issues/{issue_number}/labels', needs.readIssues, (ask) => {
    const { items, headers } = paginate(ask, labelsOf(ask.world, ask.repo, issueOf(ask)))
    return { status: 200, headers, body: [...items] }
  }),

  repoRoute('post', '/repos/{owner}/{repo}/issues/{issue_number}/labels', needs.label, async (ask) => {
    const issue = issueOf(ask)
    for (const name of list(ask.body, 'labels', 'Label') ?? []) {
      if (typeof name !== 'string' || name === '') throw invalid('Label', 'name is not a string', 'name')
      await setLabel(ask, issue, name, true)
    }
    return { status: 200, body: labelsOf(ask.world, ask.repo, issue) }
  }),

  repoRoute(
    'delete',
    '/repos/{owner}/{repo}/issues/{issue_number}/labels/{name}',
    needs.label,
    async (ask) => {
      const issue = issueOf(ask)
      const name = ask.params.name ?? ''
      if (!issue.labels.has(name)) throw new ApiError(404, 'Label does not exist')
      await setLabel(ask, issue, name, false)
      return { status: 200, body: labelsOf(ask.world, ask.repo, issue) }
    },
  ),
]

function issueOf({ repo, params }: RepoAsk): Issue {
  const issue = repo.issues.get(idOf(params.issue_number))
  if (!issue) throw notFound()
  return issue
}

function commentOf({ repo, params }: RepoAsk): { issue: Issue; comment: Comment } {
  const wanted = idOf(params.comment_id)
  for (const issue of repo.issues.values()) {
    const comment = issue.comments.find(({ id }) => id === wanted)
    if (comment) return { issue, comment }
  }
  throw notFound()
}

/** People change what is theirs; an App with the permission, and people of some rank, also the rest. */
function mayWrite({ caller, world, repo }: RepoAsk, author: number, role: 'triage' | 'write'): void {
  if (caller.kind !== 'user' || caller.account.id === author) return
  if (!atLeast(roleIn(world, repo, caller.account), role)) {
    throw new ApiError(403, `Must have ${role} access, or be the author.`)
  }
}

/** A pull request is an issue too: the two doors lead to the same edit. */
async function editPull(ask: RepoAsk): Promise<void> {
  const door = pullRoutes.find(({ verb }) => verb === 'patch')
  const { base: _, ...body } = ask.body
  await door?.onRepo?.({
    ...ask,
    body,
    params: { ...ask.params, pull_number: ask.params.issue_number ?? '' },
  })
}

function edit(ask: RepoAsk, issue: Issue): void {
  const state = oneOf(ask.body, 'state', ['open', 'closed'], 'Issue')
  issue.title = optionalText(ask.body, 'title', 'Issue') ?? issue.title
  issue.body = optionalText(ask.body, 'body', 'Issue') ?? issue.body
  issue.updatedAt = ask.world.now()
  if (!state || state === issue.state) return
  const closed = state === 'closed'
  issue.state = state
  issue.closedAt = closed ? ask.world.now() : null
  issue.closedBy = closed ? accountOf(ask.caller) : null
  note(ask.world, issue, closed ? 'closed' : 'reopened', byOf(ask))
}

async function setLabel(ask: RepoAsk, issue: Issue, name: string, on: boolean): Promise<void> {
  const { world, repo } = ask
  const label = repo.labels.get(name.toLowerCase()) ?? { id: world.nextId(), name, color: 'ededed' }
  repo.labels.set(name.toLowerCase(), label)
  if (issue.labels.has(label.name) === on) return
  if (on) issue.labels.add(label.name)
  else issue.labels.delete(label.name)
  const { color } = label
  note(world, issue, on ? 'labeled' : 'unlabeled', byOf(ask), { label: { name: label.name, color } })
  if (!isPull(issue)) return
  const more = { label: labelBody(world, repo, label) }
  await emitPull(world, repo, issue, on ? 'labeled' : 'unlabeled', accountOf(ask.caller), more)
}

function limited(body: string): string {
  if (body.length > LONGEST_BODY) {
    throw invalid('IssueComment', `body is too long (maximum is ${LONGEST_BODY} characters)`, 'body')
  }
  return body
}

function tell(
  ask: RepoAsk,
  issue: Issue,
  comment: Comment,
  action: 'created' | 'edited' | 'deleted',
  more: Readonly<Record<string, unknown>> = {},
): void {
  const { world, repo } = ask
  const body = {
    issue: issueBody(world, repo, issue),
    comment: commentBody(world, repo, issue, comment),
    ...more,
  }
  emit(world, repo, { event: 'issue_comment', action, sender: accountOf(ask.caller), body })
}
