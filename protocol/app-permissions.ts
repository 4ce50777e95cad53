export type Permissions = Readonly<Record<string, string>>

/** What app.yml asks for; a test holds the two together. Here, as `dbward doctor` compares an installation with it. */
export const askedPermissions = {
  checks: 'write',
  contents: 'read',
  issues: 'write',
  members: 'read',
  merge_queues: 'read',
  metadata: 'read',
  pull_requests: 'read',
} as const satisfies Permissions
