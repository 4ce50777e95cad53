import type { PlannedFile } from '@dbward/protocol/plan'
import { type FileFound, type Found, type Probe, together } from '../probe.ts'
import { textsOf } from './admit.ts'
import { type Both, openBoth } from './both.ts'
import type { Access } from './execute.ts'
import { ledgerRows, type Scope, stepRows } from './ledger-read.ts'
import { lockFor, takeLock } from './lock.ts'
import { lookFor } from './look.ts'
import { standingOf } from './standing.ts'
import { modeOf } from './statement-mode.ts'

export async function probeMysql(access: Access, probe: Probe): Promise<Found> {
  return together(await probeMysqlFiles(access, probe))
}

/** What there is of each file of the plan, in its order; one answer where all files have the same for the same reason. */
export async function probeMysqlFiles(access: Access, probe: Probe): Promise<readonly FileFound[]> {
  let both: Both | null = null
  try {
    both = await openBoth(access, 'dbward probe')
    const { session, progress } = both
    if (session.unfit !== null) return ['unknown']
    if (!(await takeLock(session, lockFor(probe.db, probe.env), probe.waitMs))) return ['running']
    const scope = { schema: session.schema, db: probe.db, env: probe.env }
    const ledger = await ledgerRows(progress.query, scope, probe.verifyRow)
    const found: FileFound[] = []
    for (const file of probe.plan.files) {
      const row = ledger.rows.find((one) => one.path === file.path)
      if (row !== undefined) found.push(row.sha256 === file.sha256 ? 'recorded' : 'unknown')
      else if (ledger.forged.some((one) => one.path === file.path)) found.push('unknown')
      else found.push(await probeFile(both, probe, scope, file))
    }
    return found
  } catch {
    return ['unknown']
  } finally {
    await both?.close()
  }
}

/** A file without a row in the ledger: never begun, begun, or done to its last statement. */
async function probeFile(
  { session, progress }: Both,
  probe: Probe,
  scope: Scope,
  file: PlannedFile,
): Promise<FileFound> {
  const rows = await stepRows(progress.query, scope, file.path, probe.verifyRow)
  if (rows.length === 0) return 'not_applied'
  if (!probe.files.has(file.path)) return 'unknown'
  const texts = textsOf(probe, file)
  const standing = standingOf(file, texts, rows)
  if (standing.is === 'changed' || standing.is === 'torn') return 'unknown'
  const going = (next: number): FileFound => {
    if (next === file.stmts.length) return 'done'
    return texts.slice(0, next).some((text) => modeOf(text) !== 'session') ? 'begun' : 'not_applied'
  }
  if (standing.is === 'clear') return going(standing.next)
  const effect = await lookFor(session, standing.row, texts[standing.next] ?? '')
  if (effect === 'applied') return going(standing.next + 1)
  return effect === 'not_applied' ? going(standing.next) : effect
}
