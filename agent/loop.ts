import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TrustBundle } from '@dbward/protocol/bundle'
import type { Envelope } from '@dbward/protocol/dsse'
import { newNonce } from '@dbward/protocol/ids'
import { lastHead } from './audit-head.ts'
import { ServerRefused } from './client.ts'
import { passed } from './execute-step.ts'
import { probeForServer } from './probe-order.ts'
import { type RunDeps, runOrder } from './run.ts'
import type { SchemaTurns } from './schema.ts'

export type LoopDeps = ClaimDeps & { readonly pollMs: number }
export type ClaimDeps = Omit<RunDeps, 'bundle'> & {
  readonly trust: () => TrustBundle
  /** Whoever looks at the databases for another reason keeps still in between; null for nobody. */
  readonly schemas?: Pick<SchemaTurns, 'hold' | 'release'> | null
}

const longestPause = 30_000

/**
 * One thing at a time, for ever: deliver what the spool holds, ask for work, do it. Whatever fails is tried again later
 * with growing pauses; nothing is claimed while a receipt could not be delivered, as the server would not know what
 * this agent has done.
 */
export async function runLoop(deps: LoopDeps, signal: AbortSignal): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    try {
      await deliver(deps)
      const worked = await claimOnce(deps, signal)
      failures = 0
      if (!worked) await pause(deps.pollMs, signal)
    } catch (error) {
      if (signal.aborted) break
      failures += 1
      deps.log('warn', { error: describe(error), failures }, 'the round failed and is tried again')
      await pause(Math.min(longestPause, deps.pollMs * 2 ** Math.min(failures, 10)), signal)
    }
  }
}

/** Asks once and does what is asked; false where there is nothing to do. */
export async function claimOnce(deps: ClaimDeps, signal: AbortSignal): Promise<boolean> {
  const nonce = newNonce(randomBytes)
  const sentAt = deps.monotonic()
  const bundle = deps.trust()
  const question = { nonce, claim: randomUUID(), audit_seq: lastHead(deps.spool)?.seq ?? 0 }
  const order = await deps.client.claim(question, signal)
  if (order === null) return false
  passed('agent.claimed')
  deps.schemas?.hold()
  try {
    if (order.kind === 'probe') await probeForServer({ ...deps, bundle }, order)
    else await runOrder({ ...deps, bundle }, order, { nonce, sentAt })
    await deliver(deps)
  } finally {
    deps.schemas?.release()
  }
  return true
}

/** Sends what the spool holds, oldest first. The server takes the same receipt twice and counts it once. */
export async function deliver(deps: Pick<ClaimDeps, 'spool' | 'client' | 'log'>): Promise<void> {
  for (const { name, text } of deps.spool.receipts()) {
    try {
      const state = await deps.client.receipt(JSON.parse(text) as Envelope)
      deps.log('info', { receipt: name, state }, 'receipt delivered')
    } catch (error) {
      if (!(error instanceof ServerRefused) || error.code !== 'RECEIPT_INVALID') throw error
      // The server will never take it; the ledger of the database remains the proof of what was done.
      deps.log('error', { receipt: name, code: error.code }, `receipt refused: ${error.message}`)
      deps.spool.keepNote(`refused-${name}`, JSON.parse(text))
    }
    passed('agent.delivered')
    deps.spool.dropReceipt(name)
    passed('agent.reported')
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}

/** Messages of our own errors only: a driver's or a library's may quote an address with its password. */
function describe(error: unknown): string {
  return error instanceof Error
    ? `${error.name}: ${error.message}`.replace(/\/\/[^@/\s]*@/g, '//***@')
    : 'unknown'
}
