import type { TrustBundle } from '@dbward/protocol/bundle'
import { signCheckpoint } from '@dbward/protocol/checkpoint'
import type { Envelope } from '@dbward/protocol/dsse'
import { Refusal } from '@dbward/protocol/errors'
import type { Signer } from '@dbward/protocol/keys'
import { openReceipt, type Receipt, type VerifiedReceipt } from '@dbward/protocol/receipt'
import { attempt as readAttempt } from '../store/attempts.ts'
import { auditHead } from '../store/audit.ts'
import { type Commit, Conflict, commit, headAfter } from '../store/commit.ts'
import type { Store } from '../store/open.ts'
import { request as readRequest } from '../store/requests.ts'
import type { AttemptRow, Caller, RequestRow, RequestWrite, SurfaceWrite } from '../store/rows.ts'
import type { Outcome, State } from './next.ts'
import { inHands, next } from './next.ts'
import { claimsOf } from './order.ts'
import { changeOf, entry, stateOf } from './queue.ts'
import { runOf } from './session.ts'
import { passed } from './step.ts'

export type SettleDeps = {
  readonly store: Store
  readonly now: () => Date
  readonly iss: string
  /** The public keys of the configured agents. */
  readonly agentKeys: TrustBundle
  /** The key for checkpoints of the audit log. */
  readonly checkpointSigner: Signer
  /** What GitHub is to show of an execution that has ended; `checkpoint` covers the audit entry of its end. */
  readonly publishExecution: (
    request: RequestWrite,
    attempt: AttemptRow,
    receipt: VerifiedReceipt,
    checkpoint: Envelope,
  ) => readonly SurfaceWrite[]
}

/**
 * Takes an agent's signed word for what one attempt did. State, audit entry, a checkpoint over it and what GitHub is
 * to show come in one transaction. The same receipt again changes nothing.
 */
export async function settle(
  deps: SettleDeps,
  agent: Caller,
  envelope: unknown,
): Promise<{ readonly accepted: boolean; readonly state: string }> {
  const { now, iss, agentKeys } = deps
  const verified = openReceipt(envelope, { bundle: agentKeys, now: now().getTime() / 1_000, aud: iss })
  if (verified.receipt.agent !== agent.id) {
    throw refused(`expected a receipt of the agent ${agent.id}, got one of ${verified.receipt.agent}`)
  }
  for (let tries = 0; tries < 10; tries++) {
    try {
      return { accepted: true, state: await take(deps, agent, verified, envelope as Envelope) }
    } catch (error) {
      if (!(error instanceof Conflict)) throw error
    }
  }
  throw new Conflict('the store changed under ten tries; send the receipt again')
}

async function take(
  deps: SettleDeps,
  agent: Caller,
  verified: VerifiedReceipt,
  envelope: Envelope,
): Promise<string> {
  const { store } = deps
  const { receipt, sha256 } = verified
  const attempt = readAttempt(store, receipt.jti)
  const request = attempt === null ? null : readRequest(store, attempt.request_id)
  if (attempt === null || request === null) throw refused(`expected an attempt of ours, got ${receipt.jti}`)
  checkAnswers(receipt, attempt)
  checkRun(agent, attempt)
  if (attempt.receipt_sha256 === sha256) return request.state
  if (attempt.ended_at !== null || attempt.n !== request.attempts || !inHands.includes(stateOf(request))) {
    return takeLate(deps, verified, envelope, request, attempt)
  }
  return takeEnd(deps, verified, envelope, request, attempt)
}

/** It answers the token that we signed for this attempt, in every part that the token names. */
function checkAnswers(receipt: Receipt, attempt: AttemptRow): void {
  const token = claimsOf(attempt.token)
  const same: readonly (readonly [string, unknown, unknown])[] = [
    ['token_sha256', attempt.token_sha256, receipt.token_sha256],
    ['request', token.sub, receipt.request],
    ['att', token.att, receipt.att],
    ['db', token.db, receipt.db],
    ['env', token.env, receipt.env],
    ['fence', token.fence, receipt.fence],
    ['plan_sha256', token.plan_sha256, receipt.plan_sha256],
  ]
  const wrong = same.find(([, want, got]) => want !== got)
  if (wrong !== undefined) throw refused(`${wrong[0]}: expected ${wrong[1]}, got ${wrong[2]}`)
  // Another agent may answer for the one that went silent, and only if it was asked to.
  if (receipt.agent !== attempt.agent && receipt.agent !== attempt.probe_agent) {
    throw refused(`expected the agent that had the attempt or was asked about it, got ${receipt.agent}`)
  }
}

/** A job of GitHub Actions answers for its own run, and for a run that went silent where it was asked to. */
function checkRun(agent: Caller, { run, probe_agent, probe_run }: AttemptRow): void {
  const own = runOf(agent)
  if (run === own || (probe_agent === agent.id && probe_run === own)) return
  throw new Refusal(
    'STALE',
    'the attempt is that of another run of GitHub Actions, or of an agent that stands',
  )
}

