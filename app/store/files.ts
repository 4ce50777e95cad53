import type { Store } from './open.ts'

/** Every merged request of a repository whose plan has a file at this path, other than one pull request's: its state, and the bytes. */
export function plannedFile(
  { db }: Store,
  where: { readonly repo_id: number; readonly path: string; readonly otherThan: number },
): readonly { readonly state: string; readonly sha256: string }[] {
  return db
    .prepare<[number, number, string], { state: string; sha256: string }>(
      `select request.state, json_extract(file.value, '$.sha256') as sha256 from request, json_each(request.plan, '$.files') as file
       where request.repo_id = ? and request.pr <> ? and request.merge_sha is not null
       and json_extract(file.value, '$.path') = ?`,
    )
    .all(where.repo_id, where.otherThan, where.path)
}
