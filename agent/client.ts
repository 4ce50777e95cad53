import type { Envelope } from '@dbward/protocol/dsse'
import {
  type AttemptStanding,
  type ClaimQuestion,
  type ExecuteOrder,
  executeOrder,
  type ProbedReport,
  type ProbeOrder,
  probeOrder,
  problem,
  type QueueAnswer,
  type QueueQuestion,
  queueAnswer,
  type RefusedReport,
  receiptAnswer,
  type SessionAnswer,
  type SessionQuestion,
  sessionAnswer,
  standing,
} from '@dbward/protocol/messages'
import { oneOf, open, type Parser } from '@dbward/protocol/shape'

/** The server answered, and its answer is no: asking the same again will not help. */
export class ServerRefused extends Error {
  override readonly name = 'ServerRefused'
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(`the server answered ${status} ${code}: ${message}`)
    this.status = status
    this.code = code
  }
}

const timeoutMs = 15_000
const mostBytes = 32 * 1024 * 1024
export type ServerClient = ReturnType<typeof createClient>

/** Where the server is and who asks it; `fetch` is Node's own where nothing is said. */
export type Server = {
  readonly url: string
  /** An agent's token, or the session of a job of GitHub Actions; null where there is none yet. */
  readonly token: string | null
  readonly fetch?: typeof globalThis.fetch
}

/** The agent's side of protocol/messages.ts. Outbound only; redirects are not followed, answers are bounded. */
export function createClient(server: Server) {
  const post = (path: string, body: unknown, signal?: AbortSignal) => ask(server, path, body, signal)

  return {
    async claim(question: ClaimQuestion, signal: AbortSignal): Promise<ExecuteOrder | ProbeOrder | null> {
      const answer = await post('/agent/v1/claim', question, signal)
      return answer === null ? null : order(answer, 'order')
    },
    started: async (attempt: string, jti: string): Promise<AttemptStanding> =>
      standing(await post(`/agent/v1/attempts/${encodeURIComponent(attempt)}/started`, { jti }), 'standing'),
    heartbeat: async (attempt: string, jti: string): Promise<AttemptStanding> =>
      standing(
        await post(`/agent/v1/attempts/${encodeURIComponent(attempt)}/heartbeat`, { jti }),
        'standing',
      ),
    refused: async (attempt: string, report: RefusedReport): Promise<void> =>
      void (await post(`/agent/v1/attempts/${encodeURIComponent(attempt)}/refused`, report)),
    receipt: async (receipt: Envelope): Promise<string> =>
      receiptAnswer(await post('/agent/v1/receipts', { receipt }), 'answer').state,
    schema: async (schema: Envelope, signal: AbortSignal): Promise<void> =>
      void (await post('/agent/v1/schema', { schema }, signal)),
    probed: async (report: ProbedReport): Promise<void> => void (await post('/agent/v1/probed', report)),
  }
}

/** Shows what GitHub signed about this job, and gets the session that stands for it. */
export async function askSession(server: Server, question: SessionQuestion): Promise<SessionAnswer> {
  return sessionAnswer(await ask({ ...server, token: null }, '/actions/v1/session', question), 'session')
}

/** How the merge of this job stands in the queue. */
export async function askQueue(
  server: Server,
  question: QueueQuestion,
  signal: AbortSignal,
): Promise<QueueAnswer> {
  return queueAnswer(await ask(server, '/agent/v1/queue', question, signal), 'queue')
}

async function ask(server: Server, path: string, body: unknown, signal?: AbortSignal): Promise<unknown> {
  const answer = await (server.fetch ?? fetch)(`${server.url}${path}`, {
    method: 'POST',
    redirect: 'error',
    headers: {
      ...(server.token === null ? {} : { authorization: `Bearer ${server.token}` }),
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
    signal:
      signal === undefined
        ? AbortSignal.timeout(timeoutMs)
        : AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  })
  if (answer.status === 204) return null
  const text = await bounded(answer)
  if (answer.ok) return JSON.parse(text)
  throw refusedBy(answer.status, text)
}

const order: Parser<ExecuteOrder | ProbeOrder> = (value, at) => {
  const { kind } = open({ kind: oneOf('execute', 'probe') })(value, at)
  return kind === 'execute' ? executeOrder(value, at) : probeOrder(value, at)
}

async function bounded(answer: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of answer.body ?? []) {
    size += part.length
    if (size > mostBytes) throw new Error(`the server's answer is larger than ${mostBytes} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function refusedBy(status: number, text: string): Error {
  try {
    const { code, message } = problem(JSON.parse(text), 'answer')
    if (status < 500 && status !== 429) return new ServerRefused(status, code, message)
    return new Error(`the server answered ${status} ${code}: ${message}`)
  } catch (cause) {
    return new Error(`the server answered ${status}`, { cause })
  }
}
