import { Octokit } from '@octokit/rest'
import type { GitHub } from './emulator.ts'

export type Example = {
  readonly repository: string
  readonly pull: number
  /** With the token of the pull request's author in it. */
  readonly cloneUrl: string
  readonly people: readonly { readonly login: string; readonly token: string; readonly role: string }[]
}

/** An organization with a team of database people, a repository with a migration, and a pull request for another. */
export async function seedExample(github: GitHub): Promise<Example> {
  const people = [
    { ...github.user('alice', { name: 'Alice' }), role: 'writes migrations' },
    { ...github.user('bob', { name: 'Bob' }), role: 'in the team acme/dba, reviews them' },
    { ...github.user('carol', { name: 'Carol' }), role: 'in the team acme/dba, administers the repository' },
  ] as const
  const [alice, bob, carol] = people
  github.org('acme')
  github.orgMember('acme', alice.login, 'member')
  github.orgMember('acme', carol.login, 'admin')
  github.team('acme', 'dba', [bob.login, carol.login])

  const { fullName, cloneUrl } = await github.repo('acme', 'shop', {
    files: {
      'README.md': '# shop\n\nAn example.\n',
      '.dbward.yml': policy,
      'db/migrate/20260101090000_create_users.sql':
        'create table users (\n  id bigint primary key,\n  name text not null\n);\n',
    },
  })
  github.collaborator(fullName, alice.login, 'write')
  github.collaborator(fullName, bob.login, 'write')
  github.collaborator(fullName, carol.login, 'admin')
  github.protect(fullName, 'main', { requirePullRequest: true })

  await github.commit(fullName, 'add-email', {
    files: { 'db/migrate/20260102090000_add_email.sql': 'alter table users add column email text;\n' },
    message: 'Add an email address to users',
    author: alice.login,
  })
  const octokit = new Octokit({ baseUrl: github.url, auth: alice.token })
  const { data: pull } = await octokit.rest.pulls.create({
    owner: 'acme',
    repo: 'shop',
    title: 'Add an email address to users',
    head: 'add-email',
    base: 'main',
    body: 'So that we can write to people.\n\n- nullable, so nothing has to be filled in',
  })
  return { repository: fullName, pull: pull.number, cloneUrl: cloneUrl(alice.token), people }
}

const policy = `version: 1
databases:
  app:
    engine: postgres
    server_version: "18"
    migrations: db/migrate/*.sql
    environments: [production]
workflows:
  - database: app
    environment: production
    operations: [migrate]
    steps:
      - mode: all
        approvers: [{ team: acme/dba, min: 1 }]
`
