import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parse } from 'yaml'
import { read } from '../house/tree.ts'
import type { Works } from '../jobs/runner.ts'
import type { openRunner, Ran } from './runner.ts'

export type ExecuteJob = Awaited<ReturnType<Works['runner']>>

const declared = Object.keys((parse(read('action.yml')) as { readonly inputs: object }).inputs)

/** Where a job asks GitHub who it is; a job without the permission `id-token: write` is not told of it. */
export async function identityOf(job: ExecuteJob) {
  const asked: (string | undefined)[] = []
  const server = createServer(async (request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost')
    asked.push(request.headers.authorization)
    const value = await job.world.idToken(searchParams.get('audience') ?? '')
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ value }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    asked,
    env: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token-of-the-runner',
    },
    close: () => server.close(),
  }
}

/** A step of the job by the bundle, with the inputs and the environment that the job has. */
export async function step(
  runner: ReturnType<typeof openRunner>,
  job: ExecuteJob,
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  const given = declared.map((name) => [name, job.world.input(name)]).filter(([, value]) => value !== '')
  const own = Object.entries(job.world.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  return runner.run({
    workspace: job.workspace,
    event: { name: 'push', payload: {} },
    sha: String(job.world.env.GITHUB_SHA),
    inputs: { ...Object.fromEntries(given), mode: 'execute' },
    env: { ...Object.fromEntries(own), ...env },
  })
}
