import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Works, works } from '../jobs/runner.ts'
import { seen } from '../stage/seen.ts'

let at: Works
beforeAll(async () => {
  at = await works()
}, 120_000)
afterAll(async () => at?.stop())

it('11: the workflow is changed in the same pull request, and runs from its branch', async () => {
  const { ann } = at.it.people
  const eye = seen(at.it)
  const { pr, head } = await eye.propose(ann, 'own-workflow', {
    '.github/workflows/migrate.yml': 'on: pull_request\njobs: {}\n',
    'db/migrate/1_own.sql': 'create table own_workflow (id bigint primary key);\n',
  })
  await eye.gate(pr, /^Waiting for 1 approval/)
  const file = `${at.it.repo.fullName}/.github/workflows/migrate.yml`
  const branch = 'refs/heads/own-workflow'
  for (const claims of [
    { ref: branch, event_name: 'push', job_workflow_ref: `${file}@${branch}` },
    {
      ref: `refs/pull/${pr}/merge`,
      event_name: 'pull_request',
      job_workflow_ref: `${file}@refs/pull/${pr}/merge`,
    },
    // As if only the workflow were another: what calls the branch's file from the protected branch.
    { job_workflow_ref: `${file}@${branch}` },
  ]) {
    const job = await at.runner(head, { claims: { ...claims, sha: head } })
    expect(await job.execute()).not.toBe(0)
    expect(job.lines.join('\n')).toMatch(/ACTIONS/)
  }
  await eye.quiet()
  await eye.nothingRan(pr)
})
