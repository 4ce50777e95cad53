import { ConfigError } from '@dbward/protocol/errors'
import { type StatusAnswer, statusAnswer, statusPath } from '@dbward/protocol/status'
import { printable } from './files.ts'
import type { World } from './world.ts'

const patienceMs = 15_000
const mostBytes = 16 * 1024 * 1024

/** Where the server is, and the operator's token for it; null where neither is given. */
export type StatusPlace = { readonly url: string; readonly token: string }

export function statusPlace(given: string | undefined, { env }: World): StatusPlace | null {
  const [url, token] = [given ?? env.DBWARD_SERVER_URL ?? '', env.DBWARD_STATUS_TOKEN ?? '']
  if (url === '' && token === '') return null
  const problems = [
    ...(/^https?:\/\/[^\s/?#]+\/?$/.test(url)
      ? []
      : ['expected the https address of the server by --server or DBWARD_SERVER_URL']),
    ...(/^dbo_[A-Za-z0-9._-]+_[A-Za-z0-9_-]{43}$/.test(token)
      ? []
      : [
          "DBWARD_STATUS_TOKEN must hold an operator's token (dbo_..._...); docs/configuration.md says how to make one",
        ]),
    ...(/^http:/.test(url) && !/^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?\/?$/.test(url)
      ? ['expected https: a token must not be sent in the clear']
      : []),
  ]
  if (problems.length > 0) throw new ConfigError(problems)
  return { url: url.replace(/\/$/, ''), token }
}

/** Asks a server how things stand. What it does not answer is a ConfigError, as nothing is known then. */
export async function askStatus(
  { url, token }: StatusPlace,
  asked: { readonly pr?: string | undefined; readonly request?: string | undefined },
): Promise<StatusAnswer> {
  const query = new URLSearchParams()
  for (const [key, one] of Object.entries(asked)) if (one !== undefined) query.set(key, one)
  try {
    const answer = await fetch(`${url}${statusPath}?${query}`, {
      headers: { authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
    })
    const body = await bodyOf(answer)
    if (answer.ok) return statusAnswer(JSON.parse(body), 'status')
    const said =
      answer.status === 401 ? 'the server does not know this token' : `it answered ${answer.status}`
    throw new ConfigError([`${printable(url)}: ${said}`])
  } catch (error) {
    if (error instanceof ConfigError) throw error
    const reason =
      error instanceof Error
        ? error.cause instanceof Error
          ? error.cause.message
          : error.message
        : 'no answer'
    throw new ConfigError(
      [`${printable(url)}: expected the answer of a dbward server, got none: ${printable(reason)}`],
      {
        cause: error,
      },
    )
  }
}

async function bodyOf(answer: Response): Promise<string> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const part of answer.body ?? []) {
    text += decoder.decode(part, { stream: true })
    if (text.length > mostBytes) throw new Error('the answer is too long')
  }
  return text + decoder.decode()
}
