import type { Account, App, Issue, Pull, Repo, World } from './world.ts'

/** Opens an issue, or a pull request; both draw on one sequence of numbers. */
export function openIssue<P extends Pull | null>(
  world: World,
  repo: Repo,
  what: {
    readonly title: string
    readonly body: string | null
    readonly author: Account
    readonly app: App | null
    readonly pull: P
  },
): Issue & { readonly pull: P } {
  const at = world.now()
  const issue = {
    ...what,
    id: world.nextId(),
    number: repo.issues.size + 1,
    state: 'open' as const,
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedBy: null,
    labels: new Set<string>(),
    comments: [],
    events: [],
  }
  repo.issues.set(issue.number, issue)
  return issue
}
