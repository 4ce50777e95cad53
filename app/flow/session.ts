import type { Caller, RequestRow } from '../store/rows.ts'

/** The run of GitHub Actions that asks; null for an agent that stands. */
export function runOf({ session }: Caller): string | null {
  return session?.run ?? null
}

/** A job gets what was merged by the commit that it runs at, in its own repository; an agent that stands gets all. */
export function isFor({ session }: Caller, request: Pick<RequestRow, 'repo_id' | 'merge_sha'>): boolean {
  if (session === undefined) return true
  return request.repo_id === session.repo_id && request.merge_sha === session.sha
}
