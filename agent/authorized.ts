import type { Authorization } from '@dbward/protocol/authorization'
import { Refusal } from '@dbward/protocol/errors'
import type { ExecClaims } from '@dbward/protocol/token'

/** The authorization is the server's word at the merge; the token must be for the same thing, to the hash. */
export function checkAuthorization(claims: ExecClaims, authorization: Authorization): void {
  const same = [
    ['request', claims.sub, authorization.request],
    ['db', claims.db, authorization.db],
    ['env', claims.env, authorization.env],
    ['engine', claims.engine, authorization.engine],
    ['op', claims.op, authorization.op],
    ['repo_id', claims.repo_id, authorization.repo_id],
    ['pr', claims.pr, authorization.pr],
    ['base_ref', claims.base_ref, authorization.base_ref],
    ['head_sha', claims.head_sha, authorization.head_sha],
    ['merge_sha', claims.merge_sha, authorization.merge_sha],
    ['plan_sha256', claims.plan_sha256, authorization.plan_sha256],
    ['policy_sha256', claims.policy_sha256, authorization.policy_sha256],
    ['approvals_sha256', claims.approvals_sha256, authorization.approvals_sha256],
  ] as const
  const off = same.find(([, token, signed]) => token !== signed)
  if (off === undefined) return
  throw new Refusal(
    'AUTHORIZATION_INVALID',
    `expected ${off[0]} ${off[2]} as authorized, got ${off[1]} in the token`,
  )
}
