import type { Decision } from '@dbward/protocol/decide'

/** A decision as a row of the table says it. */
export function outcomeOf({ verdict, code, counted, notCounted }: Decision): readonly string[] {
  const sorted = (all: readonly string[]) => [...all].sort().join(', ')
  return [
    `${verdict} ${code}`,
    sorted(counted.map((one) => one.login)),
    sorted(notCounted.map((one) => `${one.login} ${one.reason}`)),
  ]
}

/** All of a decision but the ids, which are GitHub's own. */
export function wordsOf({ verdict, code, sentence, next, workflow, steps, counted, notCounted }: Decision) {
  return {
    ...{ verdict, code, sentence, next, workflow, steps },
    counted: counted.map(({ login, state }) => `${login} ${state}`),
    notCounted: notCounted.map(({ login, reason }) => `${login} ${reason}`),
  }
}
