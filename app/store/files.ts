import type { Store } from './open.ts'

/** The states of every merged request of a repository whose plan has a file at this path, other than one pull request's. */
export function statesOfFile(
  { db }: Store,
  where: { readonly repo_id: number; readonly path: string; readonly otherThan: number },
): readonly string[] {
  return db
    .prepare<[number, number, string], { state: string }>(
      `select request.state from request, json_each(request.plan, '$.files') as file
       where request.repo_id = ? and request.pr <> ? and request.merge_sha is not null
       and json_extract(file.value, '$.path') = ?`,
    )
    .all(where.repo_id, where.otherThan, where.path)
    .map((one) => one.state)
}
