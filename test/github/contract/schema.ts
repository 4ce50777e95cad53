import { Ajv2019, type ErrorObject, type ValidateFunction } from 'ajv/dist/2019.js'
import formats from 'ajv-formats'

/** A schema as OpenAPI 3.0 writes it: JSON Schema apart from `nullable`. */
export type OpenApiSchema = { readonly [keyword: string]: unknown }

export type Schemas = {
  /** Lists what is wrong with a value that GitHub sends. Members that the schema does not name are allowed. */
  checkOpen(schema: OpenApiSchema, value: unknown): readonly string[]
  /** Lists what is wrong with a value that we send. A member that the schema does not name is a problem. */
  checkClosed(schema: OpenApiSchema, value: unknown): readonly string[]
}

/** Validators for schemas of one OpenAPI document, each compiled when it is first needed. */
export function schemas(components: Readonly<Record<string, OpenApiSchema>>): Schemas {
  // The document has formats (`repo.nwo`) and discriminators that ajv does not know; its strict mode refuses both.
  const ajv = new Ajv2019({ strict: false, allErrors: true, logger: false })
  formats.default(ajv)
  ajv.addSchema({
    $id: 'github',
    components: { schemas: Object.fromEntries(Object.entries(components).map(([k, v]) => [k, open(v)])) },
  })
  const compiled = {
    open: new WeakMap<object, ValidateFunction>(),
    closed: new WeakMap<object, ValidateFunction>(),
  }

  const check = (kind: 'open' | 'closed', schema: OpenApiSchema, value: unknown) => {
    let validate = compiled[kind].get(schema)
    if (validate === undefined) {
      validate = ajv.compile(kind === 'open' ? open(schema) : closed(schema, components))
      compiled[kind].set(schema, validate)
    }
    return validate(value) ? [] : sentences(validate.errors ?? [])
  }
  return {
    checkOpen: (schema, value) => check('open', schema, value),
    checkClosed: (schema, value) => check('closed', schema, value),
  }
}

function open(schema: OpenApiSchema): OpenApiSchema {
  if (typeof schema.$ref === 'string') return { $ref: `github${schema.$ref}` }
  return nullable(mapInner(schema, open))
}

/**
 * A request schema that refuses unknown members. `unevaluatedProperties` and not `additionalProperties`, because
 * several bodies are an object with an `anyOf` beside its `properties`, whose branches name the same members again.
 */
function closed(schema: OpenApiSchema, components: Readonly<Record<string, OpenApiSchema>>): OpenApiSchema {
  const target = typeof schema.$ref === 'string' ? components[schema.$ref.split('/').at(-1) ?? ''] : schema
  if (target === undefined) throw new Error(`expected ${String(schema.$ref)} in the contract, found nothing`)
  const inner = mapInner(target, (part) => closed(part, components))
  if (inner.properties === undefined || inner.additionalProperties !== undefined) return nullable(inner)
  const branches: Record<string, unknown> = {}
  for (const key of composition) {
    if (Array.isArray(inner[key])) branches[key] = inner[key].map(withoutCatchAll)
  }
  return nullable({ ...inner, ...branches, unevaluatedProperties: false })
}

/** A branch beside `properties` that allows everything would count everything as evaluated. */
function withoutCatchAll(branch: OpenApiSchema): OpenApiSchema {
  const { additionalProperties: _, unevaluatedProperties: __, ...rest } = branch
  return rest
}

const composition = ['oneOf', 'anyOf', 'allOf']

function mapInner(schema: OpenApiSchema, change: (part: OpenApiSchema) => OpenApiSchema): OpenApiSchema {
  const changed: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties' || key === 'patternProperties') {
      changed[key] = Object.fromEntries(
        Object.entries(value as Record<string, OpenApiSchema>).map(([name, part]) => [name, change(part)]),
      )
    } else if (composition.includes(key)) changed[key] = (value as OpenApiSchema[]).map(change)
    else if (key === 'items' || key === 'not') changed[key] = change(value as OpenApiSchema)
    else if (key === 'additionalProperties' && typeof value === 'object')
      changed[key] = change(value as OpenApiSchema)
    else changed[key] = value
  }
  return changed
}

function nullable(schema: OpenApiSchema): OpenApiSchema {
  const { nullable: mayBeNull, ...rest } = schema
  if (mayBeNull !== true) return rest
  if (typeof rest.type !== 'string' || composition.some((key) => key in rest)) {
    return { anyOf: [rest, { type: 'null' }] }
  }
  const { enum: values } = rest
  return {
    ...rest,
    type: [rest.type, 'null'],
    ...(Array.isArray(values) && !values.includes(null) ? { enum: [...values, null] } : {}),
  }
}

function sentences(errors: readonly ErrorObject[]): readonly string[] {
  // A failed `anyOf` reports itself and each of its branches; the branches say more.
  const telling = errors.filter(({ keyword }) => keyword !== 'anyOf' && keyword !== 'oneOf')
  return [...new Set((telling.length > 0 ? telling : errors).map(sentence))]
}

function sentence({ instancePath, keyword, message, params }: ErrorObject): string {
  const place = instancePath === '' ? 'body' : instancePath.slice(1).replaceAll('/', '.')
  if (keyword === 'unevaluatedProperties') return `${place}: unknown member ${params.unevaluatedProperty}`
  if (keyword === 'additionalProperties') return `${place}: unknown member ${params.additionalProperty}`
  if (keyword === 'enum') return `${place}: must be one of ${params.allowedValues.join(', ')}`
  return `${place}: ${message ?? keyword}`
}
