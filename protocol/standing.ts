import type { CodeOwners } from './codeowners.ts'
import type { Account, Standing } from './facts.ts'
import { type GitHubReader, isMissing, membership, permission } from './github.ts'
import { type Policy, roles } from './policy.ts'
import type { Repository } from './repository.ts'

/** What a person may do in the repository, and in which teams of the policy they are. Unknown to GitHub: nothing. */
export async function readStanding(
  repo: Repository,
  github: GitHubReader,
  person: Account,
  teams: readonly string[],
): Promise<Standing> {
  const role = await readRole(repo, person)
  const inside: string[] = []
  for (const team of teams) if (await inTeam(github, team, person.login)) inside.push(team)
  return { role, teams: inside }
}

/** The teams that a decision may ask about. */
export function teamsOf(policy: Policy, owners: CodeOwners | null): readonly string[] {
  const named = policy.workflows.flatMap((one) => one.steps).flatMap((step) => step.approvers)
  const own = owners?.found === 'yes' ? owners.groups.flatMap((one) => one.teams) : []
  return [...new Set([...named.filter((one) => one.kind === 'team').map((one) => one.name), ...own])]
}

/** What a person may do in the repository; `none` where the name belongs to somebody else by now. */
export async function readRole(repo: Repository, person: Account): Promise<Standing['role']> {
  try {
    const found = permission(
      await repo.one('/collaborators/{username}/permission', { username: person.login }),
      'permission',
    )
    if (found.user?.id !== person.id) return 'none'
    const known =
      roles.find((one) => one === found.role_name) ?? roles.find((one) => one === found.permission)
    return known ?? 'none'
  } catch (error) {
    if (isMissing(error)) return 'none'
    throw error
  }
}

async function inTeam(github: GitHubReader, team: string, login: string): Promise<boolean> {
  const [org = '', slug = ''] = team.split('/')
  try {
    const route = 'GET /orgs/{org}/teams/{team_slug}/memberships/{username}'
    const found = await github.one(route, { org, team_slug: slug, username: login })
    return membership(found, 'membership').state === 'active'
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}
