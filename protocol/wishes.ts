import { fits, roleRank } from './approvals.ts'
import { databaseOf } from './changed.ts'
import type { ReviewCommand } from './command.ts'
import type { Decision } from './decision.ts'
import { type Account, type ChangeFacts, isPerson, type ReviewFact } from './facts.ts'
import { type Policy, roles, workflowFor } from './policy.ts'

/** What people want of a change besides approving it, on one database and environment: each said by a review of theirs. */
export type Wishes = {
  readonly heldBy: string | null
  readonly cancelledBy: string | null
  /** Files of the change that are never to run. */
  readonly skipped: readonly { readonly path: string; readonly login: string }[]
}

type Target = { readonly database: string; readonly environment: string }

/**
 * A wish counts where the person may write to the repository now and is an approver of the workflow, or maintains the
 * repository. Who had a hand in the change may stop it too, and neither lift another's hold nor skip a file of it.
 *
 * A hold stays until somebody lifts it: that the review which said it is dismissed lifts nothing. `cancel` and `skip`
 * are for good.
 */
export function wishesOf(policy: Policy, facts: ChangeFacts, target: Target): Wishes {
  let holders: readonly Account[] = []
  let cancelledBy: string | null = null
  const skipped: { readonly path: string; readonly login: string }[] = []
  for (const { user, says } of inOrder(facts.reviews)) {
    if (says?.kind !== 'command' || !mayWish(policy, facts, target, user, says.command)) continue
    const { command } = says
    if (command.name === 'hold') holders = [...holders, user]
    if (command.name === 'unhold') {
      const paths = pathsOf(policy, facts, target.database)
      const all = decides(policy, facts, target, user, paths) && !hadAHand(facts, user)
      holders = all ? [] : holders.filter((one) => one.id !== user.id)
    }
    if (command.name === 'cancel') cancelledBy ??= user.login
    if (command.name === 'skip') skipped.push({ path: command.path, login: user.login })
  }
  return { heldBy: holders[0]?.login ?? null, cancelledBy, skipped }
}

/**
 * Whether this wish of this person counts here. The `unhold` of who had a hand in the change, or who owns only some of
 * its files, lifts their own hold and no other.
 */
export function mayWish(
  policy: Policy,
  facts: ChangeFacts,
  target: Target,
  person: Account,
  command: ReviewCommand,
): boolean {
  const ownHand = hadAHand(facts, person)
  switch (command.name) {
    case 'hold':
    case 'unhold':
      return decides(policy, facts, target, person) || (ownHand && mayBe(facts, person, 'write'))
    case 'cancel': {
      const paths = pathsOf(policy, facts, target.database)
      return decides(policy, facts, target, person, paths) || (ownHand && mayBe(facts, person, 'write'))
    }
    case 'skip': {
      const isOf = pathsOf(policy, facts, target.database).includes(command.path)
      return isOf && !ownHand && decides(policy, facts, target, person, [command.path])
    }
    default:
      return command satisfies never
  }
}

/** Code owners of one file decide about that file; without `paths`, one of any file is enough. */
function decides(
  policy: Policy,
  facts: ChangeFacts,
  target: Target,
  person: Account,
  paths?: readonly string[],
): boolean {
  if (mayBe(facts, person, 'maintain')) return true
  const workflow = workflowFor(policy, target.database, target.environment, 'migrate')
  const entries = (workflow?.steps ?? []).flatMap((step) => step.approvers)
  return mayBe(facts, person, 'write') && entries.some((entry) => fits(entry, person, facts, paths))
}

function hadAHand(facts: ChangeFacts, { id }: Account): boolean {
  return id === facts.author.id || facts.contributors.some((one) => one.id === id)
}

function mayBe(facts: ChangeFacts, person: Account, role: 'write' | 'maintain'): boolean {
  return isPerson(person) && roleRank(facts, person) >= roles.indexOf(role)
}

/** What the reviews allow, unless somebody said to stop. A refusal keeps its own reason. */
export function heed(decision: Decision, { heldBy, cancelledBy, skipped }: Wishes): Decision {
  const [skip] = skipped
  if (cancelledBy !== null) {
    const next = 'Open another pull request for what is still wanted.'
    return { ...decision, verdict: 'deny', code: 'CANCELLED', sentence: `Cancelled by ${cancelledBy}.`, next }
  }
  if (skip !== undefined) {
    const sentence = `${skip.login} said that ${skip.path} is never to run.`
    const next = 'Open another pull request for what is still wanted of the others.'
    return { ...decision, verdict: 'deny', code: 'SKIPPED', sentence, next }
  }
  if (heldBy === null || decision.verdict === 'deny') return decision
  const next = 'Somebody who may sends /dbward unhold as a review.'
  return { ...decision, verdict: 'wait', code: 'HELD', sentence: `On hold by ${heldBy}.`, next }
}

function pathsOf(policy: Policy, facts: ChangeFacts, database: string): readonly string[] {
  return Object.keys(facts.files).filter((path) =>
    databaseOf(policy, path).some((one) => one.name === database),
  )
}

/** As they were submitted; a review that is not submitted says nothing yet. */
function inOrder(reviews: readonly ReviewFact[]): readonly ReviewFact[] {
  return reviews
    .filter((one) => one.state !== 'PENDING')
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.id - b.id)
}
