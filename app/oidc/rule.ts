import { type JobClaims, NotThisJob } from './id-token.ts'

/** The rule of an agent, as app/actions-rule.ts reads it out of the configuration. */
export type JobRule = {
  readonly repository: string
  readonly repository_id: string
  readonly repository_owner_id: string
  readonly refs: readonly string[]
  readonly events: readonly string[]
  readonly job_workflow_ref: string
  readonly job_workflow_sha: string | null
  readonly environment: string | null
  readonly runner_environment: string | null
}

/**
 * Whether this job is the one that the rule means; otherwise a `NotThisJob`. Every comparison is of whole texts. The
 * sentence says what the token says, which its bearer knows, and not what the configuration asks for.
 */
export function checkRule(claims: JobClaims, rule: JobRule): void {
  const same: readonly (readonly [keyof JobClaims & keyof JobRule, boolean])[] = [
    ['repository_id', claims.repository_id === rule.repository_id],
    ['repository_owner_id', claims.repository_owner_id === rule.repository_owner_id],
    ['repository', claims.repository === rule.repository],
    ['job_workflow_ref', claims.job_workflow_ref === rule.job_workflow_ref],
    ['job_workflow_sha', rule.job_workflow_sha === null || claims.job_workflow_sha === rule.job_workflow_sha],
    // A job in an environment that the rule does not name has passed other gates than the operator thought of.
    ['environment', claims.environment === rule.environment],
    [
      'runner_environment',
      rule.runner_environment === null || claims.runner_environment === rule.runner_environment,
    ],
  ]
  for (const [name, good] of same) if (!good) throw unlike(name, claims[name])
  if (!rule.refs.includes(claims.ref)) throw unlike('ref', claims.ref)
  if (!rule.events.includes(claims.event_name)) throw unlike('event_name', claims.event_name)
}

function unlike(name: keyof JobClaims, found: string | number | null): NotThisJob {
  const said = found === null ? 'the job has none' : `the job has ${JSON.stringify(found).slice(0, 300)}`
  return new NotThisJob(
    name,
    `${name}: expected what actions of this agent says in the server's configuration; ${said}`,
  )
}
