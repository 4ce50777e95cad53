import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

/** What GitHub says of a job, in its own words: https://docs.github.com/en/actions/reference/security/oidc */
export type Claims = Readonly<Record<string, unknown>>
export type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** The issuer of the tokens of jobs, with a key and an address of its own; `asked` counts readings of its keys. */
export type Issuer = Awaited<ReturnType<typeof startIssuer>>

export const kid = 'key-1'

export async function startIssuer() {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  let published: readonly JWK[] = [{ ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' }]
  let asked = 0
  let answer: Answer | null = null
  const server = createServer((request, response) => {
    asked += 1
    if (answer !== null) return answer(request, response)
    if (request.url !== '/.well-known/jwks') return void response.writeHead(404).end()
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ keys: published }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url,
    privateKey,
    publicKey,
    asked: () => asked,
    /** Answers the question for keys in this way from now on; null is the honest one. */
    behave(as: Answer | null) {
      answer = as
    },
    publish(keys: readonly JWK[]) {
      published = keys
    },
    keys: () => published,
    /** A token as GitHub makes it, signed with the issuer's key. */
    sign: (claims: Claims, header: object = {}) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid, ...header })
        .sign(privateKey),
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** The claims of one job, at a time in Unix seconds. */
export function jobClaims(issuer: string, audience: string, now: number): Claims {
  return {
    jti: randomUUID(),
    iss: issuer,
    aud: audience,
    sub: 'repo:acme@500/shop@4711:environment:production',
    iat: now,
    nbf: now - 300,
    exp: now + 300,
    repository: 'acme/shop',
    repository_id: '4711',
    repository_owner: 'acme',
    repository_owner_id: '500',
    repository_visibility: 'private',
    ref: 'refs/heads/main',
    ref_type: 'branch',
    ref_protected: 'true',
    sha: 'b'.repeat(40),
    event_name: 'push',
    workflow: 'migrate',
    workflow_ref: 'acme/shop/.github/workflows/migrate.yml@refs/heads/main',
    workflow_sha: 'b'.repeat(40),
    job_workflow_ref: 'acme/shop/.github/workflows/migrate.yml@refs/heads/main',
    job_workflow_sha: 'e'.repeat(40),
    environment: 'production',
    runner_environment: 'github-hosted',
    run_id: '9001',
    run_number: '12',
    run_attempt: '1',
    actor: 'ann',
    actor_id: '7',
    base_ref: '',
    head_ref: '',
  }
}
