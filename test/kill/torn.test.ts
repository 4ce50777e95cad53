import { exportAudit } from '@dbward/app/store/audit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Stage } from '../stage/stage.ts'
import { merged, opened } from './change.ts'
import { counted, killStage } from './kill-stage.ts'
import { appliedOnce } from './once.ts'
import { read } from './standing.ts'

let on: Stage
const asked: string[] = []
beforeAll(async () => {
  on = await killStage({ github: { onExchange: ({ actor, path }) => asked.push(`${actor} ${path}`) } })
}, 120_000)
afterAll(async () => on?.stop())

it('a merge in the middle of a look is not taken for a change without approval or without files', async () => {
  const change = await opened(on, counted(1))
  on.github.faults.add({
    when: { path: /\/branches\/main$/, actor: 'dbward[bot]', times: 1 },
    effect: { latencyMs: 6_000 },
  })
  asked.length = 0
  await on.people.cat.approve(change.pr)
  const first = `dbward[bot] /repos/${on.repo.fullName}/pulls/${change.pr}`
  await on.until('the look to have begun', async () => asked.includes(first))
  const done = await merged(on, change)
  await appliedOnce(on, done)
  expect(moves(change.pr)).toEqual(['awaiting_approval', 'approved', 'queued'])
})

it('a lease outlives the reading of evidence that takes longer than it', async () => {
  const change = await opened(on, counted(2))
  on.github.faults.add({
    when: { path: /\/branches\/main$/, actor: 'dbward-agent[bot]', times: 1 },
    effect: { latencyMs: 5_000 },
  })
  const { attempts } = await appliedOnce(on, await merged(on, change))
  on.github.faults.clear()
  expect(attempts.map((one) => one.state)).toEqual(['applied'])
})

/** The states that looks at GitHub put the request into. */
function moves(pr: number): readonly string[] {
  const lines = read(on, (store) => [...exportAudit(store)])
  return lines.flatMap((line) => {
    const { entry } = JSON.parse(line) as {
      entry?: { type: string; outcome: string; subject: { pr?: number } }
    }
    return entry?.type === 'request.moved' && entry.subject.pr === pr ? [entry.outcome] : []
  })
}
