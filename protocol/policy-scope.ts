import type { Node } from 'yaml'
import type { DatabasePolicy, Scope } from './policy.ts'
import { type Fields, type Reader, scalar } from './policy-yaml.ts'

/** The database and the environment that a mapping of a policy is for; each stands for all where it is left out. */
export function readScope(r: Reader, node: Node, own: Fields, databases: readonly DatabasePolicy[]): Scope {
  const database = own.database === undefined ? '*' : String(scalar(own.database))
  const environment = own.environment === undefined ? '*' : String(scalar(own.environment))
  if (database !== '*' && !databases.some((one) => one.name === database)) {
    r.wrong(own.database?.node, `database ${database} is not under databases`)
  }
  const known = databases
    .filter((one) => database === '*' || one.name === database)
    .flatMap((one) => one.environments)
  if (environment !== '*' && !known.includes(environment)) {
    r.wrong(own.environment?.node, `environment ${environment} is not one of ${known.join(', ')}`)
  }
  return { database, environment, line: r.line(node) }
}
