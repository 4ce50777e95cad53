import { type Envelope, envelopeDigest } from '@dbward/protocol/dsse'
import { Refusal } from '@dbward/protocol/errors'
import { newJti, type Random } from '@dbward/protocol/ids'
import type { Signer } from '@dbward/protocol/keys'
import type { ClaimQuestion, ExecuteOrder, ProbeOrder } from '@dbward/protocol/messages'
import { signToken } from '@dbward/protocol/token'
import type { Log } from '../log.ts'
import { attemptOfClaim, fenceOf } from '../store/attempts.ts'
import { auditHead } from '../store/audit.ts'
import { Conflict, commit } from '../store/commit.ts'
import type { Store } from '../store/open.ts'
import { request as readRequest } from '../store/requests.ts'
import type { AttemptRow, Caller, RequestRow } from '../store/rows.ts'
import { claimsFor, executeOrder, type Place, probeOrder, tokenHead } from './order.ts'
import { changeOf, entry, expireLeases, moved, type Target, targetsOf, toProbe, turns } from './queue.ts'
import { isFor, runOf } from './session.ts'
import { passed } from './step.ts'

export type ClaimDeps = {
  readonly store: Store
  readonly now: () => Date
  readonly random: Random
  /** This server's id, as tokens name it. */
  readonly iss: string
  /** The key for tokens. */
  readonly signer: Signer
  readonly leaseSeconds: number
  readonly log: Log
}

/**
 * Gives an agent what there is to do on its databases: first a question about an attempt that nobody has heard of, then
 * the request whose turn it is, with a token that is signed just now. The same claim again gets the same answer.
 */
export async function claim(
  deps: ClaimDeps,
  agent: Caller,
  question: ClaimQuestion,
): Promise<ExecuteOrder | ProbeOrder | null> {
  const known = attemptOfClaim(deps.store, question.claim)
  if (known !== null) return again(deps, agent, question, known)
  checkAudit(deps.store, question)
  expireLeases(deps.store, deps.now())
  const targets = targetsOf(agent.databases)
  for (let tries = 0; tries < 5; tries++) {
    try {
      return takeProbe(deps, agent, question, targets) ?? (await takeTurn(deps, agent, question, targets))
    } catch (error) {
      if (!(error instanceof Conflict)) throw error
    }
  }
  return null
}

/** The answer to a claim that was answered before, as long as it still stands. */
function again(
  { store, leaseSeconds }: ClaimDeps,
  agent: Caller,
  question: ClaimQuestion,
  attempt: AttemptRow,
): ExecuteOrder | ProbeOrder | null {
  const request = readRequest(store, attempt.request_id)
  if (request === null || request.attempts !== attempt.n) return null
  if (attempt.probe_claim === question.claim) {
    const asked = attempt.probe_agent === agent.id && attempt.probe_run === runOf(agent)
    const mine = asked && attempt.state === 'unknown'
    return mine ? probeOrder(request, attempt) : null
  }
  if (attempt.agent !== agent.id || attempt.run !== runOf(agent) || attempt.nonce !== question.nonce) {
    throw new Refusal('TOKEN_NONCE', 'expected the agent and the nonce of this claim, got others; claim anew')
  }
  const stands = attempt.state === 'leased' || attempt.state === 'running'
  return stands ? executeOrder(store, leaseSeconds, question.audit_seq, request, attempt) : null
}

/** An agent that knows of entries that we do not have must not be given a token: our log lost its end. */
function checkAudit(store: Store, { audit_seq }: ClaimQuestion): void {
  const { seq } = auditHead(store)
  if (audit_seq >= 0 && audit_seq <= seq) return
  throw new Refusal(
    'AUDIT_FORK',
    `expected an agent that has seen at most entry ${seq} of the audit log, got ${audit_seq}; was the store restored from a backup?`,
  )
}

