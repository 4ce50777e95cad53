import { pathToFileURL } from 'node:url'
import { parentPort } from 'node:worker_threads'
import type { decide as Decide } from '@dbward/protocol/decide'
import { rows as compact } from '../../protocol/decide-rows.ts'
import { outcomeOf as compactOutcome } from '../../protocol/decide-samples.ts'
import { outcomeOf } from '../../test/histories/outcome.ts'
import { policyOf, target } from '../../test/histories/policies.ts'
import { rows } from '../../test/histories/table.ts'
import { asFacts } from '../../test/histories/value.ts'

const histories = await Promise.all(
  rows.map(async ([policy, script, ...expected]) => {
    return { policy: policyOf(policy), expected: expected.join('\n'), ...(await asFacts(policy, script)) }
  }),
)

/** Says of each copy of protocol/ that it is told whether the histories are decided otherwise there. */
parentPort?.on('message', async (folder: string) => {
  const { decide } = (await import(pathToFileURL(`${folder}/decide.ts`).href)) as {
    readonly decide: typeof Decide
  }
  parentPort?.postMessage(differs(decide))
})

function differs(decide: typeof Decide): boolean {
  try {
    return (
      compact.some(([workflow, history, outcome]) => compactOutcome(decide, workflow, history) !== outcome) ||
      histories.some(
        ({ policy, facts, review, now, expected }) =>
          outcomeOf(decide(policy, facts, review, target, now)).join('\n') !== expected,
      )
    )
  } catch {
    return true
  }
}
