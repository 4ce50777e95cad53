import { openAuthorization } from '@dbward/protocol/authorization'
import type { TrustBundle } from '@dbward/protocol/bundle'
import { Refusal } from '@dbward/protocol/errors'
import type { GitHubReader } from '@dbward/protocol/github'
import type { LocalSigner } from '@dbward/protocol/keys'
import type { ExecuteOrder } from '@dbward/protocol/messages'
import type { Plan } from '@dbward/protocol/plan'
import { signReceipt } from '@dbward/protocol/receipt'
import { type VerifiedToken, verifyToken } from '@dbward/protocol/token'
import { opening, openingWords } from '@dbward/protocol/window'
import { followAudit } from './audit-head.ts'
import type { ServerClient } from './client.ts'
import type { DatabaseTarget } from './config.ts'
import { type Evidence, gatherEvidence } from './evidence.ts'
import type { Outcome } from './execute.ts'
import { passed } from './execute-step.ts'
import { checkGap, missingFrom } from './gap.ts'
import { readSkipped } from './skipped.ts'
import type { Spool } from './spool.ts'
import { executeOn, ledgerOf, noLedger, type Target, targetOf } from './target.ts'
import { rowVerifier } from './trust.ts'

/** What one order is run with. Time comes in as functions: `now` in milliseconds by the wall, `monotonic` by neither. */
export type RunDeps = {
  readonly id: string
  /** The run of GitHub Actions that this is; null for an agent that stands. */
  readonly run: string | null
  readonly signer: LocalSigner
  readonly client: ServerClient
  readonly spool: Spool
  readonly targets: ReadonlyMap<DatabaseTarget, string>
  /** For MySQL and MariaDB, the address of the account that writes down progress. */
  readonly progressUrls?: ReadonlyMap<DatabaseTarget, string>
  readonly github: (repository: string) => Promise<GitHubReader>
  readonly bundle: TrustBundle
  readonly now: () => number
  readonly monotonic: () => number
  /** One more look at what is about to run, before the ledger is asked; it throws a Refusal where it must not. */
  readonly inspect?: (claims: VerifiedToken['claims'], plan: Plan) => Promise<void>
  /** Ends what runs, as where a runner is cancelled: the database says what became of it. */
  readonly stop?: AbortSignal
  readonly log: (level: 'info' | 'warn' | 'error', fields: object, message: string) => void
}
export type Claim = { readonly nonce: string; readonly sentAt: number }

/**
 * Runs one order: verify the token, find the evidence, see that it is this database's turn, execute behind the ledger,
 * sign what happened, and put that on disk before it goes anywhere. A refusal is told to the server, and nothing ran.
 */
