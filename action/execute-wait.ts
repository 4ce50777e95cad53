import { setTimeout as sleep } from 'node:timers/promises'
import { ServerRefused } from '@dbward/agent/client'
import { type ClaimDeps, claimOnce, deliver } from '@dbward/agent/loop'
import { ConfigError, Refusal } from '@dbward/protocol/errors'
import type { QueueAnswer } from '@dbward/protocol/messages'
import { type Ending, ending, endOfReceipt, endOfRefusal, endOfState } from './execute-end.ts'
import type { ExecuteInputs } from './execute-inputs.ts'
import { readMemory, remember } from './execute-ledger.ts'
import { missingFiles } from './execute-level.ts'
import { createProgress } from './execute-progress.ts'
import type { Recording } from './execute-record.ts'
import type { JobServer } from './execute-session.ts'
import { Halt } from './halt.ts'
import { type ActionWorld, exits } from './world.ts'

export type WaitDeps = {
  readonly inputs: ExecuteInputs
  readonly server: JobServer
  readonly recording: Recording
  readonly claims: ClaimDeps
}

const pollMs = 2_000
/** GitHub may show a merge before the approvals that came before it: what is held for less is not said to be held. */
const heldMs = 10_000

/**
 * Waits until the merge of this job has come to its end, and brings it there where it is its turn. Ends by what this run
 * signed; by what the server says where another run did it; and with the wait, or where the runner is cancelled.
 */
export async function waitForTurn(world: ActionWorld, deps: WaitDeps): Promise<Ending> {
  const { inputs, server, recording, claims } = deps
  const target = `${inputs.target.database}@${inputs.target.environment}`
  const progress = createProgress(world, target)
  const held = heldFor(world)
  const deadline = world.monotonic() + inputs.waitMs
  let outage: Ending | null = null
  let refusal: Ending | null = null
  let answer: QueueAnswer | null = null
  let anchored = false
  for (;;) {
    const over = world.signal.aborted || world.monotonic() >= deadline
    try {
      await deliver(claims)
      const own = endOfOwn(recording, null)
      if (own !== null) return own
      answer = await server.queue(AbortSignal.timeout(15_000))
      outage = null
      progress(answer)
      const end = endOfOwn(recording, answer) ?? (await endOfAll(world, deps, answer, held))
      if (end !== null) return end
      if (!over && answer.requests.length > 0) {
        if (!anchored) remember(claims.spool, (await readMemory(inputs, claims.trust())).head)
        anchored = true
        const worked = await claimOnce(claims, world.signal)
        const refused = recording.takeRefusal()
        if (refused !== null) {
          const { again, ...end } = endOfRefusal(refused)
          if (!again) return end
          refusal = end
          world.warn(end.why)
        } else if (worked) refusal = null
        if (worked) continue
      }
    } catch (error) {
      if (!world.signal.aborted) {
        // What was refused counts also where the server could not be told of it.
        const refused = recording.takeRefusal()
        const { again, ...end } = refused === null ? endOfTrouble(error, server) : endOfRefusal(refused)
        // A receipt that was signed is offered until the end of the wait, whatever else is refused.
        if (!again && recording.spool.receipts().length === 0) return withReceipt(deps, end)
        if (end.why !== outage?.why) world.warn(end.why)
        outage = end
      }
    }
    if (over) return endOfWait(world, deps, answer, outage ?? refusal)
    await sleep(pollMs, undefined, { signal: world.signal }).catch(() => undefined)
  }
}

/** This run's own word, once the server has it. What failed may be tried again, and what is unknown may be found out. */
function endOfOwn({ spool, receipt }: Recording, answer: QueueAnswer | null): Ending | null {
  const own = receipt()
  if (own === null || spool.receipts().length > 0) return null
  const settled = own.outcome === 'applied' || own.outcome === 'already_applied' || own.outcome === 'partial'
  if (settled) return endOfReceipt(own)
  const standing = answer?.requests.find((one) => one.request === own.request)
  return standing?.state === 'failed_clean' && own.outcome === 'failed_clean' ? endOfReceipt(own) : null
}

