import { type Logger, Probot, ProbotOctokit } from 'probot'
import { sitOut, wellBehaved } from './limits.ts'

export type AppCredentials = {
  /** `https://api.github.com`, or `https://HOST/api/v3` of a GitHub Enterprise Server. */
  readonly apiUrl: string
  readonly appId: number
  /** PEM. */
  readonly privateKey: string
}

const timeoutMs = 10_000

/**
 * Probot as the GitHub App: authentication, installation clients, events. Its server, its set-up page and its own
 * verification of webhooks are not used, so that it gets no webhook secret.
 */
export function createProbot(app: AppCredentials, log: Logger, now: () => number = Date.now): Probot {
  return new Probot({
    appId: app.appId,
    privateKey: app.privateKey,
    baseUrl: app.apiUrl.replace(/\/$/, ''),
    log,
    request: { fetch: timedFetch },
    Octokit: clientClass(app.apiUrl, now),
  })
}

/** True for GitHub's own cloud, where content must not be created faster than once a second. */
export function isGitHubCloud(apiUrl: string): boolean {
  const { hostname } = new URL(apiUrl)
  return hostname === 'api.github.com' || hostname.endsWith('.ghe.com')
}

function clientClass(apiUrl: string, now: () => number): typeof ProbotOctokit {
  const pace = isGitHubCloud(apiUrl) ? {} : { write: unpaced, notifications: unpaced }
  const limits = { onRateLimit: sitOut, onSecondaryRateLimit: sitOut, ...pace }
  return ProbotOctokit.plugin(wellBehaved(now)).defaults((options: { readonly throttle?: object }) => ({
    ...options,
    throttle: { ...options.throttle, ...limits },
    userAgent: 'dbward',
  }))
}

/** In the place of the throttling plugin's groups that space writes 1 s and comments 3 s apart. */
const unpaced = { key: () => ({ schedule: (_: unknown, job: () => Promise<void>) => job() }) }

/**
 * Octokit 7 knows no timeout. A body that breaks off still comes out of octokit as an empty text with status 200, which
 * is why every answer is parsed before anything is made of it.
 */
const timedFetch: typeof fetch = (input, init) => {
  const timeout = AbortSignal.timeout(timeoutMs)
  return fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout })
}
