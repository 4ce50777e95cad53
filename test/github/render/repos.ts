import type { components } from '@octokit/openapi-types'
import { fullName, stamp } from '../lookup.ts'
import type { Repo, World } from '../world.ts'
import { nodeId, permissionsOf, simpleUser } from './people.ts'

/** A repository in the widest of its documented forms; the narrower ones are parts of it. */
export function repoBody(world: World, repo: Repo, push = true) {
  const full = fullName(repo)
  const url = `${world.url}/repos/${full}`
  const issues = [...repo.issues.values()].filter(({ state }) => state === 'open').length
  const host = world.url.replace(/^https?:\/\//, '')
  return {
    id: repo.id,
    node_id: nodeId('R', repo.id),
    name: repo.name,
    full_name: full,
    owner: simpleUser(world, repo.owner),
    private: repo.private,
    html_url: `${world.url}/${full}`,
    description: null,
    fork: repo.forkOf !== null,
    url,
    archive_url: `${url}/{archive_format}{/ref}`,
    assignees_url: `${url}/assignees{/user}`,
    blobs_url: `${url}/git/blobs{/sha}`,
    branches_url: `${url}/branches{/branch}`,
    collaborators_url: `${url}/collaborators{/collaborator}`,
    comments_url: `${url}/comments{/number}`,
    commits_url: `${url}/commits{/sha}`,
    compare_url: `${url}/compare/{base}...{head}`,
    contents_url: `${url}/contents/{+path}`,
    contributors_url: `${url}/contributors`,
    deployments_url: `${url}/deployments`,
    downloads_url: `${url}/downloads`,
    events_url: `${url}/events`,
    forks_url: `${url}/forks`,
    git_commits_url: `${url}/git/commits{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    git_tags_url: `${url}/git/tags{/sha}`,
    git_url: `git://${host}/${full}.git`,
    hooks_url: `${url}/hooks`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    issue_events_url: `${url}/issues/events{/number}`,
    issues_url: `${url}/issues{/number}`,
    keys_url: `${url}/keys{/key_id}`,
    labels_url: `${url}/labels{/name}`,
    languages_url: `${url}/languages`,
    merges_url: `${url}/merges`,
    milestones_url: `${url}/milestones{/number}`,
    notifications_url: `${url}/notifications{?since,all,participating}`,
    pulls_url: `${url}/pulls{/number}`,
    releases_url: `${url}/releases{/id}`,
    ssh_url: `git@${host}:${full}.git`,
    stargazers_url: `${url}/stargazers`,
    statuses_url: `${url}/statuses/{sha}`,
    subscribers_url: `${url}/subscribers`,
    subscription_url: `${url}/subscription`,
    tags_url: `${url}/tags`,
    teams_url: `${url}/teams`,
    trees_url: `${url}/git/trees{/sha}`,
    clone_url: `${world.url}/${full}.git`,
    mirror_url: null,
    svn_url: `${world.url}/${full}`,
    homepage: null,
    language: null,
    license: null,
    forks_count: 0,
    forks: 0,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    subscribers_count: 0,
    network_count: 0,
    size: 0,
    default_branch: repo.defaultBranch,
    open_issues_count: issues,
    open_issues: issues,
    topics: [],
    has_issues: true,
    has_projects: true,
    has_wiki: true,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: false,
    disabled: false,
    visibility: repo.private ? 'private' : 'public',
    pushed_at: stamp(repo.pushedAt),
    created_at: stamp(repo.createdAt),
    updated_at: stamp(repo.pushedAt),
    permissions: permissionsOf(push ? 'write' : 'read'),
    allow_squash_merge: true,
    allow_merge_commit: true,
    allow_rebase_merge: true,
    allow_auto_merge: false,
    delete_branch_on_merge: false,
    web_commit_signoff_required: false,
  } satisfies components['schemas']['full-repository'] & components['schemas']['repository']
}

export function rulesOf(repo: Repo, branch: string): components['schemas']['repository-rule-detailed'][] {
  const protection = repo.protections.get(branch)
  if (!protection || protection.classic) return []
  const source = {
    ruleset_source_type: 'Repository' as const,
    ruleset_source: fullName(repo),
    ruleset_id: protection.id,
  }
  const rules: components['schemas']['repository-rule-detailed'][] = []
  if (protection.blockDeletion) rules.push({ type: 'deletion', ...source })
  if (protection.blockForcePush) rules.push({ type: 'non_fast_forward', ...source })
  if (protection.requirePullRequest) {
    rules.push({
      type: 'pull_request',
      parameters: {
        allowed_merge_methods: ['merge', 'squash', 'rebase'],
        dismiss_stale_reviews_on_push: protection.dismissStale,
        require_code_owner_review: false,
        require_last_push_approval: false,
        required_approving_review_count: protection.requiredApprovals,
        required_review_thread_resolution: false,
      },
      ...source,
    })
  }
  if (protection.requiredChecks.length > 0) {
    rules.push({
      type: 'required_status_checks',
      parameters: {
        required_status_checks: protection.requiredChecks.map((check) => ({ ...check })),
        strict_required_status_checks_policy: false,
      },
      ...source,
    })
  }
  if (protection.mergeQueue) {
    rules.push({
      type: 'merge_queue',
      parameters: {
        check_response_timeout_minutes: 60,
        grouping_strategy: 'ALLGREEN',
        max_entries_to_build: 5,
        max_entries_to_merge: 5,
        merge_method: 'MERGE',
        min_entries_to_merge: 1,
        min_entries_to_merge_wait_minutes: 5,
      },
      ...source,
    })
  }
  return rules
}
