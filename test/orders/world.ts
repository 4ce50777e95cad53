import { EventEmitter } from 'node:events'
import { type ClaimDeps, claim } from '@dbward/app/flow/claim'
import { receive } from '@dbward/app/flow/receive'
import { reconcile } from '@dbward/app/flow/reconcile'
import { started } from '@dbward/app/flow/report'
import type { Reviewer } from '@dbward/app/flow/review'
import { settle } from '@dbward/app/flow/settle'
import { surfacesOfEnd } from '@dbward/app/flow/show'
import { sweep, sweepRepository } from '@dbward/app/flow/sweep'
import { lookAt } from '@dbward/app/flow/worker'
import { createLog } from '@dbward/app/log'
import {
  claimDeps,
  enrolAgent,
  sampleQuestion,
  sampleReceiptFor,
  settleDeps,
  tempStore,
} from '@dbward/app/samples'
import { exportAudit } from '@dbward/app/store/audit'
import { takeDirty } from '@dbward/app/store/doorbell'
import type { Store } from '@dbward/app/store/open'
import { requestsOf } from '@dbward/app/store/requests'
import type { AgentRow } from '@dbward/app/store/rows'
import type { GitHubReader } from '@dbward/protocol/github'
import { sampleSigner } from '@dbward/protocol/samples'
import { review } from '@dbward/rules/review'
import { split } from '@dbward/rules/split'
import Database from 'better-sqlite3'
import { question, type Recorded } from './script.ts'

/** One server with its store in memory, an agent, and a GitHub that stands at one of its recorded moments. */
export type World = ReturnType<typeof createWorlds> extends () => infer W ? W : never

export const signer = sampleSigner('authz')
export const reviewer: Reviewer = memoized()
const log = createLog('silent')

/** What comes in the place of an answer, given that and what it was before the last step. */
export type Effect = (
  real: Promise<unknown> | undefined,
  before: Promise<unknown> | undefined,
) => Promise<unknown> | undefined

export function fail(status: number, headers: Readonly<Record<string, string>> = {}): Effect {
  return () =>
    Promise.reject(Object.assign(new Error(`GitHub answered ${status}`), { status, response: { headers } }))
}

