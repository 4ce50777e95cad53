/** An operation of the contract, found by what was asked for. */
export type Match = {
  readonly operation: string
  readonly template: string
  readonly values: ReadonlyMap<string, string>
}

export type Router = (method: string, path: string) => Match | null

/**
 * Finds the path template of a request. `spanning` says which parameters of a template may hold a slash: octokit
 * escapes it (`heads%2Fmain`), a browser or curl does not, and GitHub takes both.
 */
export function router(
  templates: readonly { readonly template: string; readonly methods: readonly string[] }[],
  spanning: (template: string) => ReadonlySet<string>,
): Router {
  const patterns = templates
    .map(({ template, methods }) => ({ template, methods, pattern: toPattern(template, spanning(template)) }))
    .sort((a, b) => literals(b.template) - literals(a.template))

  return (method, path) => {
    const wanted = withoutMount(path)
    for (const { template, methods, pattern } of patterns) {
      const found = pattern.exec(wanted)
      if (found === null || !methods.includes(method.toLowerCase())) continue
      const values = new Map(
        Object.entries(found.groups ?? {}).map(([name, value]) => [name, decode(value ?? '')]),
      )
      return { operation: `${method.toUpperCase()} ${template}`, template, values }
    }
    return null
  }
}

/**
 * The path as GitHub's reference has it. An Enterprise Server, and octokit told of one, puts `/api/v3` before it; the
 * redirect of a renamed repository leads to `/repositories/{id}`, which is the same operations under another name.
 */
function withoutMount(path: string): string {
  return path
    .replace(/[?#].*$/, '')
    .replace(/^\/api\/v3(?=\/|$)/, '')
    .replace(/^\/repositories\/(\d+)/, '/repos/-/$1')
}

function toPattern(template: string, spanning: ReadonlySet<string>): RegExp {
  const source = template
    .slice(1)
    .split('/')
    .map((segment) => {
      const name = /^\{([\w-]+)\}$/.exec(segment)?.[1]
      if (name === undefined) return `/${segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`
      // The contents of the root have no path, and octokit drops the slash before it.
      if (name === 'path') return '(?:/(?<path>.*))?'
      return `/(?<${name}>${spanning.has(name) ? '.+' : '[^/]+'})`
    })
    .join('')
  return new RegExp(`^${source}$`)
}

/** More fixed segments win: `commits/{ref}/check-runs` before `commits/{ref}`, whose ref may hold a slash. */
function literals(template: string): number {
  return template.split('/').filter((segment) => !segment.startsWith('{')).length
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
