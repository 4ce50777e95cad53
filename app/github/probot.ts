import { type Logger, Probot, ProbotOctokit } from 'probot'
import { sitOut, wellBehaved } from './limits.ts'

export type AppCredentials = {
  /** `https://api.github.com`, or `https://HOST/api/v3` of a GitHub Enterprise Server. */
  readonly apiUrl: string
  readonly appId: number
  /** PEM. */
  readonly privateKey: string
}

/**
 * Probot as the GitHub App: authentication, installation clients, events. Its server, its set-up page and its own
 * verification of webhooks are not used, so that it gets no webhook secret.
 */
export function createProbot(
  app: AppCredentials,
  log: Logger,
  { now = Date.now, timeoutMs = 10_000 }: { readonly now?: () => number; readonly timeoutMs?: number } = {},
): Probot {
  const baseUrl = app.apiUrl.replace(/\/$/, '')
  return new Probot({
    appId: app.appId,
    privateKey: app.privateKey,
    baseUrl,
    log,
    request: { fetch: fetchWithin(timeoutMs) },
    Octokit: clientClass(baseUrl, now),
  })
}

/** True for GitHub's own cloud, where content must not be created faster than once a second. */
export function isGitHubCloud(apiUrl: string): boolean {
  const { hostname } = new URL(apiUrl)
  return hostname === 'api.github.com' || hostname.endsWith('.ghe.com')
}

/** Where people look at what the API speaks of: `https://github.com`, or `https://HOST` of an installation of one's own. */
export function webUrl(apiUrl: string): string {
  const { protocol, host } = new URL(apiUrl)
  return `${protocol}//${isGitHubCloud(apiUrl) ? host.replace(/^api\./, '') : host}`
}

type Options = {
  readonly throttle?: object
  readonly auth?: { readonly request?: { readonly defaults: (over: object) => unknown } }
}

/**
 * Probot gives its authentication a `request` without the base URL: a token that is asked for outside of a request
 * would be asked of api.github.com, with the JWT of an App that lives elsewhere.
 */
function clientClass(baseUrl: string, now: () => number): typeof ProbotOctokit {
  const pace = isGitHubCloud(baseUrl) ? {} : { write: unpaced, notifications: unpaced }
  const limits = { onRateLimit: sitOut, onSecondaryRateLimit: sitOut, ...pace }
  return ProbotOctokit.plugin(wellBehaved(now)).defaults((options: Options) => ({
    ...options,
    auth: { ...options.auth, request: options.auth?.request?.defaults({ baseUrl }) },
    throttle: { ...options.throttle, ...limits },
    retry: { retries: 2, doNotRetry: [400, 401, 403, 404, 409, 410, 422, 429, 451] },
    userAgent: 'dbward',
  }))
}

/** In the place of the throttling plugin's groups that space writes 1 s and comments 3 s apart. */
const unpaced = { key: () => ({ schedule: (_: unknown, job: () => Promise<void>) => job() }) }

/**
 * Octokit 7 knows no timeout. A body that breaks off still comes out of octokit as an empty text with status 200, which
 * is why every answer is parsed before anything is made of it.
 */
function fetchWithin(timeoutMs: number): typeof fetch {
  return (input, init) => {
    const timeout = AbortSignal.timeout(timeoutMs)
    return fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout })
  }
}
