import { readFileSync } from 'node:fs'
import { requestLimits, webhookLimits } from './limits.ts'
import { router } from './route.ts'
import { type OpenApiSchema, type Schemas, schemas } from './schema.ts'

export type Query = Readonly<Record<string, string | readonly string[]>>
export type ContractRequest = {
  readonly method: string
  readonly path: string
  readonly query?: Query
  readonly body?: unknown
}
export type ContractResponse = Omit<ContractRequest, 'query'> & { readonly status: number }

/**
 * GitHub's REST API as GitHub itself describes it, cut down to the operations in `permissions.ts`.
 *
 * Every check answers with a list of sentences; an empty list is the pass. An operation or an event that is not in the
 * contract is a problem, so that nothing comes into use without its permission being written down.
 */
export type Contract = {
  checkRequest(request: ContractRequest): readonly string[]
  checkResponse(response: ContractResponse): readonly string[]
  checkWebhook(event: string, action: string | null, payload: unknown): readonly string[]
  /** The operation as `permissions.ts` writes it, `GET /repos/{owner}/{repo}`, or null where none matches. */
  operation(method: string, path: string): string | null
}

export function loadContract(): Contract {
  const api: OpenApi = JSON.parse(readFileSync(new URL('./openapi.json', import.meta.url), 'utf8'))
  const check = schemas(api.components.schemas)
  const templates = Object.keys(api.paths).map((template) => ({
    template,
    methods: Object.keys(api.paths[template] ?? {}),
  }))
  const find = router(templates, (template) => spanning(api.paths[template] ?? {}))
  const lookUp = (method: string, path: string) => {
    const match = find(method, path)
    const described = match && api.paths[match.template]?.[method.toLowerCase()]
    return match && described ? { ...match, described } : null
  }

  return {
    operation: (method, path) => lookUp(method, path)?.operation ?? null,

    checkRequest({ method, path, query = {}, body }) {
      const found = lookUp(method, path)
      if (found === null)
        return [`${method} ${path}: not in the contract; add it to permissions.ts and trim again`]
      return [
        ...checkPath(check, found.described, found.values),
        ...checkQuery(check, found.described, query),
        ...checkBody(check, found.described, body),
        ...requestLimits(found.operation, body),
      ].map((problem) => `${found.operation}: ${problem}`)
    },

    checkResponse({ method, path, status, body }) {
      const found = lookUp(method, path)
      if (found === null)
        return [`${method} ${path}: not in the contract; add it to permissions.ts and trim again`]
      const problems = checkAnswer(check, found.operation, found.described, status, body)
      return problems.map((problem) => `${found.operation} ${status}: ${problem}`)
    },

    checkWebhook(event, action, payload) {
      const name = [event, action].filter(Boolean).join('-').replaceAll('_', '-')
      const schema = json(api['x-webhooks'][name]?.post.requestBody)
      if (schema === undefined) return [`${name}: no such webhook in the contract`]
      const problems = [...check.checkOpen(schema, payload), ...webhookLimits(event, action, payload)]
      return problems.map((problem) => `${name}: ${problem}`)
    },
  }
}

type Content = { readonly content?: { readonly 'application/json': { readonly schema: OpenApiSchema } } }
type Parameter = {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required?: boolean
  readonly 'x-multi-segment'?: boolean
  readonly schema: OpenApiSchema
}
type Operation = {
  readonly parameters: readonly Parameter[]
  readonly requestBody?: Content & { readonly required?: boolean }
  readonly responses: Readonly<Record<string, Content>>
}
type OpenApi = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly 'x-webhooks': Readonly<Record<string, { readonly post: { readonly requestBody: Content } }>>
  readonly components: { readonly schemas: Readonly<Record<string, OpenApiSchema>> }
}

function json(part: Content | undefined): OpenApiSchema | undefined {
  return part?.content?.['application/json'].schema
}

function spanning(methods: Readonly<Record<string, Operation>>): ReadonlySet<string> {
  const parameters = Object.values(methods).flatMap((operation) => operation.parameters)
  return new Set(parameters.filter((p) => p.in === 'path' && p['x-multi-segment']).map((p) => p.name))
}

