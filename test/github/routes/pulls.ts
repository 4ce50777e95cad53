import { atLeast, roleIn } from '../access.ts'
import { ApiError, invalid, notFound, type RepoAsk, type Route, repoRoute } from '../api.ts'
import { accountOf } from '../auth.ts'
import { emitPull, note } from '../events.ts'
import { flag, idOf, oneOf, optionalText, text } from '../fields.ts'
import { branchTip, count, isAncestor, log, mergeBase } from '../git/read.ts'
import { isPull, pullsOf } from '../lookup.ts'
import { bring, close, takeHead, testMerge } from '../moved.ts'
import { openIssue } from '../open-issue.ts'
import { paginate } from '../paginate.ts'
import { commitBody, fileBody } from '../render/commits.ts'
import { comparedWith, pullBody, pullFiles, pullSimple } from '../render/pulls.ts'
import type { Pull, PullIssue, Repo } from '../world.ts'
import { needs } from './needs.ts'
import { byOf } from './refs.ts'

const MOST_FILES = 3000
const MOST_COMMITS = 250

export const pullRoutes: readonly Route[] = [
  repoRoute('get', '/repos/{owner}/{repo}/pulls', needs.readPulls, (ask) => {
    const { items, headers } = paginate(ask, listed(ask))
    return { status: 200, headers, body: items.map((issue) => pullSimple(ask.world, ask.repo, issue)) }
  }),

  repoRoute('post', '/repos/{owner}/{repo}/pulls', needs.writePulls, async (ask) => {
    const issue = await create(ask)
    return { status: 201, body: await pullBody(ask.world, ask.repo, issue) }
  }),

  repoRoute('get', '/repos/{owner}/{repo}/pulls/{pull_number}', needs.readPulls, async (ask) => ({
    status: 200,
    body: await pullBody(ask.world, ask.repo, pullOf(ask)),
  })),

  repoRoute('patch', '/repos/{owner}/{repo}/pulls/{pull_number}', needs.writePulls, async (ask) => {
    const issue = pullOf(ask)
    mayEdit(ask, issue)
    await edit(ask, issue)
    return { status: 200, body: await pullBody(ask.world, ask.repo, issue) }
  }),

  repoRoute('get', '/repos/{owner}/{repo}/pulls/{pull_number}/files', needs.readPulls, async (ask) => {
    const issue = pullOf(ask)
    const files = (await pullFiles(ask.repo, issue)).slice(0, MOST_FILES)
    const { items, headers } = paginate(ask, files)
    const body = items.map((file) => fileBody(ask.world, ask.repo, issue.pull.headSha, file))
    return { status: 200, headers, body }
  }),

  repoRoute('get', '/repos/{owner}/{repo}/pulls/{pull_number}/commits', needs.readPulls, async (ask) => {
    const issue = pullOf(ask)
    const range = `${await comparedWith(ask.repo, issue)}..${issue.pull.headSha}`
    const commits = await log(ask.repo, ['--reverse', '--topo-order', range])
    const { items, headers } = paginate(ask, commits.slice(0, MOST_COMMITS))
    return { status: 200, headers, body: items.map((commit) => commitBody(ask.world, ask.repo, commit)) }
  }),
]

export function pullOf({ repo, params }: RepoAsk): PullIssue {
  const issue = repo.issues.get(idOf(params.pull_number))
  if (!issue || !isPull(issue)) throw notFound()
  return issue
}

function listed({ repo, query }: RepoAsk): PullIssue[] {
  const state = query.state ?? 'open'
  const [user, head] = query.head?.split(':') ?? []
  const found = pullsOf(repo).filter(
    (issue) =>
      (state === 'all' || issue.state === state) &&
      (!head || (issue.pull.headRef === head && isOwnedBy(issue.pull.headRepo, user))) &&
      (!query.base || issue.pull.baseRef === query.base),
  )
  const key = query.sort === 'updated' ? 'updatedAt' : 'createdAt'
  found.sort((a, b) => a[key].getTime() - b[key].getTime() || a.number - b.number)
  // Newest first, unless `created` is asked for in so many words without a direction.
  const descending = (query.direction ?? (query.sort && query.sort !== 'updated' ? 'asc' : 'desc')) === 'desc'
  return descending ? found.reverse() : found
}

async function create(ask: RepoAsk): Promise<PullIssue> {
  const { world, repo } = ask
  const { headRepo, headRef } = await headOf(ask)
  const baseRef = text(ask.body, 'base', 'PullRequest')
  const title = text(ask.body, 'title', 'PullRequest')
  const headSha = await branchTip(headRepo, headRef)
  const baseSha = await branchTip(repo, baseRef)
  if (headSha) await bring(repo, headRepo, headSha)
  if (!baseSha) throw invalid('PullRequest', `base ${baseRef} does not exist`, 'base', 'invalid')
  if (!headSha) throw invalid('PullRequest', `head ${headRef} does not exist`, 'head', 'invalid')
  if ((await count(repo, `${baseSha}..${headSha}`)) === 0) {
    throw invalid('PullRequest', `No commits between ${baseRef} and ${headRef}`)
  }
  if (!(await mergeBase(repo, baseSha, headSha))) {
    throw invalid('PullRequest', `The ${headRef} branch has no history in common with ${baseRef}`)
  }
  refuseSecond(ask, { headRepo, headRef }, baseRef)
  const { actor, app } = byOf(ask)
  const pull = {
    id: world.nextId(),
    draft: flag(ask.body, 'draft'),
    headRepo,
    headRef,
    headSha,
    baseRef,
    baseSha,
    mergeSha: null,
    mergeable: false,
    rebaseable: false,
    testedFor: '',
    mergedAt: null,
    mergedBy: null,
    reviews: [],
    everSeen: new Set<string>(),
    landed: [],
  }
  const body = optionalText(ask.body, 'body', 'PullRequest')
  const issue = openIssue(world, repo, { title, body, author: actor, app, pull })
  await takeHead(repo, issue)
  await testMerge(world, repo, issue)
  await emitPull(world, repo, issue, 'opened', actor)
  return issue
}

