import { steps as agentSteps, progressSteps } from '@dbward/agent/execute-step'
import { steps as serverSteps } from '@dbward/app/flow/step'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Stage, serverReady } from '../stage/stage.ts'
import type { Engine } from '../stage/targets.ts'
import { approved, type Change, merged, proposed } from './change.ts'
import { alone, arm, counted, type Kill, killStage, revived } from './kill-stage.ts'
import { appliedOnce } from './once.ts'

/** The server's, from the webhook of the pull request to the two checks and the comment: three postings. */
const opened: readonly Kill[] = [
  { at: 'server.webhook-received' },
  { at: 'server.webhook-stored' },
  { at: 'server.snapshot-read' },
  { at: 'server.judged' },
  { at: 'server.reconcile-before' },
  { at: 'server.reconcile-committed' },
  { at: 'server.publish-before' },
  { at: 'server.publish-before', count: 3 },
  { at: 'server.publish-done' },
  { at: 'server.publish-done', count: 2 },
  { at: 'server.publish-done', count: 3 },
]

/** The server's, from the webhook of the merge to the result. With `after`, the look at the start does not count. */
const after = 'server.webhook-stored'
const landed: readonly Kill[] = [
  { at: 'server.webhook-received' },
  { at: 'server.webhook-stored' },
  { at: 'server.snapshot-read', after },
  { at: 'server.judged', after },
  { at: 'server.reconcile-before', after },
  { at: 'server.reconcile-committed', after },
  { at: 'server.publish-before', after },
  { at: 'server.publish-done', after },
  { at: 'server.claim-before' },
  { at: 'server.claim-committed' },
  { at: 'server.started-committed' },
  { at: 'server.receipt-before' },
  { at: 'server.receipt-committed' },
  { at: 'server.publish-before', after: 'server.receipt-committed' },
  { at: 'server.publish-done', after: 'server.receipt-committed' },
  { at: 'server.publish-done', count: 2, after: 'server.receipt-committed' },
]
const claiming = landed.findIndex(({ at }) => at === 'server.claim-before')

type Execution = { readonly at: string; readonly how: (n: number, engine: Engine) => Change }

/** The agent's: in a transaction, and for what none undoes. */
export function executions(engine: Engine): readonly Execution[] {
  const outside = ['agent.intent', 'agent.statement-done', 'agent.before-commit', 'agent.after-commit']
  return [
    ...agentSteps.filter((at) => at !== 'agent.intent').map((at) => ({ at, how: counted })),
    ...[...outside, ...(engine === 'postgres' ? [] : progressSteps)].map((at) => ({ at, how: alone })),
  ]
}

/** Every change meets up to three deaths: of the server while it is opened and while it is merged, of its agent. */
export function killAtSteps(engine: Engine): void {
  let on: Stage
  beforeAll(async () => {
    on = await killStage({ engine })
  }, 120_000)
  afterAll(async () => on?.stop())

  const executing = executions(engine)
  // What the server does before an agent comes is the same for every engine.
  const [opening, merging] = engine === 'postgres' ? [opened, landed] : [[], landed.slice(claiming)]
  const most = Math.max(opening.length, merging.length, executing.length)
  const cases = Array.from({ length: most }, (_, i) => [opening[i], merging[i], executing[i]] as const)

  for (const [i, [first, second, third]] of cases.entries()) {
    const deaths = [
      ...(first === undefined ? [] : [`${said(first)} while it is opened`]),
      ...(second === undefined ? [] : [`${said(second)} while it is merged`]),
      ...(third === undefined
        ? []
        : [`${third.at}${third.how === alone ? ' outside of a transaction' : ''}`]),
    ]
    it(`a change is applied once and told of once over a SIGKILL at ${deaths.join(', ')}`, async () => {
      const change = (third?.how ?? counted)(i + 1, engine)
      if (first !== undefined) await armServer(on, first)
      const asked = await proposed(on, change)
      if (first !== undefined) await revived(on, on.server, first)
      const open = await approved(on, asked)
      if (second !== undefined) await armServer(on, second)
      if (third !== undefined) await armAgent(on, third)
      const done = await merged(on, open)
      await Promise.all([
        second === undefined ? null : revived(on, on.server, second),
        third === undefined ? null : revived(on, on.agent, third),
      ])
      await appliedOnce(on, done)
    })
  }

  it('no step is left out', () => {
    const killedAt = new Set([...opening, ...merging, ...executing].map((one) => one.at))
    const known = engine === 'postgres' ? [...serverSteps, ...agentSteps] : agentSteps
    expect(known.filter((step) => !killedAt.has(step))).toEqual([])
  })
}

async function armServer(on: Stage, kill: Kill): Promise<void> {
  await on.server.stop()
  arm(on.server, kill)
  await serverReady(on)
}

async function armAgent(on: Stage, kill: Kill): Promise<void> {
  await on.agent.stop()
  arm(on.agent, kill)
}

function said({ at, count, after: since }: Kill): string {
  return [at, count === undefined ? '' : ` ${count}`, since === undefined ? '' : ` after ${since}`].join('')
}
