import { type Decision, decide, type NotCountedReason } from '@dbward/protocol/decide'
import type { Account, ChangeFacts, ReviewFact } from '@dbward/protocol/facts'
import { type GitHubReader, isMissing, permission } from '@dbward/protocol/github'
import type { Policy } from '@dbward/protocol/policy'
import { openRepository } from '@dbward/protocol/repository'
import type { Snapshot } from '@dbward/protocol/snapshot'
import { readStanding, teamsOf } from '@dbward/protocol/standing'
import type { DirtyInput } from '../store/rows.ts'
import type { PersonView } from '../view/answer-why.ts'
import type { ChangeView } from '../view/model.ts'
import type { Judged, JudgedChange } from './judge.ts'

/** What one look at a pull request saw and made of it. */
export type Look = {
  readonly snapshot: Snapshot
  readonly judged: JudgedChange
  readonly policy: Policy | null
  readonly view: ChangeView
}

/**
 * What one person's approval of the head, given now, would change. It is not explained but tried: the decision is made
 * again with that approval in it.
 */
export async function whatItTakes(
  reader: GitHubReader,
  { repo }: DirtyInput,
  look: Look | null,
  login: string,
  now: Date,
): Promise<PersonView> {
  const person = await whois(reader, repo, login)
  if (person === null || look === null || look.policy === null) {
    return { login, known: person !== null, role: 'none', targets: [] }
  }
  const { policy, snapshot, judged } = look
  const standing = await readStanding(
    openRepository(reader, repo),
    reader,
    person,
    teamsOf(policy, snapshot.facts.codeOwners),
  )
  const facts: ChangeFacts = { ...snapshot.facts, problems: judged.problems }
  const withTheirs: ChangeFacts = {
    ...facts,
    reviews: [...facts.reviews, approvalOf(person, facts, now)],
    standing: { ...facts.standing, [person.id]: standing },
  }
  const targets = judged.requests.map((one) => tried(policy, withTheirs, one, person, now))
  return { login: person.login, known: true, role: standing.role, targets }
}

async function whois(reader: GitHubReader, repo: string, login: string): Promise<Account | null> {
  try {
    const route = '/collaborators/{username}/permission'
    return permission(await openRepository(reader, repo).one(route, { username: login }), 'permission').user
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

function approvalOf(user: Account, facts: ChangeFacts, now: Date): ReviewFact {
  return {
    id: Number.MAX_SAFE_INTEGER,
    user,
    state: 'APPROVED',
    commit: facts.head,
    at: now.toISOString(),
    hasReason: true,
    files: facts.files,
  }
}

function tried(policy: Policy, facts: ChangeFacts, one: Judged, person: Account, now: Date) {
  const target = { database: one.database.name, environment: one.environment }
  const then = decide(policy, facts, one.review, target, now.getTime())
  const before = one.decision.counted.some((by) => by.user_id === person.id && by.state === 'APPROVED')
  return { ...target, counts: before, ...answerOf(then, person) }
}

function answerOf(
  then: Decision,
  person: Account,
): { readonly would: boolean; readonly reason: NotCountedReason | null; readonly outcome: string } {
  const would = then.counted.some((by) => by.user_id === person.id && by.state === 'APPROVED')
  const refused = then.notCounted.filter((by) => by.login === person.login)
  return { would, reason: would ? null : (refused[0]?.reason ?? null), outcome: then.sentence }
}
