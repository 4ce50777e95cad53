import { createGitHub } from '@dbward/app/github/client'
import { createProbot } from '@dbward/app/github/probot'
import { reader } from '@dbward/app/github/reader'
import type { GitHubParams, GitHubReader } from '@dbward/protocol/github'
import { pino } from 'pino'
import { setting } from '../stage/setting.ts'

/** What GitHub answers at one moment, by question; a question that was not asked then has no answer here. */
export type Moment = {
  readonly answers: ReadonlyMap<string, Promise<unknown>>
  readonly open: Awaited<ReturnType<ReturnType<typeof createGitHub>['openPulls']>>
  readonly closed: Awaited<ReturnType<ReturnType<typeof createGitHub>['recentlyClosedPulls']>>
}
export type Told = { readonly name: string; readonly payload: unknown }
export type Recorded = {
  readonly repo: { readonly id: number; readonly name: string }
  readonly appId: number
  readonly pr: number
  /** After so many steps; the first is before anything happened. */
  readonly moments: readonly Moment[]
  /** What GitHub tells of each step. */
  readonly told: readonly Told[]
}

export function question(route: string, params: GitHubParams): string {
  return `${route} ${JSON.stringify(Object.entries(params).sort())}`
}

/**
 * A pull request's life on an emulated GitHub: opened, pushed to, approved, changes requested, that review dismissed,
 * merged. After each step `ask` asks what the server would ask, and the answers are kept as the emulator gave them.
 */
export async function record(ask: (reader: GitHubReader, pr: number) => Promise<void>): Promise<Recorded> {
  const it = await setting({ webhookUrl: 'http://127.0.0.1:9/', webhookSecret: 'nobody listens' })
  const app = { apiUrl: it.github.url, appId: it.serverApp.id, privateKey: it.serverApp.privateKey }
  const client = createGitHub({ probot: createProbot(app, pino({ level: 'silent' })) })
  const { octokit } = await client.forRepository(it.repo.fullName)
  const moments: Moment[] = []
  const told: Told[] = []
  const { ann, bob, cat } = it.people
  const file = 'db/migrate/1_users.sql'
  let pr = 0
  let unwanted = 0
  const steps: readonly (readonly [event: string, step: () => Promise<unknown>])[] = [
    [
      'pull_request.opened',
      async () => {
        await ann.push('users', { [file]: 'create table users (id int);\n' })
        pr = await ann.open('users', 'Add users')
      },
    ],
    [
      'pull_request.synchronize',
      () => ann.push('users', { [file]: 'create table users (id bigint primary key);\n' }),
    ],
    ['pull_request_review.submitted', () => bob.approve(pr)],
    [
      'pull_request_review.submitted',
      async () => {
        unwanted = (await cat.requestChanges(pr)).id
      },
    ],
    ['pull_request_review.dismissed', () => bob.dismiss(pr, unwanted)],
    ['pull_request.closed', () => ann.merge(pr)],
  ]
  try {
    moments.push(await lookAround())
    for (const [event, step] of steps) {
      const before = it.github.webhooks.deliveries.length
      await step()
      await it.github.webhooks.flush()
      const mine = it.github.webhooks.deliveries
        .slice(before)
        .find((one) => `${one.event}.${one.action}` === event)
      if (mine === undefined) throw new Error(`expected GitHub to tell of ${event}`)
      told.push({ name: mine.event, payload: mine.payload })
      moments.push(await lookAround())
    }
  } finally {
    await it.github.close()
  }
  return { repo: { id: it.repo.id, name: it.repo.fullName }, appId: it.serverApp.id, pr, moments, told }

  async function lookAround(): Promise<Moment> {
    const answers = new Map<string, Promise<unknown>>()
    const real = reader(octokit)
    const keep = <T>(route: string, params: GitHubParams, get: () => Promise<T>): Promise<T> => {
      const found = get()
      // A "no such thing" is an answer too.
      answers.set(question(route, params), found)
      found.catch(() => undefined)
      return found
    }
    if (pr !== 0) {
      const asking: GitHubReader = {
        one: (route, params) => keep(route, params, () => real.one(route, params)),
        all: (route, params) => keep(route, params, () => real.all(route, params)),
      }
      await ask(asking, pr)
    }
    const since = new Date(0)
    return {
      answers,
      open: await client.openPulls(it.repo.fullName),
      closed: await client.recentlyClosedPulls(it.repo.fullName, since),
    }
  }
}
