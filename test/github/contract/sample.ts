import { readFileSync } from 'node:fs'
import type { OpenApiSchema } from './schema.ts'

type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Answers }>>>>
  readonly 'x-webhooks': Readonly<Record<string, { readonly post: { readonly requestBody: Answer } }>>
  readonly components: { readonly schemas: Readonly<Record<string, OpenApiSchema>> }
}
type Answer = { readonly content?: { readonly 'application/json': { readonly schema: OpenApiSchema } } }
type Answers = Readonly<Record<string, Answer>>

const api: Document = JSON.parse(readFileSync(new URL('./openapi.json', import.meta.url), 'utf8'))

/** The smallest value that the contract takes as this webhook's payload: only what is required. */
export function sampleWebhook(name: string): Record<string, unknown> {
  const schema = api['x-webhooks'][name]?.post.requestBody.content?.['application/json'].schema
  if (schema === undefined) throw new Error(`expected the webhook ${name} in the contract`)
  return sample(schema) as Record<string, unknown>
}

/** The smallest successful answer of every operation that answers with JSON. */
export function sampleAnswers(): readonly {
  method: string
  template: string
  status: number
  body: unknown
}[] {
  return Object.entries(api.paths).flatMap(([template, methods]) =>
    Object.entries(methods).flatMap(([method, { responses }]) =>
      Object.entries(responses)
        .filter(([status]) => status.startsWith('2'))
        .flatMap(([status, answer]) => {
          const schema = answer.content?.['application/json'].schema
          return schema ? [{ method, template, status: Number(status), body: sample(schema) }] : []
        }),
    ),
  )
}

function sample(schema: OpenApiSchema): unknown {
  const { $ref, type, enum: values, allOf, anyOf, oneOf, properties, required, items } = schema
  if (typeof $ref === 'string') return sample(api.components.schemas[$ref.split('/').at(-1) ?? ''] ?? {})
  if (Array.isArray(values)) return values[0]
  if (Array.isArray(allOf)) return Object.assign({}, ...allOf.map((part) => sample(part)))
  const [branch] = [anyOf, oneOf].flat().filter((part) => part !== undefined)
  if (type === 'object' || properties !== undefined) {
    const members = (properties ?? {}) as Record<string, OpenApiSchema>
    const needed = (required ?? []) as string[]
    const own = Object.fromEntries(needed.map((name) => [name, sample(members[name] ?? {})]))
    return branch === undefined ? own : { ...own, ...(sample(branch as OpenApiSchema) as object) }
  }
  if (branch !== undefined) return sample(branch as OpenApiSchema)
  if (type === 'array') {
    return Array.from({ length: Number(schema.minItems ?? 1) }, () => sample((items ?? {}) as OpenApiSchema))
  }
  if (type === 'integer' || type === 'number') return Number(schema.minimum ?? 1)
  if (type === 'boolean') return false
  return text(schema)
}

function text({ format, minLength }: OpenApiSchema): string {
  if (format === 'date-time') return '2026-01-01T00:00:00Z'
  if (format === 'uri' || format === 'uri-template') return 'https://example.com/'
  if (format === 'email') return 'somebody@example.com'
  return 'x'.repeat(Math.max(1, Number(minLength ?? 1)))
}
