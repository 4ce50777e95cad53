import type { Decision } from '@dbward/protocol/decide'
import { details, fenced, type Markdown, md } from './markdown.ts'
import type { ChangeView, RequestView } from './model.ts'

/** So many files and people of one request. */
const most = 100

/**
 * How the answer of the gate came about, for a program to read. It is whole JSON or not there at all. Nothing in it
 * changes because time passed or the base branch moved on: when the snapshot was taken is under the summary.
 */
export function traceJson(view: ChangeView): Markdown {
  if (view.requests.length === 0 && view.policyDecision === null) return md``
  const trace = {
    v: 1,
    repo: view.repo,
    pr: view.pr,
    head: view.head,
    base_ref: view.base.ref,
    state: view.state,
    policy_sha256: view.policy.found === 'yes' ? view.policy.sha256 : null,
    requests: view.requests.map(requestJson),
    policy_decision: decisionJson(view.policyDecision),
  }
  return details('The same as JSON', fenced(ascii(JSON.stringify(trace, null, 1)), 'json'))
}

function requestJson({ database, environment, risk, schema, trace, ...request }: RequestView) {
  return {
    database,
    environment,
    state: request.state,
    plan_sha256: request.planSha256,
    files: request.files.slice(0, most),
    more_files: Math.max(0, request.files.length - most),
    policy:
      trace === null
        ? null
        : {
            engine: trace.engine,
            server_version: trace.serverVersion,
            workflows: trace.workflows,
            severities: trace.severities,
            more_severities: trace.moreSeverities,
            never_allow: trace.neverAllow,
          },
    review: trace?.review ?? null,
    risk: {
      level: risk.level,
      factors: risk.factors,
      more_factors: risk.moreFactors,
      limits:
        trace === null
          ? null
          : {
              large_rows: trace.limits.largeRows,
              very_large_rows: trace.limits.veryLargeRows,
              large_bytes: trace.limits.largeSize,
              very_large_bytes: trace.limits.veryLargeSize,
              cascade_depth: trace.limits.cascadeDepth,
              warnings: trace.limits.warnings,
              lines: trace.limitLines,
            },
      snapshot:
        schema === null ? null : { agent: schema.agent, old: schema.old, truncated: schema.truncated },
    },
    decision: decisionJson(request.decision),
  }
}

function decisionJson(decision: Decision | null) {
  if (decision === null) return null
  const { verdict, code, sentence, next, workflow, steps, counted, notCounted } = decision
  return {
    verdict,
    code,
    sentence,
    next,
    workflow,
    steps,
    counted: counted.slice(0, most),
    floor: decision.floor ?? null,
    not_counted: notCounted.slice(0, most),
    more_not_counted: Math.max(0, notCounted.length - most),
  }
}

/** JSON has an escape for every character, so that what a page does not show as it is comes through as it was. */
function ascii(json: string): string {
  return json.replace(/[^\x20-\x7e\n]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
