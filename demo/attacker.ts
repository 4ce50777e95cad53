import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createClient } from '@dbward/agent/client'
import { readConfig, readKeyFile, readText } from '@dbward/agent/config'
import { createGitHub } from '@dbward/agent/github'
import { type Claim, type RunDeps, runOrder } from '@dbward/agent/run'
import { openSpool } from '@dbward/agent/spool'
import { readTrust } from '@dbward/agent/trust'
import { signAuthorization } from '@dbward/protocol/authorization'
import { envelopeDigest } from '@dbward/protocol/dsse'
import { newJti, newNonce } from '@dbward/protocol/ids'
import { loadSigner } from '@dbward/protocol/keys'
import { emptyLog } from '@dbward/protocol/log'
import type { ExecuteOrder } from '@dbward/protocol/messages'
import { makePlan, planDigest, statementCount } from '@dbward/protocol/plan'
import { readChange } from '@dbward/protocol/snapshot'
import { signToken } from '@dbward/protocol/token'
import { configurableRules } from '@dbward/rules/configurable'
import { split } from '@dbward/rules/split'
import type { Stage } from '../test/stage/stage.ts'

/**
 * Somebody who has taken over everything but the agent: they hold the server's real signing keys and hand the agent's
 * own code, with the agent's own configuration, whatever they like. Not a copy of the agent: what runs here is it.
 */
export function attacker(stage: Stage) {
  const config = readConfig(stage.agentConfig, stage.agentEnv)
  const random = (bytes: number) => new Uint8Array(randomBytes(bytes))
  const client = createClient({ url: config['server.url'], token: config.token })
  const github = createGitHub({
    apiUrl: config['github.api_url'],
    appId: config['github.app_id'],
    privateKey: readText(config['github.private_key'], 'the key'),
  })
  const seconds = () => Math.floor(Date.now() / 1_000)

  /** Runs the agent's code on one order. Gives the refusal, or null where it ran. Keeps its memory in `folder`. */
  async function hand(order: ExecuteOrder, claim: Claim, folder: string) {
    const spool = openSpool(join(stage.folder, folder))
    const trust = {
      bundle: config['trust.bundle'],
      roots: config['trust.roots'],
      threshold: config['trust.threshold'],
    }
    let refusal: { code: string; message: string } | null = null
    const deps: RunDeps = {
      id: config['agent.id'],
      run: null,
      signer: loadSigner(config['agent.key'], 'agent', readKeyFile),
      client: {
        ...client,
        refused: async (_, report) => {
          refusal = { code: report.code, message: report.message }
        },
      },
      spool,
      targets: config.urls,
      github,
      bundle: readTrust(trust, spool, seconds()),
      now: Date.now,
      monotonic: () => performance.now(),
      log: () => undefined,
    }
    await runOrder(deps, order, claim)
    return { refusal: refusal as { readonly code: string; readonly message: string } | null, spool }
  }

  return {
    hand,

    /** Asks the server for work as the agent does; null where there is none. */
    async claim() {
      const nonce = newNonce(random)
      const claim = { nonce, sentAt: performance.now() }
      const order = await client.claim(
        { nonce, claim: randomUUID(), audit_seq: 0 },
        AbortSignal.timeout(10_000),
      )
      return order?.kind === 'execute' ? { order, claim } : null
    },

    deliver: (receipt: string) => client.receipt(JSON.parse(receipt)),

    /** An order for a merged pull request, signed with the server's real keys as if it had been approved. */
    async forge(pr: number) {
      const reader = await github(stage.repo.fullName)
      const { facts, files, policy } = await readChange(reader, stage.repo.fullName, pr, configurableRules)
      if (policy.found !== 'yes' || facts.mergeSha === null)
        throw new Error(`#${pr} is not merged under a policy`)
      const planned = files.map(async ({ path, bytes }) => {
        const held = bytes ?? new Uint8Array()
        return { path, bytes: held, ...(await split(held, 'postgres')) }
      })
      const plan = makePlan(await Promise.all(planned))
      const [stale] = facts.reviews
      const approvals =
        stale?.commit === undefined || stale.commit === null
          ? []
          : [
              {
                review_id: stale.id,
                user_id: stale.user.id,
                login: stale.user.login,
                commit_id: stale.commit,
                state: 'APPROVED' as const,
              },
            ]
      const shared = {
        iss: 'dbward-1',
        iat: seconds(),
        db: 'app',
        env: 'production',
        engine: 'postgres',
        op: 'migrate',
        repo_id: facts.repo.id,
        repo: facts.repo.name,
        pr,
        base_ref: facts.base.ref,
        head_sha: facts.head,
        merge_sha: facts.mergeSha,
        plan_sha256: planDigest(plan),
        policy_sha256: policy.sha256,
      } as const
      const request = `${facts.repo.id}#${pr}:app@production`
      const authorization = await signAuthorization(
        { ...shared, request, base_sha: facts.base.sha, approvals, decision: 'allow' },
        stage.keys.authz,
      )
      const nonce = newNonce(random)
      const jti = newJti(random)
      const { approvals_sha256 } = JSON.parse(Buffer.from(authorization.payload, 'base64').toString('utf8'))
      const token = await signToken(
        {
          ...shared,
          aud: `agent:${config['agent.id']}`,
          sub: request,
          att: 1,
          jti,
          nonce,
          nbf: shared.iat,
          exp: shared.iat + 300,
          fence: 1_000,
          n_stmts: statementCount(plan),
          approvals_sha256,
          authz_sha256: envelopeDigest(authorization),
          audit: emptyLog,
          limits: { stmt_ms: 5_000, lock_ms: 2_000, total_ms: 30_000, max_rows: 0 },
          bg: false,
          run: null,
        },
        stage.keys.exec,
      )
      const audit = { from: 0, ...emptyLog, digests: [] }
      const order: ExecuteOrder = {
        kind: 'execute',
        attempt: jti,
        lease_seconds: 60,
        token,
        authorization,
        audit,
      }
      return { order, claim: { nonce, sentAt: performance.now() } }
    },
  }
}
