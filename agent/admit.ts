import { Refusal } from '@dbward/protocol/errors'
import { migrationVersion, type Plan, type PlannedFile, planDigest, sha256 } from '@dbward/protocol/plan'
import type { Claims, Work } from './execute.ts'
import type { Forged } from './ledger/row.ts'

/** The bytes are the plan's and the plan is the token's. Needs no database. */
export function admitBytes(work: Work, claims: Claims): void {
  const digest = planDigest(work.plan)
  if (digest !== claims.plan_sha256) {
    throw new Refusal('PLAN_DIGEST', `expected a plan with digest ${claims.plan_sha256}, got ${digest}`)
  }
  for (const file of work.plan.files) {
    const bytes = work.files.get(file.path)
    const got = bytes === undefined ? 'nothing' : sha256(bytes)
    if (bytes === undefined || got !== file.sha256 || bytes.length !== file.size) {
      throw new Refusal('SQL_DIGEST', `expected ${file.path} with digest ${file.sha256}, got ${got}`)
    }
    for (const one of file.stmts) statementText(bytes, one, file.path)
  }
}

/** The exact bytes of one statement as text. What does not come back to the same bytes is refused, as is NUL, which ends a protocol string. */
export function statementText(
  bytes: Uint8Array,
  span: { readonly off: number; readonly len: number; readonly sha256: string; readonly i: number },
  path: string,
): string {
  const slice = bytes.subarray(span.off, span.off + span.len)
  const got = sha256(slice)
  if (slice.length !== span.len || got !== span.sha256) {
    throw new Refusal(
      'SQL_DIGEST',
      `expected statement ${span.i} of ${path} with digest ${span.sha256}, got ${got}`,
    )
  }
  const text = Buffer.from(slice).toString('utf8')
  if (!Buffer.from(text, 'utf8').equals(slice) || text.includes('\0')) {
    throw new Refusal('SQL_DIGEST', `expected statement ${span.i} of ${path} to be UTF-8 without NUL`)
  }
  return text
}

export function bytesOf({ work }: { readonly work: Pick<Work, 'files'> }, file: PlannedFile): Uint8Array {
  return work.files.get(file.path) ?? new Uint8Array()
}

/** What counts in a ledger, whatever the engine. */
type Had = { readonly path: string; readonly version: string | null; readonly sha256: string }

/** The paths of the plan that the ledger has already; files that somebody changed after they were applied are refused. */
export function filesThere(
  plan: Plan,
  ledger: { readonly rows: readonly Had[]; readonly forged: readonly Forged[] },
): ReadonlySet<string> {
  const there = new Set<string>()
  for (const file of plan.files) {
    const version = migrationVersion(file.path)
    const forged = ledger.forged.find(
      (one) => one.path === file.path || (version !== null && one.version === version),
    )
    if (forged !== undefined) {
      const what = forged.path === file.path ? file.path : `version ${version}, which ${file.path} has,`
      throw new Refusal(
        'LEDGER_FORGED',
        `the ledger has a row for ${what} that no agent of the trust bundle signed: find out who wrote it, then remove it as the owner of the ledger`,
      )
    }
    const same = ledger.rows.find((row) => row.path === file.path)
    if (same !== undefined && same.sha256 !== file.sha256) {
      throw new Refusal(
        'IMMUTABLE',
        `expected ${file.path} as it was applied, with digest ${same.sha256}, got ${file.sha256}: write a new migration`,
      )
    }
    if (same !== undefined) there.add(file.path)
    else versionIsFree(file.path, plan, ledger.rows)
  }
  return there
}

function versionIsFree(
  path: string,
  plan: Plan,
  rows: readonly { readonly path: string; readonly version: string | null }[],
): void {
  const version = migrationVersion(path)
  if (version === null) return
  const others = [...rows.map((row) => row.path), ...plan.files.map((file) => file.path)]
  const other = others.find((one) => one !== path && migrationVersion(one) === version)
  if (other !== undefined) {
    throw new Refusal('ORDER', `expected one migration of version ${version}, got ${path} and ${other}`)
  }
}
