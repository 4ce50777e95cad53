import { signAuthorization } from '@dbward/protocol/authorization'
import type { Decision } from '@dbward/protocol/decide'
import { envelopeDigest } from '@dbward/protocol/dsse'
import type { Signer } from '@dbward/protocol/keys'
import type { RequestWrite } from '../store/rows.ts'

/**
 * The server's word that a merged change was allowed on one database and environment: permanent evidence, and the one
 * thing without which no token is made. It runs nothing.
 */
export async function authorize(
  deps: { readonly signer: Signer; readonly iss: string; readonly now: () => Date },
  row: RequestWrite,
  decision: Decision,
): Promise<RequestWrite> {
  if (row.merge_sha === null || decision.verdict !== 'allow') {
    throw new Error(`${row.id} is not merged and allowed; nothing is signed for it`)
  }
  const authorization = await signAuthorization(
    {
      iss: deps.iss,
      iat: Math.floor(deps.now().getTime() / 1_000),
      request: row.id,
      db: row.db,
      env: row.env,
      engine: row.engine,
      op: 'migrate',
      repo_id: row.repo_id,
      repo: row.repo,
      pr: row.pr,
      base_ref: row.base_ref,
      base_sha: row.base_sha,
      head_sha: row.head,
      merge_sha: row.merge_sha,
      plan_sha256: row.plan_sha256,
      policy_sha256: row.policy_sha256,
      approvals: decision.counted,
      decision: 'allow',
    },
    deps.signer,
  )
  return { ...row, authorization, authz_sha256: envelopeDigest(authorization) }
}
