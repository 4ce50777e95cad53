import { Refusal } from '@dbward/protocol/errors'
import { compareMigrations, migrationVersion, type Plan } from '@dbward/protocol/plan'

type Had = { readonly path: string; readonly sha256: string; readonly version: string | null }

/** What a merge that mends a file on the branch changes for the merges around it. */
export type Mending = {
  /** This plan only brings files that were on the branch before it, with other bytes. */
  readonly mends: boolean
  /** SHA-256 at the branch's tip of the files that have other bytes there than in the merged tree. */
  readonly since: ReadonlyMap<string, string>
}
const nothingMended: Mending = { mends: false, since: new Map() }

/**
 * Whether this plan is what comes next. `tree` is every migration file of the database at the merge (path to SHA-256),
 * `ledger` what the database already has. Nothing may be skipped, edited, deleted, or brought in from behind.
 *
 * A file that failed is mended on the branch while later merges wait behind it. So the mending plan may find later
 * versions in its tree that have not run, and a merge that waited may find in the ledger the mended bytes in place of
 * those of its own tree. `skipped` are files that people said are never to run.
 */
export function checkGap(
  tree: ReadonlyMap<string, string>,
  ledger: readonly Had[],
  plan: Plan,
  { mends, since }: Mending = nothingMended,
  skipped: ReadonlySet<string> = new Set(),
): void {
  const had = new Map(ledger.map((row) => [row.path, row]))
  const planned = new Set(plan.files.map((file) => file.path))
  for (const row of ledger) {
    const now = tree.get(row.path)
    if (now === undefined)
      throw new Refusal('IMMUTABLE', `${row.path} was applied and is deleted in the merged tree`)
    if (now !== row.sha256 && (planned.has(row.path) || since.get(row.path) !== row.sha256)) {
      throw new Refusal(
        'IMMUTABLE',
        `${row.path} was applied with digest ${row.sha256}; the merged tree has ${now}`,
      )
    }
  }
  for (const path of missingFrom(tree, ledger, plan).keys()) {
    if (skipped.has(path)) continue
    if (mends && plan.files.every((file) => isBehind(file.path, path))) continue
    throw new Refusal('GAP', `${path} is in the merged tree, and this database does not have it`)
  }
  const last = ledger
    .map((row) => row.path)
    .sort(compareMigrations)
    .at(-1)
  const behind = plan.files.find(
    (file) => !had.has(file.path) && last !== undefined && isBehind(file.path, last),
  )
  if (behind !== undefined) {
    throw new Refusal('ORDER', `${behind.path} has a version below ${last}, which this database already has`)
  }
}

/** The files of the merged tree, with their SHA-256, that neither the ledger nor this plan has. */
export function missingFrom(
  tree: ReadonlyMap<string, string>,
  ledger: readonly Pick<Had, 'path'>[],
  plan: Plan,
): ReadonlyMap<string, string> {
  const there = new Set([...ledger, ...plan.files].map((one) => one.path))
  return new Map([...tree].filter(([path]) => !there.has(path)))
}

function isBehind(path: string, last: string): boolean {
  return migrationVersion(path) !== null && compareMigrations(path, last) < 0
}
