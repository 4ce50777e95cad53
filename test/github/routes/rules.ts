import { orgAccess } from '../access.ts'
import { ApiError, notFound, type RepoAsk, type Route, repoRoute, route } from '../api.ts'
import { orgByLogin } from '../lookup.ts'
import { paginate } from '../paginate.ts'
import { installationBody } from '../render/apps.ts'
import { isClassic, protectionBody, rulesetBody } from '../render/protection.ts'
import { needs } from './needs.ts'

/** What only those see who may change it: rulesets with their bypass, classic protection, Actions, installations. */
export const ruleRoutes: readonly Route[] = [
  repoRoute('get', '/repos/{owner}/{repo}/rulesets/{ruleset_id}', needs.metadata, (ask) => {
    const { world, repo, params } = ask
    const found = [...repo.protections].find(
      ([, one]) => String(one.id) === params.ruleset_id && !isClassic(one),
    )
    if (!found) throw notFound()
    return { status: 200, body: rulesetBody(world, repo, found[0], found[1], administers(ask)) }
  }),

  repoRoute('get', '/repos/{owner}/{repo}/branches/{branch}/protection', needs.administration, (ask) => {
    const { world, repo, params } = ask
    const found = repo.protections.get(params.branch ?? '')
    if (!found || !isClassic(found)) throw new ApiError(404, 'Branch not protected')
    return { status: 200, body: protectionBody(world, repo, params.branch ?? '', found) }
  }),

  repoRoute(
    'get',
    '/repos/{owner}/{repo}/actions/permissions/workflow',
    needs.administration,
    ({ repo }) => ({
      status: 200,
      body: {
        default_workflow_permissions: 'read' as const,
        can_approve_pull_request_reviews: repo.actionsMayApprove,
      },
    }),
  ),

  route('get', '/orgs/{org}/installations', 'anybody', (ask) => {
    const org = orgByLogin(ask.world, ask.params.org ?? '')
    if (!org) throw notFound()
    orgAccess(ask, org.account.id, true)
    if (ask.caller.kind !== 'user' || org.members.get(ask.caller.account.id) !== 'admin') throw notFound()
    const own = [...ask.world.installations.values()].filter((one) => one.account.id === org.account.id)
    const { items, headers } = paginate(ask, own)
    const installations = items.map((one) => installationBody(ask.world, one))
    // As of every list of installations, GitHub's description is wrong about the accounts.
    return { status: 200, headers, body: { total_count: own.length, installations } as never }
  }),
]

function administers({ caller, world, repo }: RepoAsk): boolean {
  if (caller.kind !== 'user') return false
  const org = world.orgs.get(repo.owner.id)
  const own = repo.owner.id === caller.account.id || org?.members.get(caller.account.id) === 'admin'
  return own || repo.collaborators.get(caller.account.id) === 'admin'
}
