import { subscribe } from 'node:diagnostics_channel'
import { executeMysql } from '@dbward/agent/mysql/execute'
import { parties, type SourceFile, workFor } from './kit.ts'

/** An agent's execution in a process of its own, which is killed where the parent says. */
export type Job = {
  readonly url: string
  readonly progressUrl: string
  readonly db: string
  readonly seed: string
  readonly engine: 'mysql' | 'mariadb'
  readonly fence: number
  readonly lockMs: number
  readonly files: readonly SourceFile[]
  /** SIGKILL itself when it passes this step for the nth time. */
  readonly kill: { readonly step: string; readonly nth: number } | null
}

const job = JSON.parse(process.argv[2] ?? '') as Job
let seen = 0
subscribe('dbward:step', (message) => {
  if ((message as { step: string }).step !== job.kill?.step) return
  seen += 1
  if (seen === job.kill.nth) process.kill(process.pid, 'SIGKILL')
})
const { fence, engine, db, lockMs } = job
const wants = { fence, engine, db, limits: { lock_ms: lockMs } }
const work = await workFor(await parties(job.seed), job.files, wants)
process.stdout.write(JSON.stringify(await executeMysql(job, work)))
