import { createGitHub } from '@dbward/app/github/client'
import { askedPermissions } from '@dbward/app/github/permissions'
import { createProbot } from '@dbward/app/github/probot'
import type { Octokit as Reader } from '@dbward/app/github/reader'
import type { Octokit } from '@octokit/rest'
import { pino } from 'pino'
import { type Exchange, type GitHub, startGitHub } from '../github/emulator.ts'
import { as } from '../github/testing.ts'

/** What an App of ours is to have, as the emulator types it. */
export const permissions: Record<string, 'read' | 'write'> = { ...askedPermissions }

/** A GitHub with one pull request, and the server's own client of it. */
export async function startStage(now: () => number = Date.now) {
  const exchanges: Exchange[] = []
  const github = await startGitHub({ onExchange: (one) => exchanges.push(one) })
  const alice = as(github, github.user('alice').token)
  github.org('acme')
  github.orgMember('acme', 'alice', 'admin')
  const app = github.app({ slug: 'dbward', owner: 'acme', permissions })
  const installation = github.install(app.id, 'acme')
  const repo = await github.repo('acme', 'shop', { files: { 'README.md': 'shop\n' } })
  const head = await github.commit(repo.fullName, 'change', {
    files: { 'm/1.sql': 'select 1;\n' },
    author: 'alice',
  })
  const { data: pull } = await alice.pulls.create({
    owner: 'acme',
    repo: 'shop',
    title: 'Add one',
    head: 'change',
    base: 'main',
  })
  const log = pino({ level: 'silent' })
  const probot = createProbot({ apiUrl: github.url, appId: app.id, privateKey: app.privateKey }, log, {
    now,
    timeoutMs: 1_500,
  })
  const client = createGitHub({ probot, now })
  const octokit = async (): Promise<Reader> => (await client.forRepository(repo.fullName)).octokit
  const writes = () => exchanges.filter((one) => one.method !== 'GET' && one.actor === 'dbward[bot]')
  const at = { owner: 'acme', repo: 'shop' }
  return {
    github,
    alice,
    app,
    installation,
    repo,
    head,
    pr: pull.number,
    probot,
    client,
    octokit,
    exchanges,
    writes,
    at,
  }
}

export type Stage = Awaited<ReturnType<typeof startStage>>

export async function checkRuns(person: Octokit, head: string, name: string) {
  const { data } = await person.checks.listForRef({
    owner: 'acme',
    repo: 'shop',
    ref: head,
    check_name: name,
    filter: 'all',
  })
  return data.check_runs
}

export async function comments(person: Octokit, pr: number) {
  return (await person.issues.listComments({ owner: 'acme', repo: 'shop', issue_number: pr, per_page: 100 }))
    .data
}

/** The next request of this kind has its effect, and its answer is lost. */
export function loseAnswer(github: GitHub, method: string, path: RegExp): void {
  github.faults.add({ when: { method, path, times: 1 }, effect: { drop: 'after' } })
}
