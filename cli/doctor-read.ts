import type { GitHubParams, GitHubReader } from '@dbward/protocol/github'
import { flag, integer, list, nullable, open, type Parsed, type Parser, text } from '@dbward/protocol/shape'

/** What a token may see of how a branch is guarded; null where it may not see it. */
export type Surroundings = {
  readonly branch: string
  readonly mergeMethods: readonly string[]
  /** The active rules of the branch, whatever ruleset they are from; plans without rulesets answer that one may not. */
  readonly rules: readonly Rule[] | null
  /** Required checks of classic protection, which are for everybody to see. */
  readonly classicChecks: readonly { readonly context: string; readonly appId: number | null }[]
  readonly classic: Classic | 'none' | null
  readonly bypass: readonly { readonly ruleset: number; readonly actors: readonly string[] | null }[]
  readonly actionsMayApprove: boolean | null
  readonly app: Installed | 'not installed' | null
}
export type Rule = Parsed<typeof rule>
export type Classic = Parsed<typeof classic>
export type Installed = Parsed<typeof installed>

const whatever: Parser<unknown> = (value) => value

const repository = open({
  default_branch: text,
  allow_merge_commit: nullable(flag),
  allow_squash_merge: nullable(flag),
  allow_rebase_merge: nullable(flag),
})
const check = open({ context: text, integration_id: nullable(integer) })
const rule = open({
  type: text,
  ruleset_id: nullable(integer),
  parameters: nullable(
    open({
      required_status_checks: nullable(list(check)),
      required_approving_review_count: nullable(integer),
      dismiss_stale_reviews_on_push: nullable(flag),
    }),
  ),
})
const guarded = open({
  protected: flag,
  protection: nullable(
    open({
      required_status_checks: nullable(
        open({ checks: nullable(list(open({ context: text, app_id: nullable(integer) }))) }),
      ),
    }),
  ),
})
const enabled = nullable(open({ enabled: flag }))
const anybody = nullable(list(whatever))
const people = nullable(open({ users: anybody, teams: anybody, apps: anybody }))
const classic = open({
  enforce_admins: enabled,
  allow_force_pushes: enabled,
  restrictions: people,
  required_pull_request_reviews: nullable(
    open({ dismiss_stale_reviews: nullable(flag), bypass_pull_request_allowances: people }),
  ),
})
const ruleset = open({
  bypass_actors: nullable(
    list(open({ actor_id: nullable(integer), actor_type: text, bypass_mode: nullable(text) })),
  ),
})
const workflow = open({ can_approve_pull_request_reviews: flag })
const installed = open({
  app_id: integer,
  app_slug: text,
  permissions: (value: unknown, at: string) => {
    const found = open({})(value, at)
    return {
      ...found,
      ...Object.fromEntries(Object.entries(value as object).map(([key, one]) => [key, text(one, at)])),
    } as Readonly<Record<string, string>>
  },
  events: list(text),
  suspended_at: nullable(text),
})

/** Asks GitHub by GET alone. What the token may not see is null; what GitHub does not answer is an error. */
export async function readSurroundings(
  github: GitHubReader,
  fullName: string,
  asked: { readonly branch: string | undefined; readonly app: string },
): Promise<Surroundings> {
  const [owner = '', repo = ''] = fullName.split('/')
  const of = (route: string, params: GitHubParams = {}) =>
    github.one(`GET /repos/{owner}/{repo}${route}`, { owner, repo, ...params })
  const about = repository(await of(''), 'repository')
  const branch = asked.branch ?? about.default_branch
  const found = guarded(await of('/branches/{branch}', { branch }), 'branch')
  const rules = await seen(async () => {
    const listed = await github.all('GET /repos/{owner}/{repo}/rules/branches/{branch}', {
      owner,
      repo,
      branch,
    })
    return listed.map((one, i) => rule(one, `rules[${i}]`))
  })
  const ids = [...new Set((rules ?? []).flatMap((one) => one.ruleset_id ?? []))]
  const bypass = []
  for (const id of ids) {
    const one = await seen(async () =>
      ruleset(await of('/rulesets/{ruleset_id}', { ruleset_id: id }), 'ruleset'),
    )
    const actors = one?.bypass_actors?.map(actorWords) ?? null
    bypass.push({ ruleset: id, actors })
  }
  return {
    branch,
    mergeMethods: [
      ...(about.allow_merge_commit ? ['merge'] : []),
      ...(about.allow_squash_merge ? ['squash'] : []),
      ...(about.allow_rebase_merge ? ['rebase'] : []),
    ],
    rules,
    classicChecks: (found.protection?.required_status_checks?.checks ?? []).map((one) => ({
      context: one.context,
      appId: one.app_id,
    })),
    classic: found.protected
      ? await classicOf(() => of('/branches/{branch}/protection', { branch }))
      : 'none',
    bypass,
    actionsMayApprove: await seen(
      async () =>
        workflow(await of('/actions/permissions/workflow'), 'permissions').can_approve_pull_request_reviews,
    ),
    app: await appOf(github, owner, asked.app),
  }
}

/** GitHub answers 404 both where there is none and where one may not see it: only an administrator's 404 says none. */
async function classicOf(ask: () => Promise<unknown>): Promise<Classic | 'none' | null> {
  try {
    return classic(await ask(), 'protection')
  } catch (error) {
    if (!isHidden(error)) throw error
    return /Branch not protected/i.test(error instanceof Error ? error.message : '') ? 'none' : null
  }
}

async function appOf(
  github: GitHubReader,
  org: string,
  slug: string,
): Promise<Installed | 'not installed' | null> {
  const all = await seen(() => github.all('GET /orgs/{org}/installations', { org }))
  if (all === null) return null
  const found = all.map((one, i) => installed(one, `installations[${i}]`))
  return found.find((one) => one.app_slug === slug) ?? 'not installed'
}

async function seen<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask()
  } catch (error) {
    if (isHidden(error)) return null
    throw error
  }
}

/** 403 and 404, which the reader of a token turns into a refusal for some routes. */
function isHidden(error: unknown): boolean {
  const { status, cause } = error as {
    readonly status?: unknown
    readonly cause?: { readonly status?: unknown }
  }
  const said = status ?? cause?.status
  return said === 403 || said === 404
}

function actorWords(one: {
  readonly actor_type: string
  readonly actor_id: number | null
  readonly bypass_mode: string | null
}): string {
  const id = one.actor_id === null ? '' : ` ${one.actor_id}`
  return `${one.actor_type}${id}${one.bypass_mode === 'pull_request' ? ' (on pull requests)' : ''}`
}
