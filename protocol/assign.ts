import type { CountedApproval, StepEvidence } from './decide.ts'
import type { Approver, Step } from './policy.ts'

export type Candidate = { readonly approval: CountedApproval; readonly fits: (entry: Approver) => boolean }
type Slot = { readonly step: number; readonly entry: number; readonly approver: Approver }
type Assignment = { readonly steps: readonly StepEvidence[]; readonly used: readonly Candidate[] }

const mostChoices = 10_000

/**
 * Gives each approval to one approver entry so that as many steps as possible are met, earlier steps first: a maximum
 * bipartite matching, so that no order of reviews makes a satisfied policy look unsatisfied. With `distinct` a person
 * counts in one step only; without, once in each step.
 */
export function assign(
  steps: readonly Step[],
  candidates: readonly Candidate[],
  distinct: boolean,
): Assignment {
  if (distinct) return best(steps, candidates)
  const each = steps.map((step) => best([step], candidates))
  const used = candidates.filter((one) => each.some((result) => result.used.includes(one)))
  return { steps: each.flatMap((result) => result.steps), used }
}

function best(steps: readonly Step[], candidates: readonly Candidate[]): Assignment {
  let winner: Assignment | null = null
  for (const choice of choices(steps)) {
    const found = match(steps, choice, candidates)
    if (winner === null || better(found, winner)) winner = found
    if (winner.steps.every((step) => step.met)) break
  }
  return winner ?? { steps: [], used: [] }
}

/** Every way to pick the entries to fill: all of an `all` step, one of an `any` step. */
function choices(steps: readonly Step[]): readonly (readonly Slot[])[] {
  let found: readonly (readonly Slot[])[] = [[]]
  steps.forEach((step, index) => {
    const slots = step.approvers.map((approver, entry) =>
      Array.from({ length: approver.min }, (): Slot => ({ step: index, entry, approver })),
    )
    const options = step.mode === 'all' ? [slots.flat()] : slots
    found = found.flatMap((before) => options.map((option) => [...before, ...option])).slice(0, mostChoices)
  })
  return found
}

/** Kuhn's augmenting paths, slot by slot: a slot that is filled stays filled, so earlier steps come first. */
function match(steps: readonly Step[], slots: readonly Slot[], candidates: readonly Candidate[]): Assignment {
  const holder = new Map<Candidate, number>()
  const augment = (slot: number, seen: Set<Candidate>): boolean => {
    for (const one of candidates) {
      const approver = slots[slot]?.approver
      if (approver === undefined || seen.has(one) || !one.fits(approver)) continue
      seen.add(one)
      const current = holder.get(one)
      if (current === undefined || augment(current, seen)) {
        holder.set(one, slot)
        return true
      }
    }
    return false
  }
  slots.forEach((_, slot) => void augment(slot, new Set()))
  const evidence = steps.map((step, index): StepEvidence => {
    const entries = step.approvers.map((approver, entry) => {
      const counted = [...holder]
        .filter(([, slot]) => slots[slot]?.step === index && slots[slot]?.entry === entry)
        .map(([one]) => one.approval.login)
      return { approver, counted, met: counted.length >= approver.min }
    })
    const met = step.mode === 'all' ? entries.every((one) => one.met) : entries.some((one) => one.met)
    return { mode: step.mode, met, entries }
  })
  return { steps: evidence, used: candidates.filter((one) => holder.has(one)) }
}

function better(a: Assignment, b: Assignment): boolean {
  const firstUnmet = (one: Assignment) => {
    const index = one.steps.findIndex((step) => !step.met)
    return index === -1 ? one.steps.length : index
  }
  return (
    firstUnmet(a) - firstUnmet(b) > 0 || (firstUnmet(a) === firstUnmet(b) && a.used.length > b.used.length)
  )
}
