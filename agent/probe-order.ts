import type { ProbeOrder } from '@dbward/protocol/messages'
import { type Plan, planDigest, sha256 } from '@dbward/protocol/plan'
import { signReceipt } from '@dbward/protocol/receipt'
import { openRepository } from '@dbward/protocol/repository'
import type { RunDeps } from './run.ts'
import { probeOn, type Target, targetOf } from './target.ts'
import { rowVerifier } from './trust.ts'

const waitMs = 2_000
/** Ends the names of receipts by which nothing ran: they say what an earlier attempt left in the ledger. */
export const probeSuffix = '-probe'

/**
 * Answers a probe: after an agent went silent, what does the ledger say? A plan that is in the ledger as a whole makes a
 * receipt. Where what ran is proven and the rest has not begun, the server may hand it out again: the next attempt runs
 * nothing twice, and records an effect that the ledger lacks. Nothing runs here, so no token is needed.
 */
export async function probeForServer(deps: RunDeps, order: ProbeOrder): Promise<void> {
  const found = await look(deps, order)
  deps.log('info', { request: order.request, found }, 'probed')
  const { attempt, jti } = order
  if (found === 'applied') {
    const receipt = await signReceipt(appliedReceipt(deps, order), deps.signer)
    deps.spool.keepReceipt(`${jti}${probeSuffix}`, JSON.stringify(receipt))
  } else await deps.client.probed({ attempt, jti, found })
}

async function look(
  deps: RunDeps,
  order: ProbeOrder,
): Promise<'applied' | 'not_applied' | 'running' | 'unclear'> {
  const target = findTarget(deps, order)
  if (target === null || order.plan.files.length === 0) return 'unclear'
  const files = await filesOutsideTransactions(deps, order)
  const found = await probeOn(target, {
    db: order.db,
    env: order.env,
    plan: order.plan,
    files,
    verifyRow: rowVerifier(deps.bundle),
    waitMs,
  })
  if (found.includes('unknown') || found.includes('partial')) return 'unclear'
  if (found.includes('running')) return 'running'
  return found.every((one) => one === 'recorded') ? 'applied' : 'not_applied'
}

function findTarget(deps: RunDeps, order: ProbeOrder): Target | null {
  const found = [...deps.targets].find(
    ([one]) =>
      one.database === order.db && one.environment === order.env && one.repository_id === order.repo_id,
  )
  return found === undefined ? null : targetOf(...found, deps.progressUrls)
}

/** Their effect is read from the catalogue by their text; the bytes come from GitHub and must be the plan's. */
async function filesOutsideTransactions(
  deps: RunDeps,
  order: ProbeOrder,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const wanted = order.plan.files.filter((file) => file.tx === 'none')
  const files = new Map<string, Uint8Array>()
  if (wanted.length === 0) return files
  const repo = openRepository(await deps.github(order.repo), order.repo)
  const tree = await repo.governed(
    order.merge_sha,
    wanted.map((file) => file.path),
  )
  for (const file of wanted) {
    const entry = tree.get(file.path)
    const bytes = entry === undefined ? null : await repo.blob(entry.sha)
    if (bytes !== null && sha256(bytes) === file.sha256) files.set(file.path, bytes)
  }
  return files
}

function appliedReceipt(deps: RunDeps, order: ProbeOrder) {
  const now = deps.now()
  return {
    aud: order.iss,
    agent: deps.id,
    request: order.request,
    att: order.att,
    jti: order.jti,
    db: order.db,
    env: order.env,
    fence: order.fence,
    plan_sha256: planDigest(order.plan),
    token_sha256: order.token_sha256,
    outcome: 'applied' as const,
    started: now,
    finished: now,
    statements: [],
    error: null,
    ledger: { server_id: null, rows: rows(order.plan) },
    audit: order.audit,
  }
}

function rows(plan: Plan) {
  return plan.files.map((file) => ({ migration: file.path, sha256: file.sha256 }))
}
