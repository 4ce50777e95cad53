import { judge } from '@dbward/app/flow/judge'
import { type Decision, decide } from '@dbward/protocol/decide'
import { compareMigrations } from '@dbward/protocol/plan'
import { reviewFor, riskLimitsFor } from '@dbward/protocol/policy'
import { readChange, type Snapshot } from '@dbward/protocol/snapshot'
import { configurableRules } from '@dbward/rules/configurable'
import { review } from '@dbward/rules/review'
import { standing } from '@dbward/rules/standing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { admitted } from './admitted.ts'
import { cover } from './cover.ts'
import { outcomeOf, wordsOf } from './outcome.ts'
import { policyOf, target } from './policies.ts'
import { historyStage } from './stage.ts'
import { rows } from './table.ts'
import { asFacts } from './value.ts'

/** All of them take minutes: `npm run bar:histories`. */
const played = process.env.DBWARD_HISTORIES === 'all' ? rows : cover(rows)
let stage: Awaited<ReturnType<typeof historyStage>>
beforeAll(async () => {
  stage = await historyStage(played)
})
afterAll(async () => stage?.close())

describe('read from GitHub by the server, by an agent, and as facts alone', () => {
  it.each(played.map((row, index) => [...row, row, index] as const))(
    '%s, %s: %s, counted: %s, not: %s',
    async (policy, script, outcome, counted, notCounted, row, index) => {
      const { pr, now, over } = await stage.act(row, index)
      const [byServer, byAgent] = await Promise.all([serverSays(pr, now), agentSays(pr, now)])
      const known = await asFacts(policy, script, 100 + index)
      if (known.facts.state === 'merged') {
        const { ref: base } = known.facts.base
        const told = await admitted(
          await stage.agentReader(),
          stage.repo,
          { pr, base, now },
          byServer.counted,
        )
        expect(told).toEqual(
          byServer.verdict === 'allow' ? byServer : (refusals[byServer.code] ?? 'NOT_APPROVED'),
        )
      }
      over()
      expect(outcomeOf(byServer)).toEqual([outcome, counted, notCounted])
      expect(byAgent).toEqual(byServer)
      const byFacts = decide(policyOf(policy), known.facts, known.review, target, known.now)
      expect(wordsOf(byServer)).toEqual(wordsOf(byFacts))
    },
  )
})

it('are at least 30, with everything in them that any row has', () => {
  expect(played.length).toBeGreaterThanOrEqual(30)
})

const refusals: Partial<Record<Decision['code'], string>> = {
  HELD: 'ON_HOLD',
  CANCELLED: 'CANCELLED_BY_REVIEW',
  SKIPPED: 'SKIPPED_BY_REVIEW',
  FINDINGS_BLOCK: 'REVIEW_BLOCKED',
}

async function serverSays(pr: number, now: number): Promise<Decision> {
  const snapshot = await readChange(await stage.serverReader(), stage.repo.fullName, pr, configurableRules)
  const policy = found(snapshot)
  const judged = await judge(snapshot, policy, stage.reviewer, () => false, now)
  const request = judged.requests.find((one) => one.environment === target.environment)
  const decision = request?.decision ?? judged.policyDecision
  if (decision === null) throw new Error('the server decided nothing')
  return decision
}

/** As `checkDecision` of agent/evidence.ts, which ends with the first answer that is no. */
async function agentSays(pr: number, now: number): Promise<Decision> {
  const snapshot = await readChange(await stage.agentReader(), stage.repo.fullName, pr, configurableRules)
  const policy = found(snapshot)
  const files = snapshot.files.flatMap(({ path, bytes, database }) =>
    database === target.database && bytes !== null ? [{ path, bytes }] : [],
  )
  const options = { engine: 'postgres', ...reviewFor(policy, target.database, target.environment) } as const
  const limits = riskLimitsFor(policy, target.database, target.environment)
  const verdict = {
    made: true,
    ...standing(await review(files, options), limits, compareMigrations),
  } as const
  return decide(policy, snapshot.facts, verdict, target, now)
}

function found({ policy }: Snapshot) {
  if (policy.found !== 'yes') throw new Error(`expected a policy, found: ${policy.found}`)
  return policy.policy
}
