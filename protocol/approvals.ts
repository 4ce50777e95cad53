import type { Candidate } from './assign.ts'
import type { CountedApproval, NotCountedReason } from './decision.ts'
import type { Refused } from './entries.ts'
import { type Account, type ChangeFacts, isPerson, type ReviewFact, sameFiles } from './facts.ts'
import { type Approver, type Role, roles, type Workflow } from './policy.ts'

/**
 * The reviews of each person that still say something: everything after their last request for changes or dismissal,
 * and that one. A comment takes nothing back.
 */
export function latestByPerson(reviews: readonly ReviewFact[]): readonly (readonly ReviewFact[])[] {
  const people = new Map<number, ReviewFact[]>()
  for (const one of reviews) {
    if (one.state === 'COMMENTED' || one.state === 'PENDING') continue
    const before = one.state === 'APPROVED' ? (people.get(one.user.id) ?? []) : []
    people.set(one.user.id, [...before, one])
  }
  return [...people.values()]
}

export type JudgedPerson = {
  readonly login: string
  readonly holds: boolean
  readonly refused: readonly Refused[]
  readonly candidate: readonly Candidate[]
}

export function judgePerson(
  own: readonly ReviewFact[],
  workflow: Workflow,
  facts: ChangeFacts,
  now: number,
): JudgedPerson {
  const person = own[0]?.user ?? nobody
  const barred = barredAs(person, workflow, facts)
  const mayWrite = roleRank(facts, person) >= roles.indexOf('write')
  let refused: readonly Refused[] = []
  for (const one of [...own].reverse()) {
    const reason =
      one.state === 'CHANGES_REQUESTED'
        ? 'changes-requested'
        : one.state === 'DISMISSED'
          ? 'dismissed'
          : (barred ??
            reviewFault(one, workflow, facts, now) ??
            (mayWrite ? eligible(person, workflow, facts) : 'no-write-permission'))
    if (reason === null) {
      const commit = one.commit ?? ''
      const approval = {
        review_id: one.id,
        user_id: person.id,
        login: person.login,
        commit_id: commit,
        state: 'APPROVED',
      } as const
      return {
        login: person.login,
        holds: false,
        refused: [],
        candidate: [toCandidate(approval, person, facts)],
      }
    }
    if (refused.length === 0) {
      const mayFit = (entry: Approver) => mayWrite && fits(entry, person, facts)
      refused = [{ login: person.login, commit: one.commit, reason, fits: mayFit }]
    }
  }
  const last = own.at(-1)
  const holds = last?.state === 'CHANGES_REQUESTED' && person.type === 'User' && mayWrite
  return { login: person.login, holds, refused, candidate: [] }
}

function barredAs(person: Account, workflow: Workflow, facts: ChangeFacts): NotCountedReason | null {
  if (!isPerson(person)) return 'bot'
  if (person.id === facts.author.id) return 'author'
  if (workflow.allowSelfApprove) return null
  return facts.contributors.find((one) => one.id === person.id)?.as ?? null
}

function reviewFault(
  one: ReviewFact,
  workflow: Workflow,
  facts: ChangeFacts,
  now: number,
): NotCountedReason | null {
  if (one.files === null || one.commit === null) return 'commit-gone'
  if (!sameFiles(one.files, facts.files)) return 'older-bytes'
  const at = Date.parse(one.at)
  if (Number.isNaN(at)) return 'expired'
  if (facts.baseChangedAt !== null && !(at > Date.parse(facts.baseChangedAt))) return 'before-base-change'
  if (workflow.approvalTtl !== null && now - at > workflow.approvalTtl) return 'expired'
  return workflow.requireReason && !one.hasReason ? 'no-reason' : null
}

function eligible(person: Account, workflow: Workflow, facts: ChangeFacts): NotCountedReason | null {
  const entries = workflow.steps.flatMap((step) => step.approvers)
  if (entries.some((entry) => fits(entry, person, facts))) return null
  return entries.some((entry) => entry.kind !== 'user') ? 'not-a-member' : 'not-an-approver'
}

/** Whether a person is who an entry asks for; of code owners, of at least one of the files or of all these. */
export function fits(
  entry: Approver,
  person: Account,
  facts: ChangeFacts,
  paths?: readonly string[],
): boolean {
  if (entry.kind === 'user') return person.login.toLowerCase() === entry.name
  if (entry.kind === 'team') return facts.standing[person.id]?.teams.includes(entry.name) ?? false
  if (entry.kind === 'codeowners') return ownsAll(facts, person, paths)
  return roleRank(facts, person) >= roles.indexOf(entry.name as Role)
}

function ownsAll({ codeOwners, standing }: ChangeFacts, person: Account, paths?: readonly string[]): boolean {
  if (codeOwners?.found !== 'yes') return false
  const teams = standing[person.id]?.teams ?? []
  const own = codeOwners.groups
    .filter(
      (one) =>
        one.users.includes(person.login.toLowerCase()) || one.teams.some((team) => teams.includes(team)),
    )
    .flatMap((one) => one.paths)
  return paths === undefined ? own.length > 0 : paths.every((path) => own.includes(path))
}

export function roleRank(facts: ChangeFacts, person: Account): number {
  const role = facts.standing[person.id]?.role ?? 'none'
  return role === 'none' ? -1 : roles.indexOf(role)
}

/** GitHub lets nobody approve their own pull request; where the policy allows it, the author's own merge is the approval. */
export function ownMerge(workflow: Workflow, facts: ChangeFacts): readonly Candidate[] {
  const merger = facts.state === 'merged' ? facts.mergedBy : facts.author
  const own =
    workflow.allowSelfApprove && merger !== null && merger.id === facts.author.id && merger.type === 'User'
  if (!own || workflow.requireReason || roleRank(facts, facts.author) < roles.indexOf('write')) return []
  const approval = {
    review_id: 0,
    user_id: facts.author.id,
    login: facts.author.login,
    commit_id: facts.mergeSha ?? facts.head,
    state: 'MERGED',
  } as const
  return [toCandidate(approval, facts.author, facts)]
}

function toCandidate(approval: CountedApproval, person: Account, facts: ChangeFacts): Candidate {
  return { approval, fits: (entry, paths) => fits(entry, person, facts, paths) }
}

const nobody: Account = { id: 0, login: '', type: 'Other' }
