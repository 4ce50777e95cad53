import type { components } from '@octokit/openapi-types'
import { accountByLogin, fullName } from '../lookup.ts'
import type { Protection, Repo, World } from '../world.ts'

type Schemas = components['schemas']

export function isClassic(protection: Protection): boolean {
  return protection.classic
}

/** Who may bypass a ruleset is for those to see who may change it. */
export function rulesetBody(
  world: World,
  repo: Repo,
  branch: string,
  protection: Protection,
  whole: boolean,
): Schemas['repository-ruleset'] {
  const { id, bypass } = protection
  const actors = bypass.map((login) => ({
    actor_id: accountByLogin(world, login)?.id ?? null,
    actor_type: 'User' as const,
    bypass_mode: 'always' as const,
  }))
  return {
    id,
    name: `rules of ${branch}`,
    target: 'branch',
    source_type: 'Repository',
    source: fullName(repo),
    enforcement: 'active',
    conditions: { ref_name: { include: [`refs/heads/${branch}`], exclude: [] } },
    ...(whole ? { bypass_actors: actors } : {}),
  }
}

export function protectionBody(
  world: World,
  repo: Repo,
  branch: string,
  protection: Protection,
): Schemas['branch-protection'] {
  const url = `${world.url}/repos/${fullName(repo)}/branches/${encodeURIComponent(branch)}/protection`
  const { requiredChecks: checks, requirePullRequest, requiredApprovals, bypass } = protection
  return {
    url,
    ...(checks.length === 0
      ? {}
      : {
          required_status_checks: {
            url: `${url}/required_status_checks`,
            strict: false,
            contexts: checks.map((one) => one.context),
            contexts_url: `${url}/required_status_checks/contexts`,
            checks: checks.map((one) => ({ context: one.context, app_id: one.integration_id ?? null })),
          },
        }),
    ...(requirePullRequest
      ? {
          required_pull_request_reviews: {
            url: `${url}/required_pull_request_reviews`,
            dismiss_stale_reviews: protection.dismissStale,
            require_code_owner_reviews: false,
            required_approving_review_count: requiredApprovals,
            require_last_push_approval: false,
          },
        }
      : {}),
    enforce_admins: { url: `${url}/enforce_admins`, enabled: bypass.length === 0 },
    allow_force_pushes: { enabled: !protection.blockForcePush },
    allow_deletions: { enabled: !protection.blockDeletion },
  }
}
