/** A GitHub App permission and the level that suffices, as in an App manifest's `default_permissions`. */
export type Permissions = Readonly<Record<string, 'read' | 'write'>>

/**
 * Every REST operation in use, with what a GitHub App must have been granted to call it.
 *
 * It is also the list that `trim.mjs` cuts GitHub's OpenAPI down to, because the OpenAPI itself says nothing about
 * permissions. Several permissions mean that each of them is needed. `{}` means that any token of the kind that the
 * operation takes will do: an App's own JWT for `/app`, any user or installation for public facts.
 * Source: https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps
 */
export const operationPermissions: Readonly<Record<string, Permissions>> = {
  'GET /app': {},
  'GET /app/hook/deliveries': {},
  'GET /app/hook/deliveries/{delivery_id}': {},
  'POST /app/hook/deliveries/{delivery_id}/attempts': {},
  'GET /app/installations': {},
  'GET /app/installations/{installation_id}': {},
  'POST /app/installations/{installation_id}/access_tokens': {},
  'POST /app-manifests/{code}/conversions': {},
  'GET /apps/{app_slug}': {},
  'GET /installation/repositories': { metadata: 'read' },
  'GET /meta': {},
  'GET /rate_limit': {},
  'GET /user': {},
  'GET /users/{username}': {},

  'GET /orgs/{org}/installations': { organization_administration: 'read' },
  'GET /orgs/{org}/teams/{team_slug}': { members: 'read' },
  'GET /orgs/{org}/teams/{team_slug}/members': { members: 'read' },
  'GET /orgs/{org}/teams/{team_slug}/memberships/{username}': { members: 'read' },

  'GET /repos/{owner}/{repo}': { metadata: 'read' },
  'GET /repos/{owner}/{repo}/actions/permissions/workflow': { administration: 'read' },
  'GET /repos/{owner}/{repo}/activity': { contents: 'read' },
  'GET /repos/{owner}/{repo}/branches': { contents: 'read' },
  'GET /repos/{owner}/{repo}/branches/{branch}': { contents: 'read' },
  'GET /repos/{owner}/{repo}/branches/{branch}/protection': { administration: 'read' },
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission': { metadata: 'read' },
  'GET /repos/{owner}/{repo}/installation': {},
  'GET /repos/{owner}/{repo}/rules/branches/{branch}': { metadata: 'read' },
  'GET /repos/{owner}/{repo}/rulesets/{ruleset_id}': { metadata: 'read' },

  'GET /repos/{owner}/{repo}/commits': { contents: 'read' },
  'GET /repos/{owner}/{repo}/commits/{ref}': { contents: 'read' },
  'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls': { pull_requests: 'read' },
  'GET /repos/{owner}/{repo}/compare/{basehead}': { contents: 'read' },
  'GET /repos/{owner}/{repo}/contents/{path}': { contents: 'read' },
  'PUT /repos/{owner}/{repo}/contents/{path}': { contents: 'write' },
  'DELETE /repos/{owner}/{repo}/contents/{path}': { contents: 'write' },
  'POST /repos/{owner}/{repo}/git/blobs': { contents: 'write' },
  'GET /repos/{owner}/{repo}/git/blobs/{file_sha}': { contents: 'read' },
  'POST /repos/{owner}/{repo}/git/commits': { contents: 'write' },
  'GET /repos/{owner}/{repo}/git/commits/{commit_sha}': { contents: 'read' },
  'GET /repos/{owner}/{repo}/git/matching-refs/{ref}': { contents: 'read' },
  'GET /repos/{owner}/{repo}/git/ref/{ref}': { contents: 'read' },
  'POST /repos/{owner}/{repo}/git/refs': { contents: 'write' },
  'PATCH /repos/{owner}/{repo}/git/refs/{ref}': { contents: 'write' },
  'DELETE /repos/{owner}/{repo}/git/refs/{ref}': { contents: 'write' },
  'POST /repos/{owner}/{repo}/git/trees': { contents: 'write' },
  'GET /repos/{owner}/{repo}/git/trees/{tree_sha}': { contents: 'read' },

  'POST /repos/{owner}/{repo}/check-runs': { checks: 'write' },
  'GET /repos/{owner}/{repo}/check-runs/{check_run_id}': { checks: 'read' },
  'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': { checks: 'write' },
  'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations': { checks: 'read' },
  'POST /repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest': { checks: 'write' },
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs': { checks: 'read' },
  'GET /repos/{owner}/{repo}/commits/{ref}/check-suites': { checks: 'read' },

  'GET /repos/{owner}/{repo}/pulls': { pull_requests: 'read' },
  'POST /repos/{owner}/{repo}/pulls': { pull_requests: 'write' },
  'GET /repos/{owner}/{repo}/pulls/{pull_number}': { pull_requests: 'read' },
  'PATCH /repos/{owner}/{repo}/pulls/{pull_number}': { pull_requests: 'write' },
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/commits': { pull_requests: 'read' },
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/files': { pull_requests: 'read' },
  'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge': { contents: 'write' },
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews': { pull_requests: 'read' },
  'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews': { pull_requests: 'write' },
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}': { pull_requests: 'read' },
  'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/events': { pull_requests: 'write' },
  'PUT /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals': { pull_requests: 'write' },
  'PUT /repos/{owner}/{repo}/pulls/{pull_number}/update-branch': { pull_requests: 'write' },

  'POST /repos/{owner}/{repo}/issues': { issues: 'write' },
  'GET /repos/{owner}/{repo}/issues/{issue_number}': { issues: 'read' },
  'PATCH /repos/{owner}/{repo}/issues/{issue_number}': { issues: 'write' },
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': { issues: 'read' },
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': { issues: 'write' },
  'GET /repos/{owner}/{repo}/issues/{issue_number}/events': { issues: 'read' },
  'GET /repos/{owner}/{repo}/issues/{issue_number}/labels': { issues: 'read' },
  'POST /repos/{owner}/{repo}/issues/{issue_number}/labels': { issues: 'write' },
  'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}': { issues: 'write' },
  'GET /repos/{owner}/{repo}/issues/comments/{comment_id}': { issues: 'read' },
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': { issues: 'write' },
  'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}': { issues: 'write' },
  'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions': { issues: 'write' },
}

