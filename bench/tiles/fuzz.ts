import { loadParser } from '@dbward/rules/postgres'
import fc from 'fast-check'
import { examine } from './examine.ts'
import { type Input, inputs } from './inputs.ts'

/** What became of the inputs, by engine and by how they were made. */
export type Tally = Record<string, { cases: number; accepted: number; statements: number; parsed: number }>

export type Fuzzed =
  | { readonly tally: Tally }
  | { readonly tally: Tally; readonly failed: string; readonly bytes: Uint8Array }

/** Examines so many inputs, each as PostgreSQL and as MySQL; ends at the first that fails, made as small as it can be. */
export async function fuzz(
  cases: number,
  seed: number,
  note: (done: number) => void = () => undefined,
): Promise<Fuzzed> {
  await loadParser()
  const tally: Tally = {}
  let done = 0
  const property = fc.property(inputs(), (input) => {
    for (const engine of ['postgres', 'mysql'] as const) {
      const { split, parsed } = examine(input.bytes, engine)
      count(tally, `${engine}, ${input.made}`, split.problems.length === 0, split.stmts.length, parsed)
    }
    if (++done % 10_000 === 0) note(done)
  })
  const details = fc.check(property, { numRuns: cases, seed })
  if (!details.failed) return { tally }
  const [input] = details.counterexample as [Input]
  return { tally, failed: String(details.errorInstance), bytes: input.bytes }
}

function count(tally: Tally, name: string, accepted: boolean, statements: number, parsed: boolean): void {
  tally[name] ??= { cases: 0, accepted: 0, statements: 0, parsed: 0 }
  tally[name].cases++
  if (accepted) tally[name].accepted++
  if (accepted) tally[name].statements += statements
  if (parsed) tally[name].parsed++
}
