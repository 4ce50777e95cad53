import type { Store } from './open.ts'
import type { ChangeRow, DirtyInput } from './rows.ts'

type Stored = ChangeRow & { readonly updated_at: string }
type Raw = Omit<Stored, 'snapshot'> & { readonly snapshot: string }

/** The pull request whose merge is this commit, where we have seen it. */
export function changeMergedAs({ db }: Store, repoId: number, sha: string): Stored | null {
  const raw = db
    .prepare<[number, string], Raw>('select * from change where repo_id = ? and merge_sha = ?')
    .get(repoId, sha)
  return raw === undefined ? null : { ...raw, snapshot: JSON.parse(raw.snapshot) }
}

export function change({ db }: Store, repoId: number, pr: number): Stored | null {
  const raw = db
    .prepare<[number, number], Raw>('select * from change where repo_id = ? and pr = ?')
    .get(repoId, pr)
  return raw === undefined ? null : { ...raw, snapshot: JSON.parse(raw.snapshot) }
}

/** Open pull requests that come from this branch or go to it. */
export function openChangesOn({ db }: Store, repoId: number, branch: string): readonly DirtyInput[] {
  return db
    .prepare<[number, string, string], DirtyInput>(
      `select repo_id, repo, pr from change
       where repo_id = ? and state = 'open' and (base_ref = ? or head_ref = ?) order by pr`,
    )
    .all(repoId, branch, branch)
}

/** Open pull requests that go to this branch, with what the last look made of each. */
export function openChangesInto({ db }: Store, repoId: number, base: string): readonly Stored[] {
  return db
    .prepare<[number, string], Raw>(
      `select * from change where repo_id = ? and state = 'open' and base_ref = ? order by pr`,
    )
    .all(repoId, base)
    .map((raw) => ({ ...raw, snapshot: JSON.parse(raw.snapshot) }))
}

export function changesAt({ db }: Store, repoId: number, head: string): readonly DirtyInput[] {
  return db
    .prepare<[number, string, string], DirtyInput>(
      'select repo_id, repo, pr from change where repo_id = ? and (head = ? or merge_sha = ?) order by pr',
    )
    .all(repoId, head, head)
}

/** Pull requests with a request that stands as it does for this reason, as `repo_id#pr`. */
export function changesFor({ db }: Store, reasonCode: string): ReadonlySet<string> {
  const rows = db
    .prepare<[string], { name: string }>(
      `select distinct repo_id || '#' || pr as name from request where reason_code = ?`,
    )
    .all(reasonCode)
  return new Set(rows.map((one) => one.name))
}

/** What the sweep looks at although nobody told: open ones, and merged ones that have a request under way. */
export function unsettledChanges(
  { db }: Store,
  endStates: readonly string[],
): readonly (DirtyInput & Pick<ChangeRow, 'state'>)[] {
  return db
    .prepare<[string], DirtyInput & Pick<ChangeRow, 'state'>>(
      `select repo_id, repo, pr, state from change where state = 'open' or exists (
         select 1 from request where request.repo_id = change.repo_id and request.pr = change.pr
         and request.state not in (select value from json_each(?)))
       order by repo_id, pr`,
    )
    .all(JSON.stringify(endStates))
}
