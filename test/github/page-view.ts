import { createHash } from 'node:crypto'
import { Octokit } from '@octokit/rest'
import type { GitHub } from './emulator.ts'
import { type Html, html, render } from './page-html.ts'
import { style } from './page-style.ts'

/** What the page has to be told; all else it reads from the emulator's own REST API, as anybody would. */
export type PageSource = Pick<GitHub, 'url' | 'accounts' | 'repositories'>

export type Person = { readonly login: string; readonly token: string }

/** Everybody whom one can act as. */
export function peopleOf(source: PageSource): readonly Person[] {
  return source
    .accounts()
    .flatMap(({ login, type, token }) => (type === 'User' && token !== null ? [{ login, token }] : []))
}

export type RepositoryName = { readonly owner: string; readonly repo: string }

/** GitHub's API as one person sees it. */
export function actingAs({ url }: PageSource, { token }: Person): Octokit {
  const quiet = () => undefined
  return new Octokit({
    baseUrl: url,
    auth: token,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  })
}

/** The first person who can read a repository, or null where nobody can: then there is nothing to show. */
export async function readerOf(source: PageSource, name: RepositoryName): Promise<Octokit | null> {
  for (const person of peopleOf(source)) {
    const octokit = actingAs(source, person)
    const seen = await octokit.rest.repos.get(name).catch(refusal)
    if (seen instanceof Error ? seen.status !== 404 && seen.status !== 403 : true) return octokit
  }
  return null
}

/** An answer of the API that was not 2xx, given back as a value. Anything else that goes wrong is thrown on. */
export function refusal(error: unknown): Error & { readonly status: number } {
  if (error instanceof Error && 'status' in error && typeof error.status === 'number') {
    return error as Error & { readonly status: number }
  }
  throw error
}

/** No script runs and nothing is loaded: what a page shows was written by whoever pushed or commented. */
export const securityHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

export function page(title: string, path: readonly { href: string; text: string }[], body: Html): string {
  return render(html`<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>${style}</style></head>
<body><nav><a href="/">Emulated GitHub</a>${path.map(({ href, text }) => html` / <a href="${href}">${text}</a>`)}</nav>
<main>${body}</main></body></html>`)
}

export function when(time: string | null | undefined): Html {
  return html`<time datetime="${time}">${(time ?? '').replace('T', ' ').replace('Z', ' UTC')}</time>`
}

export function stateOf(pull: {
  readonly state: string
  readonly draft?: boolean | undefined
  readonly merged_at: string | null
}): string {
  if (pull.merged_at !== null) return 'merged'
  return pull.state === 'open' && pull.draft === true ? 'draft' : pull.state
}

/** Where the page of a repository, or of one of its pull requests, is. */
export function pathOf({ owner, repo }: RepositoryName, number?: number | string): string {
  const repository = `/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}`
  return number === undefined ? repository : `${repository}/pull/${encodeURIComponent(number)}`
}
