import type { CountedApproval } from './decision.ts'
import type { Approver, Step } from './policy.ts'

export type Candidate = {
  readonly approval: CountedApproval
  readonly fits: (entry: Approver, paths?: readonly string[]) => boolean
}
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
type Slot = {
  readonly step: number
  readonly entry: number
  readonly approver: Approver
  /** Of code owners, the files that this one answers for. */
  readonly paths?: readonly string[]
}
/** The files of a change by who owns them: each of the lists has owners of its own. */
export type Owned = readonly (readonly string[])[]

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
  owned: Owned = [],
): Assignment {
  if (distinct) return best(steps, candidates, owned)
  const each = steps.map((step) => best([step], candidates, owned))
  const used = candidates.filter((one) => each.some((result) => result.used.includes(one)))
  return { steps: each.flatMap((result) => result.steps), used }
}

function best(steps: readonly Step[], candidates: readonly Candidate[], owned: Owned): Assignment {
  let winner: { readonly choice: readonly Slot[]; readonly found: Assignment } | null = null
  for (const choice of choices(steps, owned)) {
    const found = match(steps, choice, candidates, owned)
    if (isMet(found)) return found
    if (winner === null || better(found, winner.found)) winner = { choice, found }
  }
  // A step that nobody can be asked for is met by nobody.
  if (winner === null) return match(steps, [], candidates, owned)
  // Whoever is left shows how far the entries are that were not picked.
  const others = steps.flatMap((step, index) =>
    winner.found.steps[index]?.met === true
      ? []
      : step.approvers.flatMap((approver, entry) => waysOf(approver, index, entry, owned)[0] ?? []),
  )
  const rest = others.filter((slot) => !winner.choice.some((one) => sameEntry(one, slot)))
  return match(steps, [...winner.choice, ...rest], candidates, owned)
}

function isMet({ steps }: Assignment): boolean {
  return steps.every((step) => step.met)
}

function sameEntry(a: Slot, b: Slot): boolean {
  return a.step === b.step && a.entry === b.entry
}

/** Every way to pick the entries to fill: all of an `all` step, one of an `any` step. */
function choices(steps: readonly Step[], owned: Owned): readonly (readonly Slot[])[] {
  let found: readonly (readonly Slot[])[] = [[]]
  steps.forEach((step, index) => {
    const ways = step.approvers.map((approver, entry) => waysOf(approver, index, entry, owned))
    const options = step.mode === 'all' ? ways.reduce(product, [[]]) : ways.flat()
    found = product(found, options)
  })
  return found
}

function product(a: readonly (readonly Slot[])[], b: readonly (readonly Slot[])[]) {
  return a.flatMap((before) => b.map((after) => [...before, ...after])).slice(0, mostChoices)
}

/** The ways to fill one entry. Of code owners one person may answer for files of several owners, if they own all. */
function waysOf(approver: Approver, step: number, entry: number, owned: Owned): readonly (readonly Slot[])[] {
  const slots = { step, entry, approver }
  if (approver.kind !== 'codeowners') return [Array.from({ length: approver.min }, (): Slot => slots)]
  // Without files or owners nobody fits, and the entry stays open.
  const groups = owned.length === 0 ? [[]] : owned
  const once = partitions(groups).map((parts) => parts.map((paths): Slot => ({ ...slots, paths })))
  return Array.from({ length: approver.min - 1 }, () => once).reduce(product, once)
}

/** Every way to put the lists together, all in one first. Of more than six lists each stays by itself, or all go together. */
function partitions(groups: Owned): readonly Owned[] {
  if (groups.length > 6) return [[groups.flat()], groups]
  const [first, ...rest] = groups
  if (first === undefined) return [[]]
  return partitions(rest).flatMap((parts) => [
    ...parts.map((part, i) => [...parts.slice(0, i), [...first, ...part], ...parts.slice(i + 1)]),
    [first, ...parts],
  ])
}

/** Kuhn's augmenting paths, slot by slot: a slot that is filled stays filled, so earlier steps come first. */
function match(
  steps: readonly Step[],
  slots: readonly Slot[],
  candidates: readonly Candidate[],
  owned: Owned,
): Assignment {
  const holder = new Map<Candidate, Slot>()
  const augment = (slot: Slot, seen: Set<Candidate>): boolean => {
    for (const one of candidates) {
      if (seen.has(one) || !one.fits(slot.approver, slot.paths)) continue
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
  return { steps: assigned(steps, holder, owned), used: candidates.filter((one) => holder.has(one)) }
}

function assigned(
  steps: readonly Step[],
  holder: ReadonlyMap<Candidate, Slot>,
  owned: Owned,
): readonly AssignedStep[] {
  return steps.map((step, index) => {
    const entries = step.approvers.map((approver, entry): AssignedEntry => {
      const holders = [...holder].flatMap(([one, slot]) =>
        slot.step === index && slot.entry === entry ? [one] : [],
      )
      return { approver, holders, met: enough(approver, holders, owned) }
    })
    const met = step.mode === 'all' ? entries.every((one) => one.met) : entries.some((one) => one.met)
    return { mode: step.mode, met: met && entries.length > 0, entries }
  })
}

/** Of code owners, for the files of every owner. */
function enough(approver: Approver, holders: readonly Candidate[], owned: Owned): boolean {
  if (approver.kind !== 'codeowners') return holders.length >= approver.min
  const by = (paths: readonly string[]) => holders.filter((one) => one.fits(approver, paths)).length
  return owned.length > 0 && owned.every((paths) => by(paths) >= approver.min)
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
