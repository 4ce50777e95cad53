import type { GitHubParams, GitHubReader } from './github.ts'

/** What both rooms have of octokit: one request, by a documented route or by the address of a next page. */
export type AskGitHub = (
  route: string,
  params: GitHubParams,
) => Promise<{ readonly data: unknown; readonly headers: { readonly link?: string | undefined } }>

const mostPages = 1_000

/**
 * Reads GitHub by GET and nothing else: the server as its App's installation, an agent with its own App. Every page of
 * a list, or a rejection; octokit's own `paginate` takes a 409 for an empty page, and so would leave out reviews or
 * commits without a word.
 */
export function readerBy(ask: AskGitHub): GitHubReader {
  return {
    one: async (route, params) => (await ask(reading(route), params)).data,
    all: async (route, params) => {
      const items: unknown[] = []
      let answer = await ask(reading(route), { per_page: 100, ...params })
      for (let page = 1; page <= mostPages; page++) {
        items.push(...listIn(answer.data, route))
        const next = /<([^<>]+)>;\s*rel="next"/.exec(answer.headers.link ?? '')?.[1]
        if (next === undefined) return items
        answer = await ask(`GET ${next}`, {})
      }
      throw new Error(`${route}: expected at most ${mostPages} pages`)
    },
  }
}

function reading(route: string): string {
  if (!route.startsWith('GET /')) throw new Error(`expected a GET, got ${route.split(' ')[0]}`)
  return route
}

/** Some lists come alone, others as the one list in an object that says `total_count`. */
function listIn(answer: unknown, route: string): readonly unknown[] {
  if (Array.isArray(answer)) return answer
  const members = Object.entries(answer ?? {})
  const lists = members.map(([, value]) => value).filter(Array.isArray)
  const [list] = lists
  const counted = members.some(([name]) => name === 'total_count')
  if (list !== undefined && lists.length === 1 && counted) return list
  throw new Error(`${route}: expected a list, got something else`)
}
