import { randomUUID } from 'node:crypto'
import { reconcileGroups } from '@dbward/app/flow/group'
import { publish } from '@dbward/app/flow/publish'
import { receive } from '@dbward/app/flow/receive'
import { reconcile } from '@dbward/app/flow/reconcile'
import { createReviewer } from '@dbward/app/flow/review'
import { sweep, sweepRepository } from '@dbward/app/flow/sweep'
import { lookAt } from '@dbward/app/flow/worker'
import { createGitHub, lostAccess } from '@dbward/app/github/client'
import { createProbot } from '@dbward/app/github/probot'
import { reader } from '@dbward/app/github/reader'
import { createLog } from '@dbward/app/log'
import { tempStore } from '@dbward/app/samples'
import { surfaceFailed, surfacePosted, takeDirty } from '@dbward/app/store/doorbell'
import { pendingSurfaces } from '@dbward/app/store/surfaces'
import { sampleSigner } from '@dbward/protocol/samples'
import { pino } from 'pino'
import type { Setting } from '../stage/setting.ts'

/**
 * The server's flow on an emulated GitHub, in this process and by hand: what a test does not deliver is lost, and
 * nothing is looked at before it says so. No database and no agent, so that it starts in no time.
 */
export function serverByHand(it: Setting) {
  const temp = tempStore()
  const { store } = temp
  const credentials = { apiUrl: it.github.url, appId: it.serverApp.id, privateKey: it.serverApp.privateKey }
  const github = createGitHub({ probot: createProbot(credentials, pino({ level: 'silent' })) })
  const reviewer = createReviewer()
  const looks = new Map<string, Date>()
  const failures: string[] = []
  let ahead = 0
  let delivered = 0
  const now = () => new Date(Date.now() + ahead)
  const readerOf = async (repository: string) => reader((await github.forRepository(repository)).octokit)
  const look = { store, reviewer, signer: sampleSigner('authz'), iss: 'dbward-1', now, reader: readerOf }
  const log = createLog('silent')
  let installed: ReadonlyMap<number, string> | null = null
  const found = (ids: ReadonlyMap<number, string>) => {
    installed = ids
  }
  const sweeping = { store, github, now, looks, log, found, everySeconds: 60 }
  const noting = <R extends readonly unknown[]>(ask: (...args: R) => Promise<void>) => {
    return async (...args: R) => {
      try {
        await ask(...args)
      } catch (error) {
        failures.push(String(error))
        // What was found out about an installation is as old as that is.
        if (lostAccess(error)) for (const name of installed?.values() ?? []) github.forget(name)
        throw error
      }
    }
  }

  return {
    store,
    github,
    failures,
    /** Hands over what GitHub told since the last time. */
    async deliver(): Promise<void> {
      await it.github.webhooks.flush()
      const told = it.github.webhooks.deliveries.filter((one) => one.app.id === it.serverApp.id)
      for (const { guid, event, payload } of told.slice(delivered)) {
        receive({ store, now, appId: it.serverApp.id }, { id: guid ?? randomUUID(), name: event, payload })
      }
      delivered = told.length
    },
    /** Lost on its way. */
    async lose(): Promise<void> {
      await it.github.webhooks.flush()
      delivered = it.github.webhooks.deliveries.filter((one) => one.app.id === it.serverApp.id).length
    },
    /** Looks at what is dirty, over and over until nothing may be looked at now, and posts. */
    async work(): Promise<void> {
      for (let rows = takeDirty(store, now(), 99); rows.length > 0; rows = takeDirty(store, now(), 99)) {
        for (const row of rows) {
          const deps = {
            store,
            now,
            log,
            reconcile: noting(async () => {
              const begun = now()
              await reconcile(look, row)
              looks.set(`${row.repo_id}#${row.pr}`, begun)
            }),
            sweepRepository: noting(() => sweepRepository(sweeping, row)),
            reconcileGroups: noting(() => reconcileGroups({ ...look, openPulls: github.openPulls }, row)),
          }
          await lookAt(deps, row)
        }
      }
      await publish({
        pending: (at) => pendingSurfaces(store, at).filter((one) => installed?.has(one.repo_id) !== false),
        posted: (key, hash, id) => surfacePosted(store, key, hash, id),
        failed: (key, notBefore, error) => {
          failures.push(error)
          surfaceFailed(store, key, notBefore, error)
        },
        github,
        appId: it.serverApp.id,
        webUrl: it.github.url,
        pauseMs: 0,
        now,
        sleep: async () => undefined,
      })
    },
    sweep: () => sweep(sweeping),
    pass(seconds: number) {
      ahead += seconds * 1_000
    },
    async close(): Promise<void> {
      await reviewer.close()
      temp.drop()
      await it.github.close()
    },
  }
}
