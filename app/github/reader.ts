import type { GitHubParams, GitHubReader } from '@dbward/protocol/github'
import type { ProbotOctokit } from 'probot'

export type Octokit = Pick<ProbotOctokit, 'request'>

/** Reads GitHub as one installation of our App. */
export function reader(octokit: Octokit): GitHubReader {
  return {
    one: async (route, params) => (await octokit.request(route, { ...params })).data,
    all: (route, params) => readAll(octokit, route, params),
  }
}

const mostPages = 1_000

/**
 * Every page, or a rejection. Octokit's own `paginate` takes a 409 for an empty page, and so would leave out reviews
 * or commits without a word.
 */
async function readAll(octokit: Octokit, route: string, params: GitHubParams): Promise<readonly unknown[]> {
  const items: unknown[] = []
  let answer = await octokit.request(route, { per_page: 100, ...params })
  for (let page = 1; page <= mostPages; page++) {
    items.push(...listIn(answer.data, route))
    const next = /<([^<>]+)>;\s*rel="next"/.exec(answer.headers.link ?? '')?.[1]
    if (next === undefined) return items
    answer = await octokit.request({ method: 'GET', url: next })
  }
  throw new Error(`${route}: expected at most ${mostPages} pages`)
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
