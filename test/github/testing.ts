import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import type { GitHub } from './emulator.ts'
import { gitEnvironment } from './git/run.ts'

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** A client as a person, or with whatever token is given. */
export function as(github: GitHub, token: string): Octokit {
  return new Octokit({ baseUrl: github.url, auth: token, log: SILENT })
}

/** A client as an App: with the JWT, or as one installation of it. */
export function asApp(
  github: GitHub,
  app: { readonly id: number | string; readonly privateKey: string },
  installationId?: number,
): Octokit {
  const auth = {
    appId: app.id,
    privateKey: app.privateKey,
    ...(installationId === undefined ? {} : { installationId }),
  }
  return new Octokit({ baseUrl: github.url, authStrategy: createAppAuth, auth, log: SILENT })
}

/** The status of a request, whether it succeeded or not. */
export async function statusOf(request: Promise<{ readonly status: number }>): Promise<number> {
  return (await failureOf(request)).status
}

/** The status and the message of a request that may have failed. */
export async function failureOf(
  request: Promise<{ readonly status: number }>,
): Promise<{ readonly status: number; readonly message: string }> {
  try {
    return { status: (await request).status, message: '' }
  } catch (error) {
    if (!(error instanceof Error) || !('status' in error)) throw error
    return { status: Number(error.status), message: error.message }
  }
}

/** Runs git in a directory. It must not block: the emulator answers in this same process. */
export async function git(dir: string, ...args: readonly string[]): Promise<string> {
  const identity = {
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.com',
  }
  const env = { ...gitEnvironment, ...identity }
  const { stdout } = await promisify(execFile)('git', args, { cwd: dir, env })
  return stdout.trim()
}

export type Received = {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** A receiver of webhooks, which answers with `status`. */
export async function receiver(
  status = 202,
): Promise<{ readonly url: string; readonly received: Received[]; readonly close: () => Promise<void> }> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') })
    response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