/** All requests of this merge have ended, whoever ran them; the first that did not end well says how. */
async function endOfAll(
  world: ActionWorld,
  { inputs, claims }: WaitDeps,
  { seen, undecided, requests }: QueueAnswer,
  held: (standing: boolean) => boolean,
): Promise<Ending | null> {
  const waits = held(requests.some(({ state }) => state === 'held'))
  if (!seen) return null
  if (undecided !== null)
    return ending(exits.cannotVerify, `The server cannot judge this merge: ${undecided}`)
  if (requests.length === 0) return endOfNothing(world, inputs, claims)
  const ends = requests.map((one) => ({ one, exit: endOfState(one, false) }))
  if (waits || ends.some(({ exit }) => exit === null)) return null
  const bad = ends.find(({ exit }) => exit !== null && exit !== exits.ok)
  if (bad !== undefined && bad.exit !== null) {
    const { pr, state, why, who } = bad.one
    return ending(bad.exit, `#${pr} is ${state}. ${why} ${who ?? ''}`)
  }
  // The server is not believed that something is in the database: the database is asked.
  const memory = await readMemory(inputs, claims.trust())
  const unsigned = (what: string) =>
    ending(
      exits.cannotVerify,
      `the server says that it was applied, and the ledger of the database has no signed row of ${what}`,
    )
  if (!memory.hasMerge(inputs.job.sha)) return unsigned('this merge')
  const [missing] = await missingFiles(world.workspace, inputs.target, memory.sha256Of)
  if (missing !== undefined) return unsigned(`${missing} as it is in the checkout`)
  return ending(exits.ok, 'Applied, by another run or by an agent that stands.')
}

/** Ends where the database has all that the checkout has; otherwise an earlier merge may still bring it there. */
async function endOfNothing(
  world: ActionWorld,
  inputs: ExecuteInputs,
  claims: ClaimDeps,
): Promise<Ending | null> {
  const { sha256Of } = await readMemory(inputs, claims.trust())
  const [missing] = await missingFiles(world.workspace, inputs.target, sha256Of)
  if (missing === undefined) {
    return { exit: exits.ok, outcome: 'nothing', why: 'This merge has nothing to run here.' }
  }
  const message = `this merge brings nothing, and the database does not have ${missing} of its commit yet`
  throw new Refusal('GAP', message)
}

function heldFor(world: ActionWorld): (standing: boolean) => boolean {
  let since: number | null = null
  return (standing) => {
    if (!standing) since = null
    else since ??= world.monotonic()
    return since !== null && world.monotonic() - since < heldMs
  }
}

function endOfTrouble(error: unknown, server: JobServer): Ending & { readonly again: boolean } {
  if (error instanceof Halt) return { ...ending(error.exit, error.message), again: false }
  if (error instanceof Refusal) return endOfRefusal(error)
  if (error instanceof ConfigError) return { ...ending(exits.usage, error.message), again: false }
  if (error instanceof ServerRefused) {
    if (error.status === 401 && error.code === 'AGENT') server.forget()
    const again = error.code === 'AGENT' || (error.status === 409 && error.code !== 'AUDIT_FORK')
    return { ...ending(exits.cannotVerify, `the server refused: ${error.code}: ${error.message}`), again }
  }
  // What a library says may quote an address; its name must do, and what our own client says.
  const own = error instanceof Error && /^the server('s)? answer/.test(error.message)
  const name = own ? error.message : error instanceof Error ? error.name : 'no error'
  return {
    ...ending(exits.cannotVerify, `the server cannot be asked now (${name}); it is tried again`),
    again: true,
  }
}

/** Nothing more can be asked; but what this run has done counts more than that. */
function withReceipt({ recording }: WaitDeps, end: Ending): Ending {
  const own = recording.receipt()
  if (own === null) return end
  if (recording.spool.receipts().length > 0) return undelivered(own.path, own.outcome)
  return endOfReceipt(own)
}

function endOfWait(
  world: ActionWorld,
  deps: WaitDeps,
  answer: QueueAnswer | null,
  trouble: Ending | null,
): Ending {
  const standing = answer?.requests[0]
  const why =
    standing === undefined
      ? 'the server has not seen this merge'
      : `#${standing.pr} is ${standing.state}. ${standing.why} ${standing.who ?? ''}`
  const how = world.signal.aborted
    ? 'The run was cancelled before its turn; nothing ran'
    : 'Its turn did not come in time; nothing ran'
  const stands = standing === undefined ? null : endOfState(standing, true)
  const end =
    stands !== null && stands !== exits.ok
      ? ending(stands, why)
      : (trouble ?? ending(exits.waitedTooLong, `${how}: ${why}`))
  return withReceipt(deps, end)
}

function undelivered(path: string, outcome: string): Ending {
  return {
    exit: exits.unknown,
    outcome: 'unknown',
    why: `This run says ${outcome}, and the server did not take its receipt (${path}): run this job again, which finds in the ledger what was done.`,
  }
}
