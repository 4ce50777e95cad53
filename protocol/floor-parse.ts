import type { Node } from 'yaml'
import type { Floor, FloorScope } from './floor.ts'
import { sha256 } from './plan.ts'
import {
  type Fields,
  fields,
  items,
  openYaml,
  type PolicyProblem,
  type Reader,
  scalar,
  scalarOf,
} from './policy-yaml.ts'

export type ParsedFloor =
  | { readonly ok: true; readonly floor: Floor }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] }

/** Reads `dbward-floor.yml` as strictly as a policy: what is not understood is a problem with its line and column. */
export function parseFloor(bytes: Uint8Array, rules: readonly string[]): ParsedFloor {
  const opened = openYaml(bytes, rules, 'the floor')
  if (!opened.ok) return opened
  const { reader: r, root } = opened
  const top = fields(r, root, 'the floor', ['version', 'floors'])
  if (scalar(top.version) !== 1) r.wrong(top.version?.node ?? root, 'version must be 1')
  const listed = top.floors === undefined ? [] : items(r, top.floors.node)
  if (listed.length === 0) r.wrong(top.floors?.node ?? root, 'floors must have at least one')
  const scopes = listed.map((one) => readFloor(r, one))
  if (r.problems.length > 0) return { ok: false, problems: r.problems }
  return { ok: true, floor: { sha256: sha256(bytes), scopes } }
}

function readFloor(r: Reader, node: Node): FloorScope {
  const own = fields(r, node, 'a floor', [
    'database',
    'environment',
    'min_approvals',
    'allow_self_approve',
    'auto_approve',
    'require_reason',
    'block',
    'never_allow',
  ])
  return {
    database: readPattern(r, own.database, 'database'),
    environment: readPattern(r, own.environment, 'environment'),
    minApprovals: readCount(r, own.min_approvals),
    noSelfApprove: readOnly(r, own.allow_self_approve, 'allow_self_approve', false),
    noAutoApprove: readOnly(r, own.auto_approve, 'auto_approve', false),
    requireReason: readOnly(r, own.require_reason, 'require_reason', true),
    block: readRules(r, own.block),
    neverAllow: readRules(r, own.never_allow),
  }
}

function readPattern(r: Reader, field: Fields[string] | undefined, key: string): string {
  const value = field === undefined ? '*' : scalar(field)
  if (typeof value === 'string' && /^[A-Za-z0-9._*?-]{1,63}$/.test(value)) return value
  r.wrong(field?.node, `${key} is a name or a pattern such as prod*`)
  return '*'
}

function readCount(r: Reader, field: Fields[string] | undefined): number {
  const value = field === undefined ? 0 : scalar(field)
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= 20) return value
  r.wrong(field?.node, 'min_approvals must be a whole number from 0 to 20')
  return 0
}

/** A floor only raises: the value that would lower something is a mistake. */
function readOnly(r: Reader, field: Fields[string] | undefined, key: string, only: boolean): boolean {
  if (field === undefined) return false
  if (scalar(field) !== only) r.wrong(field.node, `${key} of a floor can only be ${only}`)
  return true
}

function readRules(r: Reader, field: Fields[string] | undefined): readonly string[] {
  if (field === undefined) return []
  return items(r, field.node).flatMap((one) => {
    const id = String(scalarOf(one))
    if (r.rules.includes(id)) return [id]
    r.wrong(one, `unknown rule ${id}; known are ${r.rules.join(', ')}`)
    return []
  })
}
