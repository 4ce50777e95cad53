import type { GitHubReader } from '@dbward/protocol/github'
import { readerBy } from '@dbward/protocol/reader'
import type { ProbotOctokit } from 'probot'

export type Octokit = Pick<ProbotOctokit, 'request'>

/** Reads GitHub as one installation of our App. */
export function reader(octokit: Octokit): GitHubReader {
  return readerBy((route, params) => octokit.request(route, { ...params }))
}
