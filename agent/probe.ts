import type { Plan, PlannedFile } from '@dbward/protocol/plan'
import { lastIntent, ledgerRows, type Scope } from './ledger/read.ts'
import type { VerifyRow } from './ledger/row.ts'
import { lockFor, takeLock } from './postgres-lock.ts'
import { backendLives } from './probe-backend.ts'
import { effectOf, indexState, indexStatement } from './probe-index.ts'
import { openSession, type Session } from './session.ts'

export type Probe = Scope & {
  readonly plan: Plan
  /** Needed for a file that ran outside a transaction: its effect is read from the catalogue by its text. */
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly verifyRow: VerifyRow
  /** How long to wait for an execution that still holds the lock. */
  readonly waitMs: number
}

export type Found = 'applied' | 'not_applied' | 'partial' | 'running' | 'unknown'
/**
 * `recorded`: by its ledger row. `done`: by its effect, and the ledger has no row of it yet. `begun`: its first statements
 * are proven to be done and the others not to have begun, and the next attempt goes on there.
 */
export type FileFound = Exclude<Found, 'applied'> | 'recorded' | 'done' | 'begun'

export async function probePostgres(url: string, probe: Probe): Promise<Found> {
  return together(await probeFiles(url, probe))
}

/** The same for each file of the plan, in its order; one answer where all files have the same for the same reason. */
export async function probeFiles(url: string, probe: Probe): Promise<readonly FileFound[]> {
  let session: Session | null = null
  try {
    session = await openSession(url, 'dbward probe')
    if (session.recovering) return ['unknown']
    if (!(await takeLock(session, lockFor(probe.db, probe.env), probe.waitMs))) return ['running']
    const ledger = await ledgerRows(session.query, probe, probe.verifyRow)
    const found: FileFound[] = []
    for (const file of probe.plan.files) {
      const row = ledger.rows.find((one) => one.path === file.path)
      if (row !== undefined) found.push(row.sha256 === file.sha256 ? 'recorded' : 'unknown')
      else if (ledger.forged.some((one) => one.path === file.path)) found.push('unknown')
      else found.push(file.tx === 'none' ? await probeAlone(session, probe, file) : 'not_applied')
    }
    return found
  } catch {
    return ['unknown']
  } finally {
    await session?.close()
  }
}

/** A file that runs outside a transaction and has no ledger row: begun and not ended, or never begun. */
async function probeAlone(session: Session, probe: Probe, file: PlannedFile): Promise<FileFound> {
  const last = await lastIntent(session.query, probe, file, probe.verifyRow)
  if (last === null || last.ended) return 'not_applied'
  if (await backendLives(session.query, last.intent.backend)) return 'running'
  const bytes = probe.files.get(file.path)
  const [only] = file.stmts
  if (bytes === undefined || only === undefined) return 'unknown'
  const statement = indexStatement(
    Buffer.from(bytes.subarray(only.off, only.off + only.len)).toString('utf8'),
  )
  if (statement === null) return 'unknown'
  const effect = effectOf(statement, last.intent.before, await indexState(session, statement))
  return effect === 'applied' ? 'done' : effect
}

/** One answer for a plan. */
export function together(found: readonly FileFound[]): Found {
  for (const one of ['unknown', 'running', 'partial'] as const) if (found.includes(one)) return one
  if (found.includes('begun')) return 'partial'
  const applied = found.filter((one) => one !== 'not_applied').length
  if (applied === found.length) return 'applied'
  return applied === 0 ? 'not_applied' : 'partial'
}
