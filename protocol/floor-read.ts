import { floorPath } from './floor.ts'
import { parseFloor } from './floor-parse.ts'
import { branch, type GitHubReader, isMissing, repository } from './github.ts'
import type { PolicyProblem } from './policy-yaml.ts'
import { openRepository } from './repository.ts'
import type { PolicyAtBase } from './snapshot.ts'

/** The same reader, and what it reads is judged under the floor of this repository; null for none. */
export function heedFloor(github: GitHubReader, repository: string | null): GitHubReader {
  return repository === null ? github : { ...github, floorRepository: repository }
}

/**
 * The policy under the organisation's floor as that stands now. A floor that is missing, broken or out of reach breaks
 * every policy: without it nobody knows what the organisation asks for.
 */
export async function underFloor(
  github: GitHubReader,
  found: PolicyAtBase,
  rules: readonly string[],
): Promise<PolicyAtBase> {
  const name = github.floorRepository
  if (name === undefined || found.found !== 'yes') return found
  const broken = ({ line, column, message }: PolicyProblem): PolicyAtBase => {
    const where = `the organisation's floor (${floorPath} of ${name}, line ${line}) cannot be used`
    return { found: 'broken', problems: [{ line: 1, column, message: `${where}: ${message}` }] }
  }
  const bytes = await readFloorFile(github, name)
  if (typeof bytes === 'string') return broken({ line: 1, column: 1, message: bytes })
  const parsed = parseFloor(bytes, rules)
  const [problem] = parsed.ok ? [] : parsed.problems
  if (!parsed.ok) return broken(problem ?? { line: 1, column: 1, message: 'it is broken' })
  return { ...found, policy: { ...found.policy, floor: parsed.floor } }
}

async function readFloorFile(github: GitHubReader, name: string): Promise<Uint8Array | string> {
  const repo = openRepository(github, name)
  try {
    const about = repository(await repo.one(''), 'repository')
    const tip = branch(await repo.one('/branches/{branch}', { branch: about.default_branch }), 'branch')
    const entry = (await repo.governed(tip.commit.sha, [floorPath])).get(floorPath)
    if (entry === undefined) return 'it is not there'
    return entry.mode === '100644' ? await repo.blob(entry.sha) : 'it is no plain file'
  } catch (error) {
    if (isMissing(error)) return 'the repository cannot be read'
    throw error
  }
}
