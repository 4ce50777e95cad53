import { type FileReview, review } from '@dbward/rules/review'
import { readBytes, unreadable } from './files.ts'
import { asCommands } from './review-github.ts'
import { asText } from './review-text.ts'
import { type Exit, toJson, UsageError, type World } from './world.ts'

export type ReviewedFile = FileReview & { readonly bytes: Uint8Array }
export type Summary = { readonly block: number; readonly warn: number }
export type ReviewOptions = {
  readonly engine: FileReview['engine']
  readonly serverVersion?: string
  readonly format: 'text' | 'json' | 'github'
}

export async function runReview(paths: readonly string[], options: ReviewOptions, world: World): Exit {
  const { engine, serverVersion, format } = options
  if (serverVersion !== undefined && !/^\d{1,3}(\.\d{1,3})*$/.test(serverVersion)) {
    throw new UsageError(`--server-version: expected a version such as 16 or 16.3, got ${serverVersion}`)
  }
  const files = readAll(paths)
  const reviews = await review(files, { engine, ...(serverVersion === undefined ? {} : { serverVersion }) })
  const summary = summaryOf(reviews)
  const reviewed = reviews.map((one, i) => ({ ...one, bytes: files[i]?.bytes ?? new Uint8Array() }))
  if (format === 'json') world.out(toJson({ files: reviews, summary }))
  else if (format === 'github') world.out(asCommands(reviews, summary))
  else world.out(asText(reviewed, summary, world.colour))
  return summary.block > 0 ? 1 : 0
}

/** Names every file that cannot be read, not only the first. */
function readAll(paths: readonly string[]): readonly { readonly path: string; readonly bytes: Uint8Array }[] {
  const problems: string[] = []
  const files = paths.flatMap((path) => {
    try {
      return [{ path, bytes: readBytes(path) }]
    } catch (error) {
      problems.push(error instanceof UsageError ? error.message : unreadable(path, error))
      return []
    }
  })
  if (problems.length > 0) throw new UsageError(problems.join('\ndbward: '))
  return files
}

function summaryOf(reviews: readonly FileReview[]): Summary {
  const findings = reviews.flatMap((one) => one.findings)
  const block = findings.filter((one) => one.severity === 'block').length
  return { block, warn: findings.length - block }
}