/** `branch`, or `owner:branch` where the branch may be that of a fork. */
async function headOf({ world, repo, body }: RepoAsk): Promise<Pick<Pull, 'headRepo' | 'headRef'>> {
  const [owner, ...rest] = text(body, 'head', 'PullRequest').split(':')
  if (rest.length === 0) return { headRepo: repo, headRef: owner ?? '' }
  const forks = [...world.repos.values()].filter((one) => one.forkOf === repo)
  const headRepo = [repo, ...forks].find((one) => isOwnedBy(one, owner))
  if (headRepo === undefined) throw invalid('PullRequest', `head ${owner} has no fork`, 'head', 'invalid')
  return { headRepo, headRef: rest.join(':') }
}

function isOwnedBy({ owner }: Repo, login: string | undefined): boolean {
  return owner.login.toLowerCase() === login?.toLowerCase()
}

function refuseSecond(
  { repo }: RepoAsk,
  { headRepo, headRef }: Pick<Pull, 'headRepo' | 'headRef'>,
  baseRef: string,
): void {
  const other = pullsOf(repo).find(
    ({ state, pull }) =>
      state === 'open' && pull.headRepo === headRepo && pull.headRef === headRef && pull.baseRef === baseRef,
  )
  if (other) {
    throw invalid('PullRequest', `A pull request already exists for ${headRepo.owner.login}:${headRef}.`)
  }
}

function mayEdit(ask: RepoAsk, issue: PullIssue): void {
  if (ask.caller.kind !== 'user' || ask.caller.account.id === issue.author.id) return
  if (atLeast(roleIn(ask.world, ask.repo, ask.caller.account), 'triage')) return
  throw new ApiError(403, 'Must have triage access, or be the author.')
}

async function edit(ask: RepoAsk, issue: PullIssue): Promise<void> {
  const { world, repo } = ask
  const base = optionalText(ask.body, 'base', 'PullRequest')
  const state = oneOf(ask.body, 'state', ['open', 'closed'], 'PullRequest')
  const title = optionalText(ask.body, 'title', 'PullRequest') ?? issue.title
  const body = ask.body.body === undefined ? issue.body : optionalText(ask.body, 'body', 'PullRequest')
  const changes: Record<string, unknown> = {}

  if (base && base !== issue.pull.baseRef) changes.base = await retarget(ask, issue, base)
  if (title !== issue.title) {
    changes.title = { from: issue.title }
    note(world, issue, 'renamed', byOf(ask), { rename: { from: issue.title, to: title } })
  }
  if (body !== issue.body) changes.body = { from: issue.body ?? '' }
  Object.assign(issue, { title, body })
  if (Object.keys(changes).length > 0) {
    issue.updatedAt = world.now()
    await emitPull(world, repo, issue, 'edited', accountOf(ask.caller), { changes })
  }
  if (state && state !== issue.state) await (state === 'closed' ? shut(ask, issue) : reopen(ask, issue))
}

async function retarget(ask: RepoAsk, issue: PullIssue, base: string): Promise<unknown> {
  const { world, repo } = ask
  const { pull } = issue
  const sha = await branchTip(repo, base)
  if (!sha) throw invalid('PullRequest', `Proposed base branch '${base}' was not found`, 'base', 'invalid')
  if (issue.state === 'closed')
    throw invalid('PullRequest', 'Cannot change the base branch of a closed pull request.', 'base')
  if ((await count(repo, `${sha}..${pull.headSha}`)) === 0) {
    throw invalid(
      'PullRequest',
      `There are no new commits between base branch '${base}' and head branch '${pull.headRef}'`,
      'base',
    )
  }
  refuseSecond(ask, pull, base)
  const from = { ref: { from: pull.baseRef }, sha: { from: pull.baseSha } }
  pull.baseRef = base
  pull.baseSha = sha
  note(world, issue, 'base_ref_changed', byOf(ask))
  await takeHead(repo, issue)
  await testMerge(world, repo, issue)
  return from
}

async function shut(ask: RepoAsk, issue: PullIssue): Promise<void> {
  close(ask.world, issue, byOf(ask))
  await emitPull(ask.world, ask.repo, issue, 'closed', accountOf(ask.caller))
}

async function reopen(ask: RepoAsk, issue: PullIssue): Promise<void> {
  const { world, repo } = ask
  const { pull } = issue
  const headSha = await branchTip(pull.headRepo, pull.headRef)
  const refusal = 'state cannot be changed.'
  if (pull.mergedAt) throw invalid('PullRequest', `${refusal} The pull request is already merged.`, 'state')
  if (!headSha || !(await branchTip(repo, pull.baseRef))) {
    throw invalid(
      'PullRequest',
      `${refusal} The ${headSha ? pull.baseRef : pull.headRef} branch has been deleted.`,
      'state',
    )
  }
  if (!(await isAncestor(repo, pull.headSha, headSha))) {
    throw invalid(
      'PullRequest',
      `${refusal} The ${pull.headRef} branch was force-pushed or recreated.`,
      'state',
    )
  }
  refuseSecond(ask, pull, pull.baseRef)
  Object.assign(issue, { state: 'open', closedAt: null, closedBy: null })
  pull.headSha = headSha
  note(world, issue, 'reopened', byOf(ask))
  await takeHead(repo, issue)
  await testMerge(world, repo, issue)
  await emitPull(world, repo, issue, 'reopened', accountOf(ask.caller))
}