/** Makes worlds of one recording. Each has a store of its own, copied from an empty one. */
export function createWorlds(recorded: Recorded) {
  const first = tempStore()
  const begin = Date.now()
  enrolAgent(first.store, new Date(begin), 'one')
  // A copy in memory has no side files, as the write-ahead log is.
  first.store.db.pragma('journal_mode = delete')
  const empty = first.store.db.serialize()
  first.drop()

  return () => {
    const store: Store = { db: new Database(empty), bell: new EventEmitter() }
    const { repo, pr, moments, told } = recorded
    let at = 0
    let ms = begin
    let failing = 0
    let effect: Effect = fail(502)
    let questions = 0
    let guid = 0
    let strange: Error | null = null
    let lied = false
    const now = () => new Date(ms)
    const agent = store.db.prepare('select * from agent').get() as { databases: string } & AgentRow
    const caller: AgentRow = { ...agent, databases: JSON.parse(agent.databases) }
    /** Whoever was lied to asks what nobody asks at this moment, mostly of commits, which stay what they were. */
    const answerAt = (moment: number, asked: string) =>
      moments
        .slice(0, moment + 1)
        .map((one) => one.answers.get(asked))
        .findLast((one) => one !== undefined)
    const answer = async (route: string, params: Parameters<GitHubReader['one']>[1]) => {
      const asked = question(route, params)
      questions += 1
      const real = answerAt(at, asked)
      const struck = failing > 0 && --failing === 0
      lied ||= struck
      const found = struck ? effect(real, answerAt(at - 1, asked)) : real
      if (found === undefined) {
        const error = new Error(`expected a question that was recorded, got ${asked}`)
        // A look that fails is put off, so that this would not be heard of otherwise.
        if (!lied) strange = error
        throw error
      }
      return await found
    }
    const github: GitHubReader = {
      one: answer,
      all: async (route, params) => {
        const found = await answer(route, params)
        if (!Array.isArray(found)) throw new Error(`expected a list, got something else for ${route}`)
        return found
      },
    }
    const looks = new Map<string, Date>()
    const sweeping = {
      store,
      now,
      looks,
      log,
      everySeconds: 60,
      github: {
        installations: async () => [{ id: 1, suspended_at: null }],
        installationRepositories: async () => [repo],
        openPulls: async () => moments[at]?.open ?? [],
        recentlyClosedPulls: async () => moments[at]?.closed ?? [],
      },
    }
    const looking = { store, now, log, reconcileGroups: async () => undefined }
    const lookDeps = { store, reviewer, signer, iss: 'dbward-1', now, reader: async () => github }
    const claims: ClaimDeps = claimDeps(store, now)
    const settling = settleDeps(store, now, surfacesOfEnd.bind(null, store))

    /** Looks at everything that is dirty, as the worker does. */
    async function work(): Promise<void> {
      for (;;) {
        const rows = takeDirty(store, now(), 10)
        if (rows.length === 0) return
        for (const row of rows) {
          const look = async () => {
            await reconcile(lookDeps, row)
            looks.set(`${row.repo_id}#${row.pr}`, now())
          }
          await lookAt(
            { ...looking, reconcile: look, sweepRepository: () => sweepRepository(sweeping, row) },
            row,
          )
        }
      }
    }

    return {
      store,
      work,
      /** GitHub moves on to where it is after so many steps, and never back. */
      moveTo(step: number) {
        at = Math.max(at, step)
      },
      /** The answer to the question after so many more is another one, or none. */
      failIn(after: number, how: Effect = fail(502)) {
        failing = after
        effect = how
      },
      /** How many questions GitHub was asked so far. */
      asked: () => questions,
      /** The state of the one request; null before there is any. */
      state: () => requestsOf(store, repo.id, pr)[0]?.state ?? null,
      pass(seconds: number) {
        ms += seconds * 1_000
      },
      deliver(step: number, id = String(++guid)) {
        const event = told[step - 1]
        if (event === undefined) throw new Error(`expected a step, got ${step}`)
        receive({ store, now, appId: recorded.appId }, { id, ...event })
      },
      /** An agent asks for work, and runs what it is given. True where there was some. */
      async run(): Promise<boolean> {
        const order = await claim(claims, caller, sampleQuestion())
        if (order?.kind !== 'execute') return false
        started({ store, now, leaseSeconds: 60 }, caller, order.attempt, order.attempt)
        await settle(settling, caller, await sampleReceiptFor(order, 'one'))
        return true
      },
      sweep: () => sweep(sweeping),
      end() {
        if (strange !== null) throw strange
        return endOf(store, repo.id, pr)
      },
      audited: () => [...exportAudit(store)].map((line) => String(JSON.parse(line).entry?.type)),
      close: () => store.db.close(),
    }
  }
}

/** All that must not depend on the way there: ids that are drawn, times and the number of looks left out. */
function endOf(store: Store, repoId: number, pr: number) {
  const requests = requestsOf(store, repoId, pr).map((one) => {
    const { version, created_at, updated_at, authorization, authz_sha256, ...rest } = one
    return rest
  })
  const changes = store.db.prepare('select state, head, base_sha, merge_sha from change').all()
  const head = requests[0]?.head ?? ''
  const surfaces = store.db
    .prepare<[], { key: string; hash: string; title: string | null }>(
      `select key, hash, payload ->> 'title' as title from surface order by key`,
    )
    .all()
    // The head before the push has its checks only where somebody looked in time.
    .filter(({ key }) => !key.startsWith('check:') || key.endsWith(head) || key.startsWith('check:execution'))
    .map(({ key, hash, title }) =>
      // An execution's page names an attempt and an entry of the audit log, which are drawn and counted anew.
      /^(?:check:execution|result)/.test(key) ? [key.replace(/^result:.*/, 'result'), title] : [key, hash],
    )
  const waiting = store.db.prepare('select count(*) as n from dirty').get()
  return { requests, changes, surfaces, waiting }
}

/** The real review, made once for each text: what varies here is the order of events and not the SQL. */
function memoized(): Reviewer {
  const made = new Map<string, ReturnType<Reviewer['review']>>()
  return {
    review(files, options) {
      const key = JSON.stringify([
        files.map((one) => [one.path, Buffer.from(one.bytes).toString('hex')]),
        options,
      ])
      const known = made.get(key)
      if (known !== undefined) return known
      const fresh = (async () => ({
        reviews: await review(files, options),
        splits: await Promise.all(files.map((one) => split(one.bytes, options.engine))),
      }))()
      made.set(key, fresh)
      return fresh
    },
    close: async () => undefined,
  }
}
