import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { sha256 } from '@dbward/protocol/plan'
import { openSession } from '../../app/flow/open-session.ts'
import { createRefusalLog } from '../../app/flow/refused-session.ts'
import { createJwks } from '../../app/oidc/jwks.ts'
import { sampleAudit, sampleClock, sampleServer, sampleToken, tempStore } from '../../app/samples.ts'
import { commit } from '../../app/store/commit.ts'
import type { ActionsRule } from '../../app/store/rows.ts'
import { type Claims, type Issuer, jobClaims, startIssuer } from '../stage/issuer.ts'

export const audience = 'dbward:dbward.example.com'

export const rule: ActionsRule = {
  repository: 'acme/shop',
  repository_id: '4711',
  repository_owner_id: '500',
  refs: ['refs/heads/main'],
  events: ['push', 'workflow_dispatch'],
  job_workflow_ref: 'acme/shop/.github/workflows/migrate.yml@refs/heads/main',
  job_workflow_sha: null,
  environment: 'production',
  runner_environment: 'github-hosted',
}

/** A whole server whose agent `one` is a job of GitHub Actions, and the issuer that it believes. */
export type Door = Awaited<ReturnType<typeof openDoor>>

export async function openDoor() {
  const issuer = await startIssuer()
  const temp = tempStore()
  const clock = sampleClock()
  let passed = 0
  const monotonic = () => performance.now() + passed
  const keyFor = createJwks({ issuer: issuer.url, fetch, monotonic })
  const random = (bytes: number) => new Uint8Array(randomBytes(bytes))
  const { store } = temp
  const server = sampleServer(store, clock.now, async () => {}, {
    actions: {
      open: (question) =>
        openSession(
          { store, now: clock.now, random, tokens: { issuer: issuer.url, audience, keyFor } },
          question,
        ),
      refused: createRefusalLog(store, clock.now),
    },
  })
  const enrol = (id: string, actions: ActionsRule | null, databases = ['app@production']) =>
    commit(store, clock.now(), {
      audit: [sampleAudit],
      agents: [
        {
          id,
          token_sha256: actions === null ? sha256(sampleToken(id)) : null,
          actions,
          databases,
          registered_at: clock.now().toISOString(),
          revoked_at: null,
        },
      ],
    })
  enrol('one', rule)
  const seconds = () => Math.floor(clock.now().getTime() / 1_000)
  const claims = (changes: Claims = {}) => ({ ...jobClaims(issuer.url, audience, seconds()), ...changes })

  return {
    issuer,
    temp,
    store,
    clock,
    server,
    enrol,
    seconds,
    claims,
    /** Both clocks. */
    pass(more: number) {
      clock.pass(more)
      passed += more * 1_000
    },
    token: (changes: Claims = {}, header: object = {}) => issuer.sign(claims(changes), header),
    knock: (id_token: string, agent = 'one') =>
      server.inject({ method: 'POST', url: '/actions/v1/session', payload: { id_token, agent } }),
    async session(changes: Claims = {}): Promise<string> {
      const answer = await this.knock(await this.token(changes))
      if (answer.statusCode !== 200) throw new Error(`expected a session, got ${answer.body}`)
      return answer.json().session
    },
    ask: (session: string, path: string, payload: object) =>
      server.inject({
        method: 'POST',
        url: `/agent/v1${path}`,
        headers: { authorization: `Bearer ${session}` },
        payload,
      }),
    async close() {
      await server.close()
      await issuer.close()
      temp.drop()
    },
  }
}

export type { Issuer }
