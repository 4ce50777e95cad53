import { Octokit } from '@octokit/rest'
import { dotted, literal, type Node, readSource, type Source } from './source.ts'

/** A GitHub operation in the source: `GET /repos/{owner}/{repo}/pulls`, and where it stands. */
export type Route = { readonly operation: string; readonly path: string }

const routeText = /^(GET|POST|PUT|PATCH|DELETE) \/[a-z…]/
const octokit = new Octokit()

/** Every GitHub operation that these files can ask for, in each of the three ways in which one can be written. */
export function routesIn(paths: readonly string[]): readonly Route[] {
  return paths.flatMap((path) => {
    const source = readSource(path)
    return routesOf(source).map((operation) => ({ operation, path }))
  })
}

export function routesOf(source: Source): readonly string[] {
  const written = source.strings.filter((text) => routeText.test(text) && !text.includes('…'))
  const called = source.nodes.flatMap((node) => [...shortForm(node), ...octokitMethod(node)])
  return [...new Set([...written, ...called])]
}

/** Routes that are put together at run time, which no reader can check. */
export function computedRoutes(source: Source): readonly string[] {
  return source.strings.filter((text) => routeText.test(text) && text.includes('…'))
}

/** That of protocol/repository.ts: `repo.one('/pulls/{pull_number}', ...)`. */
function shortForm(node: Node): readonly string[] {
  if (node.type !== 'CallExpression' || !/(^|\.)(one|all)$/.test(dotted(node.callee) ?? '')) return []
  const rest = literal((node.arguments as readonly unknown[])[0])
  return rest !== null && (rest === '' || rest.startsWith('/')) ? [`GET /repos/{owner}/{repo}${rest}`] : []
}

/** `octokit.rest.pulls.list`, called or handed on. */
function octokitMethod(node: Node): readonly string[] {
  const name = /(?:^|\.)(?:rest|octokit)\.([a-zA-Z]+)\.([a-zA-Z]+)$/.exec(dotted(node) ?? '')
  const scope = Reflect.get(octokit.rest, name?.[1] ?? '') as Readonly<Record<string, unknown>> | undefined
  const found = scope?.[name?.[2] ?? '']
  if (found === undefined) return []
  const { method, url } = (found as typeof octokit.rest.pulls.get).endpoint.DEFAULTS
  return [`${method} ${url}`]
}
