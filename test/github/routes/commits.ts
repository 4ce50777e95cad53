import { ApiError, notFound, type RepoAsk, type Route, repoRoute } from '../api.ts'
import { diff } from '../git/diff.ts'
import { EMPTY_TREE } from '../git/merge.ts'
import { type Commit, count, isAncestor, log, mergeBase, readCommit, resolveCommit } from '../git/read.ts'
import { fullName, pullsOf } from '../lookup.ts'
import { paginate } from '../paginate.ts'
import { commitBody, fileBody } from '../render/commits.ts'
import { pullSimple } from '../render/pulls.ts'
import type { PullIssue } from '../world.ts'
import { needs } from './needs.ts'

const MOST_COMPARED_FILES = 300

export const commitRoutes: readonly Route[] = [
  repoRoute('get', '/repos/{owner}/{repo}/commits', needs.readContents, async (ask) => {
    const start = await resolveCommit(ask.repo, ask.query.sha ?? ask.repo.defaultBranch)
    if (!start) throw notFound()
    const limits = [
      ...(ask.query.since ? [`--since=${ask.query.since}`] : []),
      ...(ask.query.until ? [`--until=${ask.query.until}`] : []),
    ]
    const path = ask.query.path ? ['--', ask.query.path] : []
    const { items, headers } = paginate(ask, await log(ask.repo, [...limits, start, ...path]))
    return { status: 200, headers, body: items.map((commit) => commitBody(ask.world, ask.repo, commit)) }
  }),

  repoRoute('get', '/repos/{owner}/{repo}/commits/{ref}', needs.readContents, async (ask) => {
    const commit = await commitAt(ask, ask.params.ref ?? '')
    const files = await diff(ask.repo, commit.parents[0] ?? EMPTY_TREE, commit.sha)
    const additions = files.reduce((sum, file) => sum + file.additions, 0)
    const deletions = files.reduce((sum, file) => sum + file.deletions, 0)
    const { items, headers } = paginate(ask, files)
    return {
      status: 200,
      headers,
      body: {
        ...commitBody(ask.world, ask.repo, commit),
        stats: { total: additions + deletions, additions, deletions },
        files: items.map((file) => fileBody(ask.world, ask.repo, commit.sha, file)),
      },
    }
  }),

  repoRoute('get', '/repos/{owner}/{repo}/commits/{commit_sha}/pulls', needs.commitPulls, async (ask) => {
    const { sha } = await commitAt(ask, ask.params.commit_sha ?? '')
    const found: PullIssue[] = []
    for (const issue of pullsOf(ask.repo)) if (await contains(ask, issue, sha)) found.push(issue)
    const { items, headers } = paginate(ask, found)
    return { status: 200, headers, body: items.map((issue) => pullSimple(ask.world, ask.repo, issue)) }
  }),

  repoRoute('get', '/repos/{owner}/{repo}/compare/{basehead}', needs.readContents, compare),
]

async function compare(ask: RepoAsk) {
  const { world, repo } = ask
  const [from = '', to = ''] = (ask.params.basehead ?? '').split('...')
  const base = await commitAt(ask, from.replace(/^[^:/]+:/, ''))
  const head = await commitAt(ask, to.replace(/^[^:/]+:/, ''))
  const common = await mergeBase(repo, base.sha, head.sha)
  if (!common) throw new ApiError(404, 'No common ancestor between the two commits.')
  const ahead = await log(repo, ['--reverse', '--topo-order', `${base.sha}..${head.sha}`])
  const behind = await count(repo, `${head.sha}..${base.sha}`)
  const { items, headers } = paginate({ ...ask, query: { per_page: '100', ...ask.query } }, ahead)
  const files = await diff(repo, common, head.sha)
  const first = (ask.query.page ?? '1') === '1'
  const html = `${world.url}/${fullName(repo)}/compare/${from}...${to}`
  return {
    status: 200,
    headers,
    body: {
      url: `${world.url}/repos/${fullName(repo)}/compare/${from}...${to}`,
      html_url: html,
      permalink_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      base_commit: commitBody(world, repo, base),
      merge_base_commit: commitBody(world, repo, await commitAt(ask, common)),
      status: statusOf(ahead.length, behind),
      ahead_by: ahead.length,
      behind_by: behind,
      total_commits: ahead.length,
      commits: items.map((commit) => commitBody(world, repo, commit)),
      files: first
        ? files.slice(0, MOST_COMPARED_FILES).map((file) => fileBody(world, repo, head.sha, file))
        : [],
    },
  }
}

async function commitAt({ repo }: RepoAsk, name: string): Promise<Commit> {
  const sha = await resolveCommit(repo, name)
  const commit = sha && (await readCommit(repo, sha))
  if (!commit)
    throw /^[0-9a-f]{40}$/.test(name) ? new ApiError(422, `No commit found for SHA: ${name}`) : notFound()
  return commit
}

function statusOf(ahead: number, behind: number): 'diverged' | 'ahead' | 'behind' | 'identical' {
  if (ahead > 0 && behind > 0) return 'diverged'
  return ahead > 0 ? 'ahead' : behind > 0 ? 'behind' : 'identical'
}

/** Is the commit one of an open pull request, or did a merged one bring it? */
async function contains({ repo }: RepoAsk, issue: PullIssue, sha: string): Promise<boolean> {
  const { pull } = issue
  if (pull.mergedAt && (pull.mergeSha === sha || pull.landed.includes(sha))) return true
  if (!pull.mergedAt && issue.state === 'closed') return false
  return pull.everSeen.has(sha) && (await isAncestor(repo, sha, pull.headSha))
}
