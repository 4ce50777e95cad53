import { open, ShapeError, text } from '@dbward/protocol/shape'
import type { JobFacts } from './execute-inputs.ts'
import { Halt } from './halt.ts'
import { type ActionWorld, exits } from './world.ts'

/**
 * Asks GitHub who this job is. The server verifies the answer; here it is only held against what the runner says, so
 * that a job which runs at one commit and names another stops before it begins.
 */
export async function proveIdentity(world: ActionWorld, audience: string, job: JobFacts): Promise<string> {
  let token: string
  try {
    token = await world.idToken(audience)
  } catch (cause) {
    const message = 'GitHub does not say who this job is: give the job the permission id-token: write'
    throw new Halt(exits.cannotVerify, message, { cause })
  }
  world.mask(token)
  const said = readClaims(token)
  const same = [
    ['aud', audience],
    ['repository', job.repository],
    ['repository_id', String(job.repositoryId)],
    ['sha', job.sha],
    ['run_id', job.runId],
    ['run_attempt', job.runAttempt],
  ] as const
  for (const [name, expected] of same) {
    if (said[name] !== expected) {
      const message = `GitHub says ${name} ${said[name]} of this job, and the runner ${expected}; the environment of the step was changed`
      throw new Halt(exits.cannotVerify, message)
    }
  }
  return token
}

const claims = open({
  aud: text,
  repository: text,
  repository_id: text,
  sha: text,
  run_id: text,
  run_attempt: text,
})

function readClaims(token: string) {
  try {
    return claims(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')), 'token')
  } catch (cause) {
    const why = cause instanceof ShapeError ? cause.message : 'no token of the usual form'
    throw new Halt(exits.cannotVerify, `GitHub's answer about this job cannot be read: ${why}`, { cause })
  }
}
