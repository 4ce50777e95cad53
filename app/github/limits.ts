import type { ProbotOctokit } from 'probot'

/**
 * How long GitHub asks to be left alone, in milliseconds, by its answer: `retry-after`, else the reset of the quota,
 * else a minute (https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api). Null where
 * the error is none of its limits.
 */
export function askedToWait(error: unknown, now: number): number | null {
  const { status, message = '', response } = (error ?? {}) as Answer
  if (status !== 403 && status !== 429) return null
  const headers = response?.headers ?? {}
  const seconds = Number(headers['retry-after'] ?? Number.NaN)
  if (Number.isFinite(seconds)) return bounded(seconds * 1_000)
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN)
  if (String(headers['x-ratelimit-remaining']) === '0' && Number.isFinite(reset)) {
    return bounded(reset * 1_000 - now + 1_000)
  }
  return status === 429 || /rate limit/i.test(message) ? 60_000 : null
}

/**
 * An octokit plugin: one client for one installation, which behaves. While GitHub wants to be left alone nothing is
 * sent at all, only reading is tried again, and a token that GitHub has revoked is replaced once.
 */
export function wellBehaved(now: () => number) {
  return (octokit: Pick<ProbotOctokit, 'hook' | 'auth'>): void => {
    let quietUntil = 0
    octokit.hook.wrap('request', async (request, options) => {
      const wait = quietUntil - now()
      if (wait > 0) throw stillWaiting(wait)
      // The retry plugin would send anything again after a 500, and a POST whose answer was lost may have been heard.
      // It also counts in an object that all requests of a client share, and waits longer with every one ever retried.
      options.request = {
        ...options.request,
        retryCount: 0,
        ...(reads(options.method) ? {} : { retries: 0 }),
      }
      try {
        return await request(options)
      } catch (error) {
        const asked = askedToWait(error, now())
        if (asked !== null) quietUntil = Math.max(quietUntil, now() + asked)
        if ((error as Answer).status !== 401 || !(await renewToken(octokit))) throw error
        return request(options)
      }
    })
  }
}

/**
 * For the throttling plugin: whether it sits the wait out itself. A short one while reading it does; a longer one is
 * for the caller, who has other work.
 */
export function sitOut(
  seconds: number,
  options: { readonly method: string },
  _: unknown,
  tries: number,
): boolean {
  return reads(options.method) && seconds <= 5 && tries < 2
}

/** As octokit throws it; every member may be missing. */
type Answer = {
  readonly status?: number
  readonly message?: string
  readonly response?: { readonly headers?: Readonly<Record<string, string | number | undefined>> }
}

function bounded(ms: number): number {
  return Math.min(Math.max(ms, 1_000), 3_600_000)
}

function stillWaiting(ms: number): Error {
  const seconds = Math.ceil(ms / 1_000)
  const error = new Error(`GitHub asked to be left alone for another ${seconds} s (rate limit)`)
  return Object.assign(error, { status: 429, response: { headers: { 'retry-after': String(seconds) } } })
}

function reads(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** False where there is no installation's token to renew: the App's own JWT is made for each request. */
async function renewToken(octokit: Pick<ProbotOctokit, 'auth'>): Promise<boolean> {
  try {
    await octokit.auth({ type: 'installation', refresh: true })
    return true
  } catch {
    return false
  }
}
