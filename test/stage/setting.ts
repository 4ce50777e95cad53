import { configurableRules } from '@dbward/rules/configurable'
import { type GitHub, startGitHub } from '../github/emulator.ts'
import { type Person, person } from './person.ts'

/** An organisation with a repository, its people, and the two Apps of dbward, on an emulated GitHub. */
export type Setting = {
  readonly github: GitHub
  readonly repo: Awaited<ReturnType<GitHub['repo']>>
  readonly people: Readonly<Record<'ann' | 'bob' | 'cat' | 'dan' | 'eve', Person>>
  readonly serverApp: ReturnType<GitHub['app']>
  readonly agentApp: ReturnType<GitHub['app']>
  /** The installation of the server's App. */
  readonly installation: number
  readonly agentInstallation: number
}

export const rules = configurableRules

export const examplePolicy = `version: 1
databases:
  app:
    engine: postgres
    server_version: "18"
    migrations: db/migrate/*.sql
    environments: [production]
workflows:
  - database: app
    environment: production
    steps:
      - approvers: [{ team: acme/dba, min: 1 }]
execution:
  - { lock_timeout: 2s, statement_timeout: 30s }
`

export type SettingOptions = {
  readonly policy?: string | null
  readonly files?: Readonly<Record<string, string>>
  readonly webhookUrl?: string
  readonly webhookSecret?: string
  readonly github?: Parameters<typeof startGitHub>[0]
}

/**
 * ann writes migrations; bob and cat are the database team; dan may read only; eve may write and is in no team. The
 * server's and the agent's App have the permissions of app.yml and agent/app.yml.
 */
export async function setting(options: SettingOptions = {}): Promise<Setting> {
  const github = await startGitHub(options.github)
  const names = ['ann', 'bob', 'cat', 'dan', 'eve'] as const
  const users = names.map((login) => github.user(login, { email: `${login}@example.com` }))
  github.org('acme')
  for (const login of names) github.orgMember('acme', login, 'member')
  const policy = options.policy === undefined ? examplePolicy : options.policy
  const files = {
    'README.md': '# shop\n',
    ...(policy === null ? {} : { '.dbward.yml': policy }),
    ...options.files,
  }
  const repo = await github.repo('acme', 'shop', { private: true, files })
  for (const login of ['ann', 'bob', 'cat', 'eve']) github.collaborator(repo.fullName, login, 'write')
  github.collaborator(repo.fullName, 'dan', 'read')
  github.team('acme', 'dba', ['bob', 'cat', 'dan'])
  github.protect(repo.fullName, 'main', {
    requirePullRequest: true,
    blockForcePush: true,
    blockDeletion: true,
  })
  const serverApp = github.app({
    slug: 'dbward',
    owner: 'acme',
    permissions: serverPermissions,
    events: serverEvents,
    webhookUrl: options.webhookUrl ?? null,
    ...(options.webhookSecret === undefined ? {} : { webhookSecret: options.webhookSecret }),
  })
  const agentApp = github.app({ slug: 'dbward-agent', owner: 'acme', permissions: agentPermissions })
  const installation = github.install(serverApp.id, 'acme', 'all').id
  const agentInstallation = github.install(agentApp.id, 'acme', 'all').id
  const people = users.map((user) => [user.login, person(user, repo, github.url)])
  return {
    github,
    repo,
    people: Object.fromEntries(people) as Setting['people'],
    serverApp,
    agentApp,
    installation,
    agentInstallation,
  }
}

const reading = { contents: 'read', pull_requests: 'read', members: 'read', metadata: 'read' } as const
const agentPermissions = reading
const serverPermissions = { ...reading, merge_queues: 'read', checks: 'write', issues: 'write' } as const
const serverEvents = [
  'pull_request',
  'pull_request_review',
  'push',
  'issue_comment',
  'check_run',
  'check_suite',
  'merge_group',
] as const
