// Cuts GitHub's OpenAPI down to what the contract tests read, so that the repository carries a few hundred KB and
// not a package of 385 MB. Regenerate with:
//   npm pack @octokit/openapi, unpack it anywhere, then
//   node test/github/contract/trim.mjs path/to/generated/api.github.com.json
// What is in use is said once, in permissions.ts.
import { readFileSync, writeFileSync } from 'node:fs'
import { eventPermissions, operationPermissions } from './permissions.ts'

const [, , path] = process.argv
if (path === undefined) {
  console.error('usage: node trim.mjs path/to/api.github.com.json')
  process.exit(64)
}
const source = JSON.parse(readFileSync(path, 'utf8'))
// Here the description is wrong about GitHub: it says that the account of each listed installation is a user *and* an
// enterprise. Of a single installation it says *or*.
source.paths['/app/installations'].get.responses['200'].content['application/json'].schema = {
  type: 'array',
  items: { $ref: '#/components/schemas/installation' },
}
const reached = new Map()

const paths = {}
for (const operation of Object.keys(operationPermissions).sort()) {
  const [method, template] = operation.split(' ')
  const found = source.paths[template]?.[method.toLowerCase()]
  if (found === undefined)
    throw new Error(`expected ${operation} in the OpenAPI, found nothing: fix permissions.ts`)
  paths[template] ??= {}
  paths[template][method.toLowerCase()] = trimOperation(found)
}

const hooks = {}
for (const [event, { actions }] of Object.entries(eventPermissions)) {
  for (const action of actions.length === 0 ? [undefined] : actions) {
    const name = [event, action].filter(Boolean).join('-').replaceAll('_', '-')
    const found = source['x-webhooks'][name]
    if (found === undefined)
      throw new Error(`expected the webhook ${name}, found nothing: fix permissions.ts`)
    hooks[name] = { post: { requestBody: trimContent(found.post.requestBody) } }
  }
}

const schemas = Object.fromEntries([...reached].sort(([a], [b]) => (a < b ? -1 : 1)))
const lines = [
  '{',
  '"openapi":"3.0.3",',
  `"info":${JSON.stringify({ title: "GitHub's REST API, the operations in use", version: source.info.version, license: { name: 'MIT' }, 'x-source': 'https://github.com/octokit/openapi' })},`,
  '"paths":{',
  table(paths),
  '},',
  '"x-webhooks":{',
  table(hooks),
  '},',
  '"components":{"schemas":{',
  table(schemas),
  '}}',
  '}',
]
writeFileSync(new URL('./openapi.json', import.meta.url), `${lines.join('\n')}\n`)

function table(entries) {
  return Object.entries(entries)
    .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
    .join(',\n')
}

function trimOperation(operation) {
  const parameters = (operation.parameters ?? [])
    .map(resolve)
    .filter((p) => p.in === 'path' || p.in === 'query')
  const responses = {}
  for (const [status, response] of Object.entries(operation.responses))
    responses[status] = trimContent(resolve(response))
  return {
    parameters: parameters.map((p) => ({
      name: p.name,
      in: p.in,
      ...(p.required ? { required: true } : {}),
      ...(p['x-multi-segment'] ? { 'x-multi-segment': true } : {}),
      schema: trimSchema(p.schema),
    })),
    ...(operation.requestBody ? { requestBody: trimContent(resolve(operation.requestBody)) } : {}),
    responses,
  }
}

function trimContent(part) {
  const schema = part.content?.['application/json']?.schema
  return {
    ...(part.required ? { required: true } : {}),
    ...(schema ? { content: { 'application/json': { schema: trimSchema(schema) } } } : {}),
  }
}

function resolve(part) {
  if (part.$ref === undefined) return part
  return resolve(
    part.$ref
      .split('/')
      .slice(1)
      .reduce((node, key) => node[key], source),
  )
}

/** A schema without its prose. What a property is *called* is kept whatever it is: several are called `description`. */
function trimSchema(schema) {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1)
    if (!reached.has(name)) {
      reached.set(name, {})
      reached.set(name, trimSchema(source.components.schemas[name]))
    }
    return { $ref: schema.$ref }
  }
  const kept = {}
  for (const [key, value] of Object.entries(schema)) {
    if (/^(description|title|example|examples|default|deprecated|readOnly|discriminator|x-.*)$/.test(key))
      continue
    if (key === 'properties' || key === 'patternProperties') {
      kept[key] = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, trimSchema(inner)]))
    } else if (key === 'oneOf' || key === 'anyOf' || key === 'allOf') kept[key] = value.map(trimSchema)
    else if (key === 'items' || key === 'not') kept[key] = trimSchema(value)
    else if (key === 'additionalProperties' && typeof value === 'object') kept[key] = trimSchema(value)
    else kept[key] = value
  }
  return kept
}
