import { orgAccess } from '../access.ts'
import { ApiError, type Ask, notFound, type Route, route } from '../api.ts'
import { accountOf } from '../auth.ts'
import { accountByLogin, orgByLogin } from '../lookup.ts'
import { paginate } from '../paginate.ts'
import { publicUser, simpleUser, teamFull } from '../render/people.ts'
import type { Account, Team, TeamMember } from '../world.ts'

export const peopleRoutes: readonly Route[] = [
  route('get', '/user', 'anybody', (ask) => {
    if (ask.caller.kind === 'installation') throw new ApiError(403, 'Resource not accessible by integration')
    return { status: 200, body: publicUser(ask.world, accountOf(ask.caller)) }
  }),

  route('get', '/users/{username}', 'anybody', (ask) => {
    const account = accountByLogin(ask.world, ask.params.username ?? '')
    if (!account) throw notFound()
    return { status: 200, body: publicUser(ask.world, account) }
  }),

  route('get', '/orgs/{org}/teams/{team_slug}', 'anybody', (ask) => ({
    status: 200,
    body: teamFull(ask.world, visibleTeam(ask)),
  })),

  route('get', '/orgs/{org}/teams/{team_slug}/members', 'anybody', (ask) => {
    const members = [...membersOf(visibleTeam(ask))]
      .filter(([, member]) => member.state === 'active')
      .flatMap(([id]) => ask.world.accounts.get(id) ?? [])
    const { items, headers } = paginate(ask, members)
    return { status: 200, headers, body: items.map((account) => simpleUser(ask.world, account)) }
  }),

  route('get', '/orgs/{org}/teams/{team_slug}/memberships/{username}', 'anybody', (ask) => {
    const team = visibleTeam(ask)
    const account = accountByLogin(ask.world, ask.params.username ?? '')
    const member = account && membersOf(team).get(account.id)
    if (!account || !member) throw notFound()
    return { status: 200, body: { ...member, url: membershipUrl(ask, team, account) } }
  }),
]

function visibleTeam(ask: Ask): Team {
  const org = orgByLogin(ask.world, ask.params.org ?? '')
  const team = org?.teams.get(ask.params.team_slug ?? '')
  if (!org) throw notFound()
  orgAccess(ask, org.account.id, team?.privacy !== 'closed')
  if (!team || !shownTo(ask, team)) throw notFound()
  return team
}

/** A secret team is for its members and the owners of the organization. */
function shownTo({ caller }: Ask, team: Team): boolean {
  if (team.privacy === 'closed' || caller.kind !== 'user') return true
  return team.members.has(caller.account.id) || team.org.members.get(caller.account.id) === 'admin'
}

/** The members of a team and of the teams below it. */
function membersOf(team: Team): Map<number, TeamMember> {
  const below = [...team.org.teams.values()].filter(({ parent }) => parent === team.slug)
  const inherited = below.flatMap((child) =>
    [...membersOf(child)].filter(([, { state }]) => state === 'active'),
  )
  return new Map([...inherited, ...team.members])
}

function membershipUrl({ world }: Ask, team: Team, account: Account): string {
  return `${world.url}/organizations/${team.org.account.id}/team/${team.id}/memberships/${account.login}`
}
