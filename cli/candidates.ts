import type { Decision } from '@dbward/protocol/decide'
import type { ChangeFacts } from '@dbward/protocol/facts'
import { account, type GitHubReader } from '@dbward/protocol/github'
import type { Approver, Policy } from '@dbward/protocol/policy'

/** Who could still give what a step lacks. `logins` is null where GitHub does not say who they are. */
export type Candidates = {
  readonly approver: Approver
  readonly missing: number
  readonly logins: readonly string[] | null
}

/**
 * The people behind each approver entry that is not met, without those whose review would not count: who opened the pull
 * request, has a hand in its SQL, or counts already. What they may do on the repository shows when they review.
 */
export async function candidatesFor(
  github: GitHubReader,
  policy: Policy,
  facts: ChangeFacts,
  decision: Decision,
): Promise<readonly Candidates[]> {
  const open = decision.steps.find((one) => !one.met)?.entries.filter((one) => !one.met) ?? []
  const workflow = policy.workflows.find((one) => one.line === decision.workflow?.line)
  const hands = workflow?.allowSelfApprove ? [] : facts.contributors.map((one) => one.login)
  const out = [facts.author.login, ...hands, ...decision.counted.map((one) => one.login)]
  const without = new Set(out.map((one) => one.toLowerCase()))
  const found: Candidates[] = []
  for (const { approver, counted } of open) {
    const people = await peopleOf(github, approver, facts)
    const logins = people?.filter((login) => !without.has(login.toLowerCase())) ?? null
    found.push({ approver, missing: Math.max(1, approver.min - counted.length), logins })
  }
  return found
}

async function peopleOf(
  github: GitHubReader,
  { kind, name }: Approver,
  { codeOwners }: ChangeFacts,
): Promise<readonly string[] | null> {
  if (kind === 'user') return [name]
  if (kind === 'team') return membersOf(github, name)
  if (kind === 'role') return null
  // Of each file somebody has to be among them: whoever owns one of the files can give a part of it.
  const groups = codeOwners?.found === 'yes' ? codeOwners.groups : []
  const teams = [...new Set(groups.flatMap((one) => one.teams))]
  const members: string[] = []
  for (const team of teams) {
    const found = await membersOf(github, team)
    if (found === null) return null
    members.push(...found)
  }
  return [...new Set([...groups.flatMap((one) => one.users), ...members].map((one) => one.toLowerCase()))]
}

async function membersOf(github: GitHubReader, team: string): Promise<readonly string[] | null> {
  const [org = '', team_slug = ''] = team.split('/')
  try {
    const members = await github.all('GET /orgs/{org}/teams/{team_slug}/members', { org, team_slug })
    return members
      .map((one) => account(one, 'member'))
      .flatMap(({ login, type }) => (type === 'User' ? [login] : []))
  } catch {
    // Nothing is decided by it: the decision has read each reviewer's membership by itself.
    return null
  }
}
