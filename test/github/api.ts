import type { paths } from '@octokit/openapi-types'
import type { Caller } from './auth.ts'
import type { Permissions, Repo, Role, World } from './world.ts'

type Verb = 'get' | 'post' | 'put' | 'patch' | 'delete'
type Json<Response> = Response extends { content: { 'application/json': infer Body } } ? Body : never

/** What GitHub's OpenAPI description says that an operation answers when all is well. */
export type Success<P extends keyof paths, V extends Verb> = paths[P] extends {
  [Key in V]: { responses: infer All }
}
  ? { [Status in keyof All]: Status extends 200 | 201 | 202 ? Json<All[Status]> : never }[keyof All]
  : never

export type Answer<Body = unknown> = {
  readonly status: number
  readonly body?: Body
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as it is, in place of a JSON body. */
  readonly bytes?: Buffer
}

export type Ask = {
  readonly world: World
  readonly caller: Caller
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
  readonly accept: string
  /** The URL as it was asked for, for Link headers. */
  readonly url: string
}

export type RepoAsk = Ask & { readonly repo: Repo }

/** What a caller needs: an App one of these sets of permissions, a person a role. */
export type Needs = {
  readonly app: Permissions | readonly Permissions[]
  readonly user: Role | 'nobody'
}

export type Route = {
  readonly verb: Verb
  readonly template: string
  readonly needs: Needs | 'app' | 'anybody'
  readonly run: (ask: Ask) => Promise<Answer> | Answer
  readonly onRepo: ((ask: RepoAsk) => Promise<Answer> | Answer) | null
}

type Run<A, B> = (ask: A) => Promise<Answer<B>> | Answer<B>

/** An operation on a repository: the repository is found and the needs are met before `run`. */
export function repoRoute<V extends Verb, P extends keyof paths & `/repos/{owner}/{repo}${string}`>(
  verb: V,
  template: P,
  needs: Needs,
  run: Run<RepoAsk, Success<P, V>>,
): Route {
  const unresolved = (): never => {
    throw new Error(`expected ${template} to be asked with its repository`)
  }
  return { verb, template, needs, run: unresolved, onRepo: run }
}

/** Any other operation. `app` wants the JWT of an App; with `anybody`, `run` looks at the caller itself. */
export function route<V extends Verb, P extends keyof paths>(
  verb: V,
  template: P,
  needs: 'app' | 'anybody',
  run: Run<Ask, Success<P, V>>,
): Route {
  return { verb, template, needs, run, onRepo: null }
}

export type FieldError = {
  readonly resource: string
  readonly field?: string
  readonly code: string
  readonly message?: string
}

/** An answer that is not 2xx. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly errors: readonly FieldError[] | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly more: Readonly<Record<string, unknown>>

  constructor(
    status: number,
    message: string,
    options: {
      readonly errors?: readonly FieldError[]
      readonly headers?: Readonly<Record<string, string>>
      readonly more?: Readonly<Record<string, unknown>>
    } = {},
  ) {
    super(message)
    this.status = status
    this.errors = options.errors
    this.headers = options.headers ?? {}
    this.more = options.more ?? {}
  }
}

export const notFound = (): ApiError => new ApiError(404, 'Not Found')
export const forbiddenToApp = (): ApiError => new ApiError(403, 'Resource not accessible by integration')

/** 422 in the form that most of the API has. */
export function invalid(resource: string, message: string, field?: string, code = 'custom'): ApiError {
  return new ApiError(422, 'Validation Failed', {
    errors: [{ resource, code, ...(field ? { field } : {}), message }],
  })
}

export function errorAnswer(error: ApiError): Answer {
  const body = {
    message: error.message,
    ...(error.errors ? { errors: error.errors } : {}),
    ...error.more,
    documentation_url: 'https://docs.github.com/rest',
    status: String(error.status),
  }
  return { status: error.status, body, headers: error.headers }
}
