import type { Stage } from '../stage/stage.ts'

/** A pull request with migrations, and what each of them leaves behind where it ran exactly once. */
export type Change = {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  /** Rows of the table `effects`. */
  readonly leaves: readonly string[]
  readonly index?: string
}
export type OpenChange = Change & { readonly pr: number; readonly head: string }
export type MergedChange = OpenChange & { readonly sha: string }

/** Pushes the branch and opens the pull request, whether anybody listens or not. */
export async function proposed(it: Stage, change: Change): Promise<OpenChange> {
  const head = await it.people.ann.push(change.name, change.files)
  return { ...change, head, pr: await it.people.ann.open(change.name, change.name) }
}

/** Opens it, sees the gate ask for an approval, approves, and sees the gate turn green. */
export async function opened(it: Stage, change: Change): Promise<OpenChange> {
  return approved(it, await proposed(it, change))
}

export async function approved(it: Stage, change: OpenChange): Promise<OpenChange> {
  await gate(it, change, 'action_required')
  await it.people.bob.approve(change.pr)
  await gate(it, change, 'success')
  return change
}

export async function merged(it: Stage, change: OpenChange): Promise<MergedChange> {
  return { ...change, sha: await it.people.ann.merge(change.pr) }
}

export async function gate(it: Stage, { head, name }: OpenChange, conclusion: string): Promise<void> {
  await it.until(`the gate of ${name} to say ${conclusion}`, async () => {
    const runs = await it.people.ann.checks(head)
    return runs.find((run) => run.name === 'dbward/gate')?.conclusion === conclusion
  })
}
