import { repoName } from '@dbward/protocol/ids'
import { closed, list, matching, nullable, oneOf, type Parser, ShapeError } from '@dbward/protocol/shape'

/** Ids come as numbers or as text out of YAML, and are compared as text: that is how GitHub writes them. */
const numericId: Parser<string> = (value, at) => {
  const found = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  if (typeof found !== 'string' || !/^[1-9]\d{0,19}$/.test(found))
    throw new ShapeError(at, 'a numeric id', value)
  return found
}

const branchRef = matching(
  /^refs\/heads\/[^\s*?[\]~^:\\]{1,240}$/,
  'the whole ref of one branch, refs/heads/NAME',
)
const workflowRef = matching(
  /^[\w.-]+\/[\w.-]+\/\.github\/workflows\/[\w.-]+\.ya?ml@(?:refs\/(?:heads|tags)\/[^\s*?[\]~^:\\]{1,200}|[0-9a-f]{40})$/,
  'OWNER/REPO/.github/workflows/FILE.yml@refs/heads/BRANCH',
)

const some =
  <T>(inner: Parser<readonly T[]>): Parser<readonly T[]> =>
  (value, at) => {
    const found = inner(value, at)
    if (found.length === 0) throw new ShapeError(at, 'at least one', 'none')
    return found
  }

/**
 * What GitHub must say of a job for it to be an agent: every member is compared exactly, no pattern and no prefix. `sub`
 * is not among them: repositories choose its form, and two of them can bring forth the same one.
 */
export const actionsRule = closed({
  repository: repoName,
  repository_id: numericId,
  repository_owner_id: numericId,
  refs: some(list(branchRef, 20)),
  events: some(list(oneOf('push', 'workflow_dispatch'), 2)),
  job_workflow_ref: workflowRef,
  job_workflow_sha: nullable(matching(/^[0-9a-f]{40}$/, '40 hex digits')),
  environment: nullable(matching(/^[^\p{Cc}]{1,255}$/u, 'the name of an environment')),
  runner_environment: nullable(oneOf('github-hosted', 'self-hosted')),
})
