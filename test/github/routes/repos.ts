import { roleIn } from '../access.ts'
import { type Answer, notFound, type RepoAsk, type Route, repoRoute } from '../api.ts'
import { readCommit, refs } from '../git/read.ts'
import { accountByLogin, fullName, stamp } from '../lookup.ts'
import { paginate, paginateByCursor } from '../paginate.ts'
import { commitBody } from '../render/commits.ts'
import { collaborator, nodeId, simpleUser } from '../render/people.ts'
import { repoBody, rulesOf } from '../render/repos.ts'
import { needs } from './needs.ts'

const HEADS = 'refs/heads/'

export const repoRoutes: readonly Route[] = [
  repoRoute('get', '/repos/{owner}/{repo}', needs.metadata, ({ world, repo, caller }) => {
    const role = caller.kind === 'user' ? roleIn(world, repo, caller.account) : 'read'
    return { status: 200, body: repoBody(world, repo, role !== null && role !== 'read' && role !== 'triage') }
  }),

  repoRoute('get', '/repos/{owner}/{repo}/branches', needs.readContents, async (ask) => {
    const { world, repo } = ask
    const { items, headers } = paginate(ask, await refs(repo, HEADS))
    const body = items.map(({ ref, sha }) => {
      const name = ref.slice(HEADS.length)
      return {
        name,
        commit: { sha, url: `${world.url}/repos/${fullName(repo)}/commits/${sha}` },
        protected: repo.protections.has(name),
      }
    })
    return { status: 200, headers, body }
  }),

  repoRoute('get', '/repos/{owner}/{repo}/branches/{branch}', needs.readContents, branch),

  repoRoute('get', '/repos/{owner}/{repo}/rules/branches/{branch}', needs.metadata, (ask) => {
    const { items, headers } = paginate(ask, rulesOf(ask.repo, ask.params.branch ?? ''))
    return { status: 200, headers, body: [...items] }
  }),

  repoRoute(
    'get',
    '/repos/{owner}/{repo}/collaborators/{username}/permission',
    needs.collaborators,
    ({ world, repo, params }) => {
      const account = accountByLogin(world, params.username ?? '')
      if (!account) throw notFound()
      return { status: 200, body: collaborator(world, repo, account) }
    },
  ),

  repoRoute('get', '/repos/{owner}/{repo}/activity', needs.readContents, (ask) => {
    const { world, repo, query } = ask
    const wanted = query.ref && (query.ref.startsWith('refs/') ? query.ref : `${HEADS}${query.ref}`)
    const found = repo.activity.filter(
      (one) =>
        (!wanted || one.ref === wanted) &&
        (!query.activity_type || one.kind === query.activity_type) &&
        (!query.actor || one.actor.login.toLowerCase() === query.actor.toLowerCase()),
    )
    const ordered = query.direction === 'asc' ? found.reverse() : found
    const { items, headers } = paginateByCursor(ask, ordered, 'after')
    const body = items.map((one) => ({
      id: one.id,
      node_id: nodeId('PSH', one.id),
      before: one.before,
      after: one.after,
      ref: one.ref,
      timestamp: stamp(one.at),
      activity_type: one.kind,
      actor: simpleUser(world, one.actor),
    }))
    return { status: 200, headers, body }
  }),
]

async function branch({ world, repo, params }: RepoAsk) {
  const name = params.branch ?? ''
  const [found] = (await refs(repo, `${HEADS}${name}`)).filter(({ ref }) => ref === `${HEADS}${name}`)
  const commit = found && (await readCommit(repo, found.sha))
  if (!commit) throw notFound()
  const url = `${world.url}/repos/${fullName(repo)}/branches/${encodeURIComponent(name)}`
  const protection = repo.protections.get(name)
  const contexts = protection?.requiredChecks.map(({ context }) => context) ?? []
  return {
    status: 200,
    body: {
      name,
      commit: commitBody(world, repo, commit),
      _links: { self: url, html: `${world.url}/${fullName(repo)}/tree/${name}` },
      protected: protection !== undefined,
      protection: {
        enabled: protection !== undefined,
        required_status_checks: {
          enforcement_level: contexts.length > 0 ? 'everyone' : 'off',
          contexts,
          checks: (protection?.requiredChecks ?? []).map((check) => ({
            context: check.context,
            app_id: check.integration_id ?? null,
          })),
        },
      },
      protection_url: `${url}/protection`,
    },
  } satisfies Answer
}
