import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { globMatches } from '@dbward/protocol/glob'
import {
  type DatabasePolicy,
  neverAllowFor,
  type Policy,
  policyPath,
  severitiesFor,
} from '@dbward/protocol/policy'
import { parsePolicy } from '@dbward/protocol/policy-parse'
import { defaultSeverities, type Severity } from '@dbward/rules/catalog'
import { configurableRules } from '@dbward/rules/configurable'
import { printable, readBytes } from './files.ts'
import type { Place } from './repository.ts'
import { UsageError } from './world.ts'

/** The policy at the root of the repository; null where there is none. One with a problem decides nothing. */
export function readPolicy({ root }: Place): Policy | null {
  const path = join(root, policyPath)
  if (!existsSync(path)) return null
  const parsed = parsePolicy(readBytes(path), configurableRules)
  if (parsed.ok) return parsed.policy
  const problems = parsed.problems.map(
    ({ line, column, message }) => `${policyPath}:${line}:${column}: ${printable(message)}`,
  )
  throw new UsageError(
    `${problems.join('\ndbward: ')}\ndbward: expected a policy without problems; mend it, or review without it by --no-policy`,
  )
}

/** The database that a file belongs to, by its path from the root. */
export function databaseFor(policy: Policy, inside: string): DatabasePolicy | null {
  const found = policy.databases.filter((one) => globMatches(one.migrations, inside))
  if (found.length > 1) {
    const names = found.map((one) => one.name).join(' and ')
    throw new UsageError(
      `${printable(inside)}: expected a file of one database, and ${policyPath} gives it to ${names}; mend the policy`,
    )
  }
  return found[0] ?? null
}

const order: readonly Severity[] = ['off', 'note', 'warn', 'block']

/** The severities of a database. A pull request has to pass in each of its environments, so the strictest counts. */
export function strictestSeverities(
  policy: Policy,
  { name, environments }: DatabasePolicy,
): Readonly<Record<string, Severity>> {
  const defaults = defaultSeverities()
  const scopes = environments.map((environment) => ({
    ...defaults,
    ...severitiesFor(policy, name, environment),
  }))
  const rules = [...new Set(scopes.flatMap((one) => Object.keys(one)))]
  return Object.fromEntries(
    rules.map((rule) => {
      const levels = scopes.map((one) => order.indexOf(one[rule] ?? 'block'))
      return [rule, order[Math.max(...levels)] ?? 'block']
    }),
  )
}

/** The rules that no comment allows in one environment or another of a database. */
export function strictestNeverAllow(
  policy: Policy,
  { name, environments }: DatabasePolicy,
): readonly string[] {
  return [...new Set(environments.flatMap((environment) => neverAllowFor(policy, name, environment)))]
}
