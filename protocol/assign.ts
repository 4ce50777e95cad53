import type { CountedApproval } from './decision.ts'
import type { Approver, Step } from './policy.ts'

export type Candidate = { readonly approval: CountedApproval; readonly fits: (entry: Approver) => boolean }
export type AssignedStep = {
  readonly mode: 'all' | 'any'
  readonly met: boolean
  readonly entries: readonly AssignedEntry[]
}
export type AssignedEntry = {
  readonly approver: Approver
  readonly holders: readonly Candidate[]
  readonly met: boolean
}
export type Assignment = { readonly steps: readonly AssignedStep[]; readonly used: readonly Candidate[] }
type Slot = { readonly step: number; readonly entry: number; readonly approver: Approver }

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
  let winner: { readonly choice: readonly Slot[]; readonly found: Assignment } | null = null
  for (const choice of choices(steps)) {
    const found = match(steps, choice, candidates)
    if (isMet(found)) return found
    if (winner === null || better(found, winner.found)) winner = { choice, found }
  }
  if (winner === null) return { steps: [], used: [] }
  // Whoever is left shows how far the entries are that were not picked.
  const others = steps.flatMap((step, index) =>
    winner.found.steps[index]?.met === true ? [] : slotsOf(step, index).flat(),
  )
  const rest = others.filter((slot) => !winner.choice.some((one) => sameEntry(one, slot)))
  return match(steps, [...winner.choice, ...rest], candidates)
}

function isMet({ steps }: Assignment): boolean {
  return steps.every((step) => step.met)
}

function sameEntry(a: Slot, b: Slot): boolean {
  return a.step === b.step && a.entry === b.entry
}

/** Every way to pick the entries to fill: all of an `all` step, one of an `any` step. */
function choices(steps: readonly Step[]): readonly (readonly Slot[])[] {
  let found: readonly (readonly Slot[])[] = [[]]
  steps.forEach((step, index) => {
    const slots = slotsOf(step, index)
    const options = step.mode === 'all' ? [slots.flat()] : slots
    found = found.flatMap((before) => options.map((option) => [...before, ...option])).slice(0, mostChoices)
  })
  return found
}

function slotsOf(step: Step, index: number): readonly (readonly Slot[])[] {
  return step.approvers.map((approver, entry) =>
    Array.from({ length: approver.min }, (): Slot => ({ step: index, entry, approver })),
  )
}

/** Kuhn's augmenting paths, slot by slot: a slot that is filled stays filled, so earlier steps come first. */
function match(steps: readonly Step[], slots: readonly Slot[], candidates: readonly Candidate[]): Assignment {
  const holder = new Map<Candidate, Slot>()
  const augment = (slot: Slot, seen: Set<Candidate>): boolean => {
    for (const one of candidates) {
      if (seen.has(one) || !one.fits(slot.approver)) continue
      seen.add(one)
      const current = holder.get(one)
      if (current === undefined || augment(current, seen)) {
        holder.set(one, slot)
        return true
      }
    }
    return false
  }
  for (const slot of slots) augment(slot, new Set())
  return { steps: assigned(steps, holder), used: candidates.filter((one) => holder.has(one)) }
}

function assigned(steps: readonly Step[], holder: ReadonlyMap<Candidate, Slot>): readonly AssignedStep[] {
  return steps.map((step, index) => {
    const entries = step.approvers.map((approver, entry): AssignedEntry => {
      const holders = [...holder].flatMap(([one, slot]) =>
        slot.step === index && slot.entry === entry ? [one] : [],
      )
      return { approver, holders, met: holders.length >= approver.min }
    })
    const met = step.mode === 'all' ? entries.every((one) => one.met) : entries.some((one) => one.met)
    return { mode: step.mode, met, entries }
  })
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
