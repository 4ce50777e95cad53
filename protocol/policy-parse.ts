import { isMap, type Node } from 'yaml'
import { plainPath } from './glob.ts'
import { type DatabasePolicy, engines, type Level, levels, type Policy, type ReviewScope } from './policy.ts'
import { readExecution } from './policy-execution.ts'
import { readRisk, refuseDisorder } from './policy-risk.ts'
import { readScope } from './policy-scope.ts'
import { refuseDoubles } from './policy-ties.ts'
import { readWorkflow } from './policy-workflow.ts'
import {
  type Fields,
  fields,
  items,
  openYaml,
  type PolicyProblem,
  type Reader,
  scalar,
  scalarOf,
  wrongItem,
} from './policy-yaml.ts'

export type { PolicyProblem } from './policy-yaml.ts'
export type ParsedPolicy =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] }

const name = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/

/**
 * Reads `.dbward.yml`. Everything that is not understood is a problem with its line and column, and a policy with a
 * problem decides nothing. `rules` are the ids whose severity a policy may set.
 */
export function parsePolicy(bytes: Uint8Array, rules: readonly string[]): ParsedPolicy {
  const opened = openYaml(bytes, rules, 'the policy')
  if (!opened.ok) return opened
  const { reader, root } = opened
  const policy = readPolicy(reader, root)
  return reader.problems.length > 0 ? { ok: false, problems: reader.problems } : { ok: true, policy }
}

function readPolicy(r: Reader, root: unknown): Policy {
  const top = fields(r, root, 'the policy', [
    'version',
    'databases',
    'review',
    'risk',
    'workflows',
    'execution',
  ])
  if (scalar(top.version) !== 1) r.wrong(top.version?.node ?? root, 'version must be 1')
  const databases = readDatabases(r, top.databases?.node ?? root)
  const scopes = (field: { node: Node } | undefined) => (field === undefined ? [] : items(r, field.node))
  const policy: Policy = {
    version: 1,
    databases,
    review: scopes(top.review).map((node) => readReview(r, node, databases)),
    risk: scopes(top.risk).map((node) => readRisk(r, node, databases)),
    workflows: scopes(top.workflows).map((node) => readWorkflow(r, node, databases)),
    execution: scopes(top.execution).map((node) => readExecution(r, node, databases)),
  }
  refuseDoubles(r, policy)
  refuseDisorder(r, policy)
  return policy
}

function readDatabases(r: Reader, node: unknown): readonly DatabasePolicy[] {
  if (!isMap(node) || node.items.length === 0) {
    r.wrong(node, 'databases must name at least one database')
    return []
  }
  return node.items.flatMap((pair): readonly DatabasePolicy[] => {
    const key = String(scalarOf(pair.key) ?? '')
    if (!name.test(key)) {
      r.wrong(pair.key, `a database name is letters, digits, ".", "_" and "-"; got "${key}"`)
    }
    if (isMap(pair.value)) return [readDatabase(r, key, pair.value, pair.key)]
    return wrongItem(
      r,
      pair.key,
      `database ${key} must be a mapping with engine, migrations and environments`,
    )
  })
}

function readDatabase(r: Reader, key: string, node: unknown, at: unknown): DatabasePolicy {
  const own = fields(r, node, `database ${key}`, ['engine', 'server_version', 'migrations', 'environments'])
  const given = scalar(own.engine)
  const engine = engines.find((one) => one === given)
  if (engine === undefined) {
    r.wrong(own.engine?.node ?? at, `engine of ${key} must be ${engines.join(', ')}; it is never guessed`)
  }
  const version = own.server_version === undefined ? null : scalar(own.server_version)
  if (version !== null && (typeof version !== 'string' || !/^\d{1,2}(\.\d{1,2})?$/.test(version))) {
    r.wrong(own.server_version?.node, `server_version of ${key} must be text such as "16"`)
  }
  const migrations = scalar(own.migrations)
  if (
    typeof migrations !== 'string' ||
    !plainPath(migrations.replace(/[*?]/g, 'x')) ||
    !migrations.endsWith('.sql')
  ) {
    r.wrong(own.migrations?.node ?? at, `migrations of ${key} must be a path such as db/migrate/*.sql`)
  }
  const environments = own.environments === undefined ? [] : items(r, own.environments.node)
  const names = environments.map((one) => String(scalarOf(one) ?? ''))
  if (names.length === 0)
    r.wrong(own.environments?.node ?? at, `environments of ${key} must name at least one`)
  environments.forEach((one, i) => {
    if (!name.test(names[i] ?? '')) r.wrong(one, `an environment name is letters, digits, ".", "_" and "-"`)
    else if (names.indexOf(names[i] ?? '') !== i) r.wrong(one, `environment ${names[i]} is listed twice`)
  })
  return {
    name: key,
    engine: engine ?? 'postgres',
    serverVersion: typeof version === 'string' ? version : null,
    migrations: typeof migrations === 'string' ? migrations : '',
    environments: names,
  }
}

function readReview(r: Reader, node: Node, databases: readonly DatabasePolicy[]): ReviewScope {
  const own = fields(r, node, 'a review scope', ['database', 'environment', 'rules', 'never_allow'])
  const neverAllow = own.never_allow === undefined ? [] : readRules(r, own.never_allow.node)
  const rules = own.rules === undefined && own.never_allow !== undefined ? {} : readLevels(r, own.rules, node)
  return { ...readScope(r, node, own, databases), rules, neverAllow }
}

function readLevels(
  r: Reader,
  field: Fields[string] | undefined,
  node: Node,
): Readonly<Record<string, Level>> {
  const found: Record<string, Level> = {}
  const map = field?.node
  if (!isMap(map)) {
    r.wrong(map ?? node, 'rules must map rule ids to block, warn, note or off')
    return found
  }
  for (const pair of map.items) {
    const id = readRule(r, pair.key)
    const level = levels.find((one) => one === scalarOf(pair.value))
    if (id === null) continue
    if (level === undefined) r.wrong(pair.value ?? pair.key, `${id} must be block, warn, note or "off"`)
    else found[id] = level
  }
  return found
}

function readRules(r: Reader, node: Node): readonly string[] {
  return items(r, node).flatMap((one) => readRule(r, one) ?? [])
}

function readRule(r: Reader, node: unknown): string | null {
  const id = String(scalarOf(node))
  if (r.rules.includes(id)) return id
  r.wrong(node, `unknown rule ${id}; known are ${r.rules.join(', ')}`)
  return null
}
