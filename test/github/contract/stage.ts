import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import type { GitHub } from '../emulator.ts'
import { eventPermissions } from './permissions.ts'

export const shop = { owner: 'acme', repo: 'shop' }

type Clients = { readonly [who in 'alice' | 'bob' | 'carol' | 'app' | 'bot']: Octokit }
/** An emulated GitHub with people, repositories and an App on it, and a client for each. */
export type Stage = Clients & { readonly github: GitHub; readonly installationId: number }

export async function prepare(github: GitHub): Promise<Stage> {
  const tokens = ['alice', 'bob', 'carol'].map(
    (login) => github.user(login, { name: login.toUpperCase() }).token,
  )
  github.org('acme')
  github.orgMember('acme', 'alice', 'member')
  github.orgMember('acme', 'carol', 'admin')
  const files = { 'README.md': '# Shop\n', 'db/1_users.sql': 'create table users (id int);\n' }
  await github.repo('acme', 'shop', { files })
  await github.repo('acme', 'attic')
  for (const [login, role] of [
    ['alice', 'write'],
    ['bob', 'maintain'],
    ['carol', 'admin'],
  ] as const) {
    github.collaborator('acme/shop', login, role)
  }
  github.protect('acme/shop', 'main', {
    requirePullRequest: true,
    requiredApprovals: 1,
    requiredChecks: [{ context: 'dbward/gate' }],
    bypass: ['carol'],
  })
  const made = await github.app({
    slug: 'gate',
    owner: 'acme',
    permissions: {
      contents: 'write',
      pull_requests: 'write',
      issues: 'write',
      checks: 'write',
      members: 'read',
      merge_queues: 'read',
    },
    events: Object.keys(eventPermissions).filter((event) => !/^installation/.test(event)),
    // Nobody listens on the discard port. What is checked is what was sent.
    webhookUrl: 'http://127.0.0.1:9/',
    webhookSecret: 'not a secret',
  })
  const { id: installationId } = github.install(made.id, 'acme', ['shop'])
  github.installRepositories(installationId, { add: ['attic'] })
  github.installRepositories(installationId, { remove: ['attic'] })
  github.team('acme', 'dba', ['bob', 'carol'])
  github.teamRemove('acme', 'dba', 'carol')

  // Both places where the API is, as github.com's clients and Enterprise Server's find it.
  const [alice, bob, carol] = tokens.map((auth, index) => {
    return client({ auth, baseUrl: index === 0 ? github.url : `${github.url}/api/v3` })
  })
  if (!alice || !bob || !carol) throw new Error('expected three people')
  const auth = { appId: made.id, privateKey: made.privateKey }
  const asApp = { baseUrl: github.url, authStrategy: createAppAuth }
  const app = client({ ...asApp, auth })
  const bot = client({ ...asApp, auth: { ...auth, installationId } })
  return { github, installationId, alice, bob, carol, app, bot }
}

export function client(options: object): Octokit {
  const quiet = () => undefined
  return new Octokit({ log: { debug: quiet, info: quiet, warn: quiet, error: quiet }, ...options })
}
