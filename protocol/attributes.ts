import type { FileProblem } from './facts.ts'
import type { GitFiles } from './repository.ts'

/**
 * What a change does to the `.gitattributes` that speak of its governed files: `-diff` or `linguist-generated` there
 * folds SQL away before the eyes of those who review it (gitattributes(5)).
 */
export async function attributesFaults(
  repo: GitFiles,
  from: string,
  to: string,
  paths: readonly string[],
): Promise<readonly FileProblem[]> {
  if (paths.length === 0) return []
  const wanted = [...new Set(paths.flatMap(above))].sort()
  const [before, after] = await Promise.all([repo.governed(from, wanted), repo.governed(to, wanted)])
  return wanted
    .filter((path) => before.get(path)?.sha !== after.get(path)?.sha)
    .map((path): FileProblem => ({ path, code: 'attributes', message }))
}

const message =
  'is changed together with migrations, which it can hide from reviewers; change it in a pull request of its own'

/** `.gitattributes` in the folder of a file and in every one above it. */
function above(path: string): readonly string[] {
  const folders = path.split('/').slice(0, -1)
  return [...folders.keys(), folders.length].map((depth) =>
    [...folders.slice(0, depth), '.gitattributes'].join('/'),
  )
}