async function takeEnd(
  deps: SettleDeps,
  verified: VerifiedReceipt,
  envelope: Envelope,
  request: RequestRow,
  attempt: AttemptRow,
): Promise<string> {
  const { store } = deps
  const { receipt, sha256 } = verified
  const at = deps.now()
  const outcome = outcomeOf(receipt, attempt)
  const again = passesByItself(receipt, attempt) && attempt.n < mostTries
  const state = next(stateOf(request), { kind: 'receipt', outcome, again }) ?? stateOf(request)
  const ended: AttemptRow = {
    ...attempt,
    state: outcome === 'unknown' ? outcome : receipt.outcome,
    code: receipt.error?.class ?? null,
    message: receipt.error?.message ?? null,
    receipt: envelope,
    receipt_sha256: sha256,
    ended_at: outcome === 'unknown' ? null : at.toISOString(),
  }
  const moved: RequestWrite = {
    ...request,
    state,
    ...explain(receipt, outcome),
    ...retry(at, attempt.n, state),
  }
  const audit: Commit['audit'] = [ending(request, attempt, verified, 'attempt.ended')]
  const write: Commit = { audit, requests: [moved], attempts: [ended], dirty: [changeOf(request)] }
  if (ended.ended_at === null || state === 'queued') {
    passed('server.receipt-before')
    commit(store, at, write)
  } else {
    const head = auditHead(store)
    const { seq, hash } = headAfter(head, at, audit)
    const said = { iss: deps.iss, seq, hash, ts: at.toISOString() }
    const checkpoint = await signCheckpoint(said, deps.checkpointSigner)
    const surfaces = deps.publishExecution(moved, ended, verified, checkpoint)
    passed('server.receipt-before')
    commit(store, at, { ...write, after: head, checkpoint, surfaces })
  }
  passed('server.receipt-committed')
  return state
}

/** The request has gone on without it. What it says is kept as evidence and moves nothing: the ledger decides. */
function takeLate(
  deps: SettleDeps,
  verified: VerifiedReceipt,
  envelope: Envelope,
  request: RequestRow,
  attempt: AttemptRow,
): string {
  if (attempt.receipt_sha256 !== null && attempt.ended_at !== null) {
    throw refused(`attempt ${attempt.id} has ended with another receipt`)
  }
  commit(deps.store, deps.now(), {
    audit: [ending(request, attempt, verified, 'attempt.late')],
    attempts: [{ ...attempt, receipt: envelope, receipt_sha256: verified.sha256 }],
    dirty: [changeOf(request)],
  })
  return request.state
}

function ending(
  request: RequestRow,
  attempt: AttemptRow,
  { receipt, sha256 }: VerifiedReceipt,
  type: string,
) {
  const { outcome, token_sha256, plan_sha256, statements, error } = receipt
  return entry(request, attempt, { kind: 'agent', id: receipt.agent }, type, outcome, {
    attempt: attempt.id,
    receipt_sha256: sha256,
    token_sha256,
    plan_sha256,
    statements: statements.length,
    error:
      error === null ? null : { class: error.class, sqlstate: error.sqlstate, file: error.file, i: error.i },
  })
}

function explain(
  { error, agent }: Receipt,
  outcome: Outcome,
): Pick<RequestRow, 'reason_code' | 'reason' | 'next_step'> {
  return { reason_code: error?.class ?? null, ...sentences(outcome, agent), ...why(error) }
}

/** SQL that left its transaction may have done anything: no probe of the ledger can say that nothing is there. */
function outcomeOf({ outcome, error }: Receipt, { n }: AttemptRow): Outcome {
  if (outcome === 'unknown' && error?.class === 'escaped') return 'partial'
  // A connection that was lost half-way is no end: the ledger is asked, and what it proves to be undone goes on.
  return outcome === 'partial' && error?.class === 'connection' && n < mostTries ? 'unknown' : outcome
}

const mostTries = 10

/**
 * Nothing took effect, as the ledger proves, and what was in the way was a lock, a connection, or that we stopped an
 * attempt whose lease ran out before it had begun.
 */
function passesByItself({ outcome, error }: Receipt, { started_at }: AttemptRow): boolean {
  if (outcome !== 'failed_clean' || error === null) return false
  if (error.class === 'cancelled') return started_at === null
  return ['lock_timeout', 'connection', 'not_started'].includes(error.class)
}

function retry(
  at: Date,
  n: number,
  state: State,
): Pick<RequestRow, 'not_before'> & Partial<Pick<RequestRow, 'next_step'>> {
  if (state !== 'queued') return { not_before: null }
  const pause = Math.min(5 * 60_000, 2_000 * 2 ** (n - 1))
  return {
    not_before: new Date(at.getTime() + pause).toISOString(),
    next_step: 'It is tried again by itself.',
  }
}

function why(error: Receipt['error']): { readonly reason?: string } {
  if (error === null) return {}
  const place =
    error.file === null ? '' : ` (${error.file}${error.i === null ? '' : `, statement ${error.i + 1}`})`
  return { reason: `${error.message}${place}` }
}

function sentences(outcome: Outcome, agent: string): Pick<RequestRow, 'reason' | 'next_step'> {
  switch (outcome) {
    case 'applied':
      return { reason: `The agent ${agent} applied it.`, next_step: null }
    case 'already_applied':
      return { reason: 'The ledger of the database says that it was applied before.', next_step: null }
    case 'failed_clean':
      return {
        reason: 'It failed and left nothing behind.',
        next_step: 'Open a pull request that mends the file; it takes the place of this one.',
      }
    case 'partial':
      return {
        reason: 'It failed, and a part of it took effect.',
        next_step:
          'Look at the database together with the result; nothing else runs here until it is resolved.',
      }
    case 'unknown':
      return {
        reason: 'The agent does not know whether it took effect.',
        next_step: 'An agent reads the ledger of the database to find out what ran.',
      }
  }
}

function refused(message: string): Refusal {
  return new Refusal('RECEIPT_INVALID', `receipt.v1: ${message}`)
}
