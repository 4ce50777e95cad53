import { ApiError, type RepoAsk, type Route, repoRoute } from '../api.ts'
import { accountOf } from '../auth.ts'
import { emitPull } from '../events.ts'
import { oneOf, optionalText } from '../fields.ts'
import { mergeTrees, replay } from '../git/merge.ts'
import { branchTip, isAncestor, log } from '../git/read.ts'
import { signatureOf, webFlow, writeCommit } from '../git/write.ts'
import { fullName } from '../lookup.ts'
import { land, move } from '../moved.ts'
import { blockers, isBypassed } from '../rules.ts'
import type { PullIssue } from '../world.ts'
import { needs } from './needs.ts'
import { pullOf } from './pulls.ts'
import { byOf } from './refs.ts'

type Landing = { readonly mergeSha: string; readonly landed: readonly string[] }

export const mergeRoutes: readonly Route[] = [
  repoRoute('put', '/repos/{owner}/{repo}/pulls/{pull_number}/merge', needs.merge, async (ask) => {
    const issue = pullOf(ask)
    const method = oneOf(ask.body, 'merge_method', ['merge', 'squash', 'rebase'], 'PullRequest') ?? 'merge'
    refuse(ask, issue)
    const base = await branchTip(ask.repo, issue.pull.baseRef)
    if (!base) throw new ApiError(405, 'Base branch was deleted')
    const landing = await MAKE[method](ask, issue, base)
    if (!landing) throw new ApiError(405, 'Merge conflict')

    const change = {
      ref: `refs/heads/${issue.pull.baseRef}`,
      before: base,
      after: landing.mergeSha,
      merged: issue,
    }
    if (!(await move(ask.world, ask.repo, change, byOf(ask)))) {
      throw new ApiError(405, 'Base branch was modified. Review and try the merge again.')
    }
    await land(ask.world, ask.repo, issue, { ...landing, base }, byOf(ask))
    await emitPull(ask.world, ask.repo, issue, 'closed', accountOf(ask.caller))
    const body = { sha: landing.mergeSha, merged: true, message: 'Pull Request successfully merged' }
    return { status: 200, body }
  }),

  repoRoute(
    'put',
    '/repos/{owner}/{repo}/pulls/{pull_number}/update-branch',
    needs.updateBranch,
    async (ask) => {
      const { world, repo } = ask
      const { pull } = pullOf(ask)
      const expected = optionalText(ask.body, 'expected_head_sha', 'PullRequest')
      if (expected && expected !== pull.headSha) {
        throw new ApiError(422, 'expected head sha didn’t match current head ref.')
      }
      const base = await branchTip(repo, pull.baseRef)
      if (!base || (await isAncestor(repo, base, pull.headSha))) {
        throw new ApiError(422, 'There are no new commits on the base branch.')
      }
      if (pull.headRepo !== repo) throw new ApiError(422, 'the branch of a fork is not updated here')
      const tree = await mergeTrees(repo, pull.headSha, base)
      if (!tree) throw new ApiError(422, 'merge conflict between base and head')
      const after = await writeCommit(repo, {
        tree,
        parents: [pull.headSha, base],
        message: `Merge branch '${pull.baseRef}' into ${pull.headRef}`,
        author: signatureOf(accountOf(ask.caller), world.now()),
        committer: webFlow(world.now()),
      })
      await move(world, repo, { ref: `refs/heads/${pull.headRef}`, before: pull.headSha, after }, byOf(ask))
      const url = `${world.url}/repos/${fullName(repo)}/pulls/${ask.params.pull_number}`
      return { status: 202, body: { message: 'Updating pull request branch.', url } }
    },
  ),
]

const MAKE: Readonly<
  Record<
    'merge' | 'squash' | 'rebase',
    (ask: RepoAsk, issue: PullIssue, base: string) => Promise<Landing | null>
  >
> = { merge: mergeCommit, squash, rebase }

function refuse(ask: RepoAsk, issue: PullIssue): void {
  const { pull } = issue
  const sha = optionalText(ask.body, 'sha', 'PullRequest')
  if (issue.state === 'closed' || pull.draft) throw new ApiError(405, 'Pull Request is not mergeable')
  if (sha !== null && sha !== pull.headSha) {
    throw new ApiError(409, 'Head branch was modified. Review and try the merge again.')
  }
  const protection = ask.repo.protections.get(pull.baseRef)
  const [reason] = isBypassed(protection, accountOf(ask.caller)) ? [] : blockers(ask.world, ask.repo, issue)
  if (reason) throw new ApiError(405, reason)
}

async function mergeCommit(ask: RepoAsk, issue: PullIssue, base: string): Promise<Landing | null> {
  const { repo, world } = ask
  const { pull } = issue
  const tree = await mergeTrees(repo, base, pull.headSha)
  if (!tree) return null
  const title =
    optionalText(ask.body, 'commit_title', 'PullRequest') ??
    `Merge pull request #${issue.number} from ${pull.headRepo.owner.login}/${pull.headRef}`
  const mergeSha = await writeCommit(repo, {
    tree,
    parents: [base, pull.headSha],
    message: message(title, optionalText(ask.body, 'commit_message', 'PullRequest') ?? issue.title),
    author: signatureOf(accountOf(ask.caller), world.now()),
    committer: webFlow(world.now()),
  })
  return { mergeSha, landed: [mergeSha] }
}

async function squash(ask: RepoAsk, issue: PullIssue, base: string): Promise<Landing | null> {
  const { repo, world } = ask
  const { pull } = issue
  const tree = await mergeTrees(repo, base, pull.headSha)
  if (!tree) return null
  const commits = await log(repo, ['--reverse', '--topo-order', '--no-merges', `${base}..${pull.headSha}`])
  const author = signatureOf(issue.author, world.now())
  const others = new Set(
    commits
      .filter((commit) => commit.author.email !== author.email)
      .map((commit) => `Co-authored-by: ${commit.author.name} <${commit.author.email}>`),
  )
  const listed = commits.length > 1 ? commits.map((commit) => `* ${commit.message}`).join('\n\n') : ''
  const title = optionalText(ask.body, 'commit_title', 'PullRequest') ?? `${issue.title} (#${issue.number})`
  const text = optionalText(ask.body, 'commit_message', 'PullRequest') ?? listed
  const mergeSha = await writeCommit(repo, {
    tree,
    parents: [base],
    message: message(message(title, text), [...others].join('\n')),
    author,
    committer: webFlow(world.now()),
  })
  return { mergeSha, landed: [mergeSha] }
}

/** Also where it could fast-forward, GitHub makes new commits: the committer changes. */
async function rebase(ask: RepoAsk, issue: PullIssue, base: string): Promise<Landing | null> {
  const committer = signatureOf(accountOf(ask.caller), ask.world.now())
  const landed = await replay(ask.repo, base, issue.pull.headSha, committer)
  const mergeSha = landed?.at(-1)
  return landed && mergeSha ? { mergeSha, landed } : null
}

function message(title: string, text: string): string {
  return text ? `${title}\n\n${text}` : title
}