export async function runOrder(deps: RunDeps, order: ExecuteOrder, claim: Claim): Promise<void> {
  let token: VerifiedToken | null = null
  try {
    token = verifyToken(order.token, {
      bundle: deps.bundle,
      now: Math.floor(deps.now() / 1_000),
      sinceClaimMs: deps.monotonic() - claim.sentAt,
      agentId: deps.id,
      run: deps.run,
      nonce: claim.nonce,
    })
    const { claims } = token
    followAudit(deps.spool, order.audit, claims.audit)
    passed('agent.token-verified')
    const abort = new AbortController()
    const stopBeating = beat(deps, order, claims.jti, abort)
    try {
      const stopped = deps.stop === undefined ? abort.signal : AbortSignal.any([abort.signal, deps.stop])
      await prove(deps, order, token, claim, stopped)
    } finally {
      stopBeating()
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    deps.log('warn', { code: error.code, attempt: order.attempt }, error.message)
    const jti = token?.claims.jti ?? order.attempt
    await deps.client.refused(order.attempt, { jti, code: error.code, message: error.message.slice(0, 500) })
  }
}

/** The token alone is not enough: what it orders is proven here before it is done. */
async function prove(
  deps: RunDeps,
  order: ExecuteOrder,
  token: VerifiedToken,
  claim: Claim,
  stopped: AbortSignal,
): Promise<void> {
  const { claims } = token
  if (claims.bg) throw new Refusal('CAPABILITY', 'this agent does not run break-glass tokens')
  const [target, database] = findTarget(deps, claims)
  const { authorization, sha256 } = openAuthorization(order.authorization, {
    bundle: deps.bundle,
    now: claims.iat,
  })
  if (sha256 !== claims.authz_sha256) {
    throw new Refusal('AUTHORIZATION_INVALID', `expected authorization ${claims.authz_sha256}, got ${sha256}`)
  }
  const github = await reach(() => deps.github(target.repository))
  const evidence = await gatherEvidence(github, claims, authorization, target, deps.now())
  await deps.inspect?.(claims, evidence.plan)
  passed('agent.evidence')
  await checkLedger(github, database, claims, evidence, deps.bundle)
  if (stopped.aborted) throw new Refusal('STALE', 'this attempt was stopped before anything ran')
  if (deps.monotonic() - claim.sentAt > 300_000)
    throw new Refusal('TOKEN_EXPIRED', 'the evidence took longer than 300 s')
  checkHours(evidence.hours, deps.now())
  await execute(deps, order, token, evidence, database, target.allow_weak_tripwire === true, stopped)
}

/** By this agent's own clock, and last: what is outside of the hours must not begin, whatever came before took. */
function checkHours(hours: Evidence['hours'], now: number): void {
  const found = opening(hours, now)
  if (!found.open)
    throw new Refusal('WINDOW', `the policy does not let it start now; ${openingWords(found.next)}`)
}

async function execute(
  deps: RunDeps,
  order: ExecuteOrder,
  token: VerifiedToken,
  evidence: Evidence,
  database: Target,
  allowWeakTripwire: boolean,
  stopped: AbortSignal,
): Promise<void> {
  const { claims } = token
  const started = deps.now()
  const outcome = await executeOn(database, {
    token,
    plan: evidence.plan,
    files: evidence.files,
    agent: { id: deps.id, kid: deps.signer.kid, sign: deps.signer.sign },
    verifyRow: rowVerifier(deps.bundle),
    approvers: evidence.decision.counted.map((one) => one.login),
    onStarted: async () => {
      const { proceed, why } = await deps.client.started(order.attempt, claims.jti)
      if (!proceed) throw new Refusal('STALE', `the server stopped this attempt: ${why ?? 'no reason given'}`)
    },
    lockRetries: evidence.lockRetries,
    signal: stopped,
    allowWeakTripwire,
  })
  passed('agent.executed')
  const receipt = await signReceipt(toReceipt(deps, token, evidence, outcome, started), deps.signer)
  deps.spool.keepReceipt(claims.jti, JSON.stringify(receipt))
  passed('agent.spooled')
  deps.log('info', { request: claims.sub, outcome: outcome.outcome }, 'executed')
}

function toReceipt(
  deps: RunDeps,
  token: VerifiedToken,
  evidence: Evidence,
  outcome: Outcome,
  started: number,
) {
  const { claims } = token
  const done = new Set(
    outcome.outcome === 'already_applied' ? evidence.plan.files.map((one) => one.path) : outcome.files,
  )
  return {
    aud: claims.iss,
    agent: deps.id,
    request: claims.sub,
    att: claims.att,
    jti: claims.jti,
    db: claims.db,
    env: claims.env,
    fence: claims.fence,
    plan_sha256: claims.plan_sha256,
    token_sha256: token.sha256,
    outcome: outcome.outcome,
    started,
    finished: deps.now(),
    statements: outcome.statements.map(({ file, i, kind, command, rows, ms }) => ({
      file,
      i,
      kind,
      command,
      rows,
      ms: Math.round(ms),
    })),
    error: outcome.error,
    ledger: {
      server_id: outcome.serverId,
      rows: evidence.plan.files
        .filter((one) => done.has(one.path))
        .map((one) => ({ migration: one.path, sha256: one.sha256 })),
    },
    audit: claims.audit,
  }
}

function findTarget(deps: RunDeps, claims: VerifiedToken['claims']): readonly [DatabaseTarget, Target] {
  const found = [...deps.targets].find(
    ([one]) =>
      one.database === claims.db && one.environment === claims.env && one.repository_id === claims.repo_id,
  )
  if (found !== undefined) return [found[0], targetOf(...found, deps.progressUrls)]
  const message = `this agent does not serve ${claims.db} in ${claims.env} of repository ${claims.repo_id}`
  throw new Refusal('NOT_ALLOWED_HERE', message)
}

async function checkLedger(
  github: GitHubReader,
  database: Target,
  claims: VerifiedToken['claims'],
  evidence: Evidence,
  bundle: TrustBundle,
) {
  const scope = { db: claims.db, env: claims.env }
  const ledger = await ledgerOf(database, scope, rowVerifier(bundle)).catch((cause: unknown) => {
    throw noLedger(cause)
  })
  if (ledger.forged[0] !== undefined) {
    throw new Refusal(
      'LEDGER_FORGED',
      `the ledger row of ${ledger.forged[0].path} was not signed by an agent of the trust bundle`,
    )
  }
  const missing = missingFrom(evidence.tree, ledger.rows, evidence.plan)
  const skipped = await readSkipped(github, claims, missing)
  checkGap(evidence.tree, ledger.rows, evidence.plan, evidence.mending, skipped)
}

/**
 * From the verified token to the receipt the server hears from us, as reading the evidence of a large repository takes
 * long too; where it says that the attempt is not ours any more, we stop.
 */
function beat(deps: RunDeps, order: ExecuteOrder, jti: string, abort: AbortController): () => void {
  const every = Math.max(250, (order.lease_seconds * 1_000) / 4)
  const timer = setInterval(() => {
    deps.client.heartbeat(order.attempt, jti).then(
      ({ proceed }) => void (proceed || abort.abort()),
      (error) => deps.log('warn', { error: String(error) }, 'the heartbeat did not reach the server'),
    )
  }, every)
  return () => clearInterval(timer)
}

/** A failure to reach GitHub before anything ran. The cause stays here: its text may name what it should not. */
async function reach<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    throw new Refusal('GITHUB_UNAVAILABLE', "GitHub cannot be reached with this agent's App", { cause })
  }
}
