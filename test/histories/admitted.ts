import type { DatabaseTarget } from '@dbward/agent/config'
import { gatherEvidence } from '@dbward/agent/evidence'
import type { Authorization } from '@dbward/protocol/authorization'
import type { CountedApproval, Decision } from '@dbward/protocol/decide'
import type { Envelope } from '@dbward/protocol/dsse'
import { Refusal } from '@dbward/protocol/errors'
import type { GitHubReader } from '@dbward/protocol/github'
import { sampleSigner } from '@dbward/protocol/samples'
import type { ExecClaims } from '@dbward/protocol/token'
import { hostileOrder } from '../stage/hostile.ts'
import { target } from './policies.ts'

/**
 * What an agent says where a server, rightly or not, signed a merged pull request for it: its decision, or the code that it
 * refuses with.
 */
export async function admitted(
  github: GitHubReader,
  repo: { readonly id: number; readonly fullName: string },
  change: { readonly pr: number; readonly base: string; readonly now: number },
  approvals: readonly CountedApproval[],
): Promise<Decision | string> {
  const keys = { exec: sampleSigner('exec'), authz: sampleSigner('authz') }
  const order = await hostileOrder(
    github,
    keys,
    { repo: repo.fullName, number: change.pr, nonce: 'A'.repeat(43) },
    { approvals },
  )
  const configured: DatabaseTarget = {
    repository: repo.fullName,
    repository_id: repo.id,
    branches: [change.base],
    database: target.database,
    environment: target.environment,
    engine: 'postgres',
    url_env: 'SHOP_DATABASE_URL',
    progress_url_env: null,
    min_approvals: 0,
    policies: null,
    require_protection: false,
    allow_weak_tripwire: null,
  }
  const [claims, authorization] = [payload(order.token), payload(order.authorization)]
  try {
    const found = await gatherEvidence(
      github,
      claims as ExecClaims,
      authorization as Authorization,
      configured,
      change.now,
    )
    return found.decision
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

function payload(envelope: Envelope): unknown {
  return JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8'))
}