/**
 * Every webhook event in use: what an App must have been granted to subscribe to it, and the actions that are in the
 * contract. Apps get `installation` and `installation_repositories` unasked; `merge_group` needs its own permission.
 * Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */
export const eventPermissions: Readonly<
  Record<string, { readonly needs: Permissions; readonly actions: readonly string[] }>
> = {
  check_run: {
    needs: { checks: 'read' },
    actions: ['created', 'completed', 'rerequested', 'requested_action'],
  },
  check_suite: { needs: { checks: 'read' }, actions: ['requested', 'rerequested', 'completed'] },
  installation: {
    needs: {},
    actions: ['created', 'deleted', 'suspend', 'unsuspend', 'new_permissions_accepted'],
  },
  installation_repositories: { needs: {}, actions: ['added', 'removed'] },
  issue_comment: { needs: { issues: 'read' }, actions: ['created', 'edited', 'deleted'] },
  membership: { needs: { members: 'read' }, actions: ['added', 'removed'] },
  merge_group: { needs: { merge_queues: 'read' }, actions: ['checks_requested', 'destroyed'] },
  pull_request: {
    needs: { pull_requests: 'read' },
    actions: [
      'opened',
      'synchronize',
      'edited',
      'closed',
      'reopened',
      'converted_to_draft',
      'ready_for_review',
      'labeled',
      'unlabeled',
    ],
  },
  pull_request_review: { needs: { pull_requests: 'read' }, actions: ['submitted', 'edited', 'dismissed'] },
  push: { needs: { contents: 'read' }, actions: [] },
}
