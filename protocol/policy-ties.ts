import { globMatches } from './glob.ts'
import { type Policy, type Scope, scopeScore, workflowScore } from './policy.ts'
import type { Reader } from './policy-yaml.ts'

/** Two scopes of the same weight that can meet on one database and environment would make the answer a guess. */
export function refuseDoubles(r: Reader, policy: Policy): void {
  const tie = (kind: string, scopes: readonly Scope[], score: (one: never) => number) => {
    scopes.forEach((one, i) => {
      const other = scopes
        .slice(0, i)
        .find((before) => score(before as never) === score(one as never) && meet(before, one))
      if (other !== undefined) {
        const message = `this ${kind} and the one on line ${other.line} weigh the same for the same database and environment`
        r.problems.push({ line: one.line, column: 1, message })
      }
    })
  }
  tie('workflow', policy.workflows, workflowScore)
  tie('review scope', policy.review, scopeScore)
  tie('risk scope', policy.risk, scopeScore)
  tie('execution scope', policy.execution, scopeScore)
  policy.databases.forEach((one, i) => {
    for (const before of policy.databases.slice(0, i)) {
      if (before.migrations === one.migrations || overlap(before.migrations, one.migrations)) {
        const message = `databases ${before.name} and ${one.name} share migration files (${before.migrations}, ${one.migrations})`
        r.problems.push({ line: 1, column: 1, message })
      }
    }
  })
}

function meet(a: Scope, b: Scope): boolean {
  const same = (x: string, y: string) => x === '*' || y === '*' || x === y
  return same(a.database, b.database) && same(a.environment, b.environment)
}

/** A cheap sufficient test: one pattern, with its wildcards filled in, matches the other. */
function overlap(a: string, b: string): boolean {
  const sample = (glob: string) => glob.replaceAll('**/', '').replaceAll('*', '1').replaceAll('?', '1')
  return globMatches(a, sample(b)) || globMatches(b, sample(a))
}