function checkPath(
  check: Schemas,
  { parameters }: Operation,
  values: ReadonlyMap<string, string>,
): readonly string[] {
  return parameters
    .filter((parameter) => parameter.in === 'path')
    .flatMap(({ name, schema }) => checkText(check, name, schema, values.get(name) ?? ''))
}

function checkQuery(check: Schemas, { parameters }: Operation, query: Query): readonly string[] {
  const known = parameters.filter((parameter) => parameter.in === 'query')
  const unknown = Object.keys(query).filter((name) => !known.some((parameter) => parameter.name === name))
  const missing = known.filter(({ name, required }) => required === true && !(name in query))
  // GitHub silently cuts a larger page, so that a caller who counts to its own limit stops one page early.
  const page = Number(query.per_page ?? 1)
  return [
    ...unknown.map((name) => `query ${name}: unknown`),
    ...missing.map(({ name }) => `query ${name}: required`),
    ...(page >= 1 && page <= 100 ? [] : ['query per_page: expected 1 to 100']),
    ...known.flatMap(({ name, schema }) =>
      [query[name] ?? []].flat().flatMap((text) => checkText(check, `query ${name}`, schema, text)),
    ),
  ]
}

/** Checks a value that travels as text. It takes the type that its schema asks for, if it reads as one. */
function checkText(check: Schemas, place: string, schema: OpenApiSchema, text: string): readonly string[] {
  const readings: unknown[] = [text]
  if (/^-?\d+$/.test(text)) readings.push(Number(text))
  if (text === 'true' || text === 'false') readings.push(text === 'true')
  const tried = readings.map((reading) => check.checkOpen(schema, reading))
  if (tried.some((problems) => problems.length === 0)) return []
  return (tried.at(-1) ?? []).map((problem) => `${place}: ${problem.replace(/^body: /, '')}`)
}

function checkBody(check: Schemas, { requestBody }: Operation, body: unknown): readonly string[] {
  const empty = body === undefined || body === null || body === ''
  if (empty) return requestBody?.required === true ? ['body: required'] : []
  const schema = json(requestBody)
  // octokit sends `{}` with a PUT or POST that takes no body.
  if (schema === undefined)
    return Object.keys(body as object).length === 0 ? [] : ['body: this operation takes none']
  return check.checkClosed(schema, body)
}

/** Answers that any operation may give, in GitHub's common error shape, whether or not its description lists them. */
const generic: ReadonlySet<number> = new Set([301, 304, 307, 401, 403, 404, 422, 429])

/** With `Accept: application/vnd.github.raw`, `.diff` or `.patch` these answer with text, which is no JSON body. */
const textual =
  /^GET \/repos\/\{owner\}\/\{repo\}\/(contents\/\{path\}|git\/blobs\/\{file_sha\}|pulls\/\{pull_number\}|commits\/\{ref\}|compare\/\{basehead\})$/

function checkAnswer(
  check: Schemas,
  operation: string,
  { responses }: Operation,
  status: number,
  body: unknown,
): readonly string[] {
  const empty = body === undefined || body === null || body === ''
  const documented = responses[status]
  if (documented === undefined && !generic.has(status))
    return ['a status that this operation never answers with']
  if (status === 304 || status === 204) return empty ? [] : ['body: expected none']
  const isText = typeof body === 'string' || body === undefined
  if (isText && status === 200 && textual.test(operation)) return []

  const schema = json(documented)
  const problems = schema === undefined ? [] : check.checkOpen(schema, empty ? null : body)
  if (status >= 300) return [...problems, ...errorShape(body)]
  return schema === undefined && !empty && Object.keys(body as object).length > 0
    ? ['body: expected none']
    : problems
}

/** Every refusal of GitHub's has these two, though `basic-error` in its description requires neither. */
function errorShape(body: unknown): readonly string[] {
  const { message, documentation_url: url } = (body ?? {}) as {
    message?: unknown
    documentation_url?: unknown
  }
  return [
    ...(typeof message === 'string' && message !== '' ? [] : ['message: expected a sentence']),
    ...(url === undefined || typeof url === 'string' ? [] : ['documentation_url: expected a string']),
  ]
}
