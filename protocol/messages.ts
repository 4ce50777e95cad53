import { parseAgentId } from './ids.ts'
import { parsePlan } from './plan.ts'
import {
  closed,
  flag,
  gitId,
  integer,
  list,
  matching,
  nullable,
  oneOf,
  open,
  type Parsed,
  sha256Hex,
  text,
} from './shape.ts'

/**
 * What an agent and the server say to each other, over HTTPS, always asked by the agent (paths in docs/protocol.md).
 * The server answers with statements that it signed and with nothing else that the agent acts on.
 */
const envelope = open({
  payloadType: text,
  payload: text,
  signatures: list(open({ keyid: text, sig: text }), 8),
})
const nonce = matching(/^[A-Za-z0-9_-]{43}$/, '32 bytes in base64url')
const jti = matching(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'a token id')
const code = matching(/^[A-Z][A-Z_]{2,40}$/, 'a code')

/** POST /agent/v1/claim. `audit_seq` is the last entry of the server's audit log that this agent has seen; 0 for none. */
export const claimQuestion = closed({
  nonce,
  claim: matching(/^[0-9a-f-]{36}$/, 'a UUID'),
  audit_seq: integer,
})
export type ClaimQuestion = Parsed<typeof claimQuestion>

/** The entry digests after `from`, in order; with the hash at `from` they lead to the hash at `seq`. */
export const auditTail = closed({ from: integer, seq: integer, hash: sha256Hex, digests: list(sha256Hex) })
export type AuditTail = Parsed<typeof auditTail>

/** Work to do: run what the token says. */
export const executeOrder = closed({
  kind: oneOf('execute'),
  attempt: text,
  lease_seconds: integer,
  token: envelope,
  authorization: envelope,
  audit: auditTail,
})
export type ExecuteOrder = Parsed<typeof executeOrder>

/**
 * Somebody went silent: say what the ledger of this database knows of this plan. Nothing is run. The rest is what the
 * receipt must name, as it stood in the token of the attempt (`iss`, `att`, `fence`, `audit`, ...).
 */
export const probeOrder = closed({
  kind: oneOf('probe'),
  attempt: text,
  request: text,
  iss: text,
  att: integer,
  jti,
  token_sha256: sha256Hex,
  repo_id: integer,
  repo: text,
  merge_sha: gitId,
  db: text,
  env: text,
  fence: integer,
  plan: parsePlan,
  audit: closed({ seq: integer, hash: sha256Hex }),
})
export type ProbeOrder = Parsed<typeof probeOrder>

/** POST /agent/v1/attempts/{attempt}/started, before the first statement. */
export const startedReport = closed({ jti })
/** POST /agent/v1/attempts/{attempt}/heartbeat */
export const heartbeat = closed({ jti })
/** The answer to both: go on, or stop because the attempt is not (or no longer) this agent's. */
export const standing = closed({ proceed: flag, why: nullable(text) })
export type AttemptStanding = Parsed<typeof standing>

/** POST /agent/v1/attempts/{attempt}/refused: nothing was run, and why. */
export const refusedReport = closed({ jti, code, message: text })
export type RefusedReport = Parsed<typeof refusedReport>

/** POST /agent/v1/receipts: a signed `receipt.v1`, after an execution or a probe. */
export const receiptReport = closed({ receipt: envelope })
/** Accepted once; the same receipt again is accepted again. */
export const receiptAnswer = closed({ accepted: flag, state: text })

/** POST /agent/v1/probed: what the ledger knows, where it knows too little for a receipt. */
export const probedReport = closed({ attempt: text, jti, found: oneOf('not_applied', 'running', 'unclear') })
export type ProbedReport = Parsed<typeof probedReport>

/** POST /agent/v1/schema: a signed `schema.v1` of one of the agent's databases. */
export const schemaReport = closed({ schema: envelope })

/** POST /actions/v1/session: what GitHub signed about this job, and the agent that it is to be. */
export const sessionQuestion = closed({
  id_token: matching(
    /^[A-Za-z0-9_-]{1,15000}\.[A-Za-z0-9_-]{1,15000}\.[A-Za-z0-9_-]{1,2000}$/,
    'a signed token',
  ),
  agent: parseAgentId,
})
export type SessionQuestion = Parsed<typeof sessionQuestion>
/** `session` is what the job shows at `/agent/v1/`, in place of an agent's token. */
export const sessionAnswer = closed({
  session: matching(/^dbs_[0-9A-HJKMNP-TV-Z]{26}_[A-Za-z0-9_-]{43}$/, 'a session'),
  expires_at: text,
})
export type SessionAnswer = Parsed<typeof sessionAnswer>

/** POST /agent/v1/queue, for a job: how the merge that it is for stands on one database and environment. */
export const queueQuestion = closed({ db: text, env: text })
export type QueueQuestion = Parsed<typeof queueQuestion>
/**
 * `seen`: whether the server knows of a pull request with this merge; `undecided`: why it could not be judged at all.
 * `place` is 1 for the one whose turn it is.
 */
export const queueAnswer = closed({
  seen: flag,
  undecided: nullable(text),
  requests: list(
    closed({
      request: text,
      pr: integer,
      state: text,
      code: nullable(text),
      place: nullable(integer),
      why: text,
      who: nullable(text),
      /** The run of GitHub Actions that has it now. */
      run: nullable(text),
    }),
    100,
  ),
})
export type QueueAnswer = Parsed<typeof queueAnswer>

/** Every answer that is not a success. */
export const problem = open({ code: text, message: text })
export type Problem = Parsed<typeof problem>