function takeProbe(
  { store, now, leaseSeconds }: ClaimDeps,
  agent: Caller,
  question: ClaimQuestion,
  targets: readonly Target[],
): ProbeOrder | null {
  const at = now()
  const [found] = toProbe(store, targets, at).filter(({ request }) => isFor(agent, request))
  if (found === undefined) return null
  const { request } = found
  const attempt: AttemptRow = {
    ...found.attempt,
    probe_agent: agent.id,
    probe_run: runOf(agent),
    probe_claim: question.claim,
    probe_until: after(at, leaseSeconds),
  }
  commit(store, at, {
    audit: [entry(request, attempt, actor(agent), 'attempt.probe', 'asked', { attempt: attempt.id })],
    requests: [request],
    attempts: [attempt],
  })
  return probeOrder(request, attempt)
}

async function takeTurn(
  deps: ClaimDeps,
  agent: Caller,
  question: ClaimQuestion,
  targets: readonly Target[],
): Promise<ExecuteOrder | null> {
  for (const request of turns(deps.store, targets, deps.now())) {
    if (!isFor(agent, request)) continue
    try {
      return await lease(deps, agent, question, ready(deps, request))
    } catch (error) {
      // One request that cannot be put into a token must not keep those of other databases waiting.
      if (!(error instanceof Refusal)) throw error
      deps.log.error({ err: error, request: request.id }, 'no token can be signed for this request')
    }
  }
  return null
}

function ready({ store, now }: ClaimDeps, request: RequestRow): RequestRow {
  if (request.state === 'ready') return request
  const turned = { ...request, state: moved(request, { kind: 'turn' }) }
  commit(store, now(), {
    audit: [entry(request, null, { kind: 'server', id: 'queue' }, 'request.ready', 'ready', {})],
    requests: [turned],
  })
  return { ...turned, version: request.version + 1 }
}

/** Signing takes time and stands before the commit, which finds out whether all is still as it was read. */
async function lease(
  deps: ClaimDeps,
  agent: Caller,
  question: ClaimQuestion,
  request: RequestRow,
): Promise<ExecuteOrder> {
  const { store, leaseSeconds } = deps
  const at = deps.now()
  const from = fenceOf(store, request.db, request.env)
  const place: Place = {
    id: newJti(deps.random),
    n: request.attempts + 1,
    fence: from + 1,
    iss: deps.iss,
    agent: agent.id,
    run: runOf(agent),
    nonce: question.nonce,
    audit: tokenHead(store, question.audit_seq),
    at,
  }
  const token = await signToken(claimsFor(request, place), deps.signer)
  const attempt = newAttempt(request, question, place, token, after(at, leaseSeconds))
  passed('server.claim-before')
  commit(store, at, {
    audit: [
      entry(request, attempt, actor(agent), 'attempt.leased', 'leased', {
        attempt: attempt.id,
        fence: attempt.fence,
        token_sha256: attempt.token_sha256,
        plan_sha256: request.plan_sha256,
        lease_until: attempt.lease_until,
      }),
    ],
    requests: [
      {
        ...request,
        state: moved(request, { kind: 'claimed' }),
        attempts: attempt.n,
        fence: attempt.fence,
        not_before: null,
        reason_code: null,
        reason: `The agent ${agent.id} has it.`,
        next_step: null,
      },
    ],
    attempts: [attempt],
    fences: [{ db: request.db, env: request.env, from }],
    dirty: [changeOf(request)],
  })
  passed('server.claim-committed')
  return executeOrder(store, leaseSeconds, question.audit_seq, request, attempt)
}

function newAttempt(
  request: RequestRow,
  { claim, nonce }: ClaimQuestion,
  { id, n, agent, run, fence, audit, at }: Place,
  token: Envelope,
  lease_until: string,
): AttemptRow {
  return {
    id,
    request_id: request.id,
    n,
    agent,
    run,
    claim,
    nonce,
    fence,
    token,
    token_sha256: envelopeDigest(token),
    audit_seq: audit.seq,
    lease_until,
    state: 'leased',
    code: null,
    message: null,
    receipt: null,
    receipt_sha256: null,
    probe_agent: null,
    probe_run: null,
    probe_claim: null,
    probe_until: null,
    created_at: at.toISOString(),
    started_at: null,
    ended_at: null,
  }
}

function actor(agent: Caller) {
  return { kind: 'agent', id: agent.id }
}

function after(at: Date, seconds: number): string {
  return new Date(at.getTime() + seconds * 1_000).toISOString()
}
