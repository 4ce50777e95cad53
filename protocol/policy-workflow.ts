import { isMap, type Node } from 'yaml'
import {
  type Approver,
  type AutoApprove,
  autoApproveRisks,
  type DatabasePolicy,
  type Operation,
  type Step,
  type Workflow,
} from './policy.ts'
import { readScope } from './policy-scope.ts'
import {
  type Fields,
  fields,
  items,
  type Reader,
  readDuration,
  scalar,
  scalarOf,
  wrongItem,
} from './policy-yaml.ts'

/** One workflow of the list: who approves what. */
export function readWorkflow(r: Reader, node: Node, databases: readonly DatabasePolicy[]): Workflow {
  const keys = ['database', 'environment', 'operations', 'steps', 'allow_self_approve', 'distinct_approvers']
  const own = fields(r, node, 'a workflow', [...keys, 'require_reason', 'approval_ttl', 'auto_approve'])
  const operations = own.operations === undefined ? null : items(r, own.operations.node)
  operations?.forEach((one) => {
    if (scalarOf(one) !== 'migrate') r.wrong(one, 'an operation must be migrate')
  })
  const steps = own.steps === undefined ? [] : items(r, own.steps.node).map((one) => readStep(r, one))
  if (own.auto_approve !== undefined && steps.length === 0) {
    r.wrong(own.auto_approve.key, 'auto_approve needs steps; without them merging approves')
  }
  return {
    ...readScope(r, node, own, databases),
    operations: operations === null ? null : operations.map((): Operation => 'migrate'),
    steps,
    allowSelfApprove: readFlag(r, own.allow_self_approve, 'allow_self_approve', false),
    distinctApprovers: readFlag(r, own.distinct_approvers, 'distinct_approvers', true),
    requireReason: readFlag(r, own.require_reason, 'require_reason', false),
    approvalTtl:
      own.approval_ttl === undefined ? null : readDuration(r, own.approval_ttl.node, 'approval_ttl'),
    autoApprove: own.auto_approve === undefined ? null : readAutoApprove(r, own.auto_approve.node),
  }
}

function readAutoApprove(r: Reader, node: Node): AutoApprove | null {
  if (scalarOf(node) === 'always') return 'always'
  if (!isMap(node)) {
    r.wrong(node, 'auto_approve is always, or { risk: low }')
    return null
  }
  const { risk } = fields(r, node, 'an automatic approval', ['risk'])
  const found = autoApproveRisks.find((one) => one === scalar(risk))
  if (found !== undefined) return found
  r.wrong(risk?.node ?? node, `risk of auto_approve must be ${autoApproveRisks.join(' or ')}`)
  return null
}

function readStep(r: Reader, node: Node): Step {
  const own = fields(r, node, 'a step', ['mode', 'approvers'])
  const mode = own.mode === undefined ? 'all' : scalar(own.mode)
  if (mode !== 'all' && mode !== 'any') r.wrong(own.mode?.node, 'mode must be all or any')
  const entries = own.approvers === undefined ? [] : items(r, own.approvers.node)
  if (entries.length === 0) r.wrong(own.approvers?.node ?? node, 'a step needs at least one approver')
  return {
    mode: mode === 'any' ? 'any' : 'all',
    approvers: entries.flatMap((one) => readApprover(r, one)),
    line: r.line(node),
  }
}

function readApprover(r: Reader, node: Node): readonly Approver[] {
  const own = fields(r, node, 'an approver', ['team', 'user', 'role', 'codeowners', 'min'])
  const kinds = (['team', 'user', 'role', 'codeowners'] as const).filter((kind) => own[kind] !== undefined)
  const kind = kinds[0]
  if (kind === undefined || kinds.length > 1)
    return wrongItem(r, node, 'an approver is one of team, user, role or codeowners')
  const value = String(scalar(own[kind]) ?? '')
  const shapes = {
    team: /^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/,
    user: /^[A-Za-z0-9-]{1,39}$/,
    role: /^(write|maintain|admin)$/,
    codeowners: /^true$/,
  }
  const examples = { team: 'acme/dba', user: 'octocat', role: 'write, maintain or admin', codeowners: 'true' }
  if (!shapes[kind].test(value)) r.wrong(own[kind]?.node, `a ${kind} is written like ${examples[kind]}`)
  const min = own.min === undefined ? 1 : scalar(own.min)
  if (typeof min !== 'number' || !Number.isSafeInteger(min) || min < 1 || min > 20) {
    r.wrong(own.min?.node, 'min must be a whole number from 1 to 20')
  }
  if (kind === 'user' && min !== 1) r.wrong(own.min?.node, 'min of a user can only be 1')
  return [
    { kind, name: kind === 'codeowners' ? '' : value.toLowerCase(), min: typeof min === 'number' ? min : 1 },
  ]
}

function readFlag(r: Reader, field: Fields[string] | undefined, key: string, otherwise: boolean): boolean {
  if (field === undefined) return otherwise
  const value = scalar(field)
  if (typeof value !== 'boolean') r.wrong(field.node, `${key} must be true or false`)
  return value === true
}
