import type { Engine } from '@dbward/rules/engine'
import { type FileReview, review } from '@dbward/rules/review'
import { foreignNote } from './foreign.ts'
import { placeOf } from './repository.ts'
import { type Picked, pickGiven, pickGoverned, pickUsual, type SqlFile } from './review-files.ts'
import { asCommands } from './review-github.ts'
import { readPolicy } from './review-policy.ts'
import { explainRule, listRules } from './review-rules.ts'
import { asSarif } from './review-sarif.ts'
import { scopesOf } from './review-scope.ts'
import { pickInput } from './review-stdin.ts'
import { asText } from './review-text.ts'
import { type Exit, toJson, UsageError, type World } from './world.ts'

export type ReviewedFile = FileReview & Pick<SqlFile, 'bytes' | 'inside'>
export type Summary = {
  readonly block: number
  readonly warn: number
  readonly note: number
  /** findings that comments allow */
  readonly allowed: number
}
export type ReviewOptions = {
  readonly engine?: Engine
  readonly serverVersion?: string
  readonly policy: boolean
  readonly stdin?: true
  readonly stdinFilename?: string
  readonly failOn: 'block' | 'warn' | 'never'
  readonly format: 'text' | 'json' | 'github' | 'sarif'
  readonly json?: true
  readonly explain?: string
  readonly listRules?: true
}

export async function runReview(paths: readonly string[], options: ReviewOptions, world: World): Exit {
  const { serverVersion, failOn, explain } = options
  const format = options.json ? 'json' : options.format
  if (explain !== undefined) explainRule(explain, options.engine, format === 'json', world)
  else if (options.listRules) listRules(options.engine, format === 'json', world)
  if (explain !== undefined || options.listRules) return 0
  if (serverVersion !== undefined && !/^\d{1,3}(\.\d{1,3})*$/.test(serverVersion)) {
    throw new UsageError(`--server-version: expected a version such as 16 or 16.3, got ${serverVersion}`)
  }
  const place = placeOf(world.cwd, paths[0] ?? options.stdinFilename)
  const policy = options.policy ? readPolicy(place) : null
  const picked = await pick(paths, options, world)
  for (const note of [...picked.notes, foreignNote(picked.files) ?? []].flat()) world.err(`${note}\n`)

  const reviewed: ReviewedFile[] = []
  for (const { files, options: rules, note } of scopesOf(picked, policy, options, place)) {
    if (note !== null) world.err(`${note}\n`)
    const made = await review(files, rules)
    for (const [i, one] of made.entries()) {
      const { bytes = new Uint8Array(), inside = null } = files[i] ?? {}
      reviewed.push({ ...one, bytes, inside })
    }
  }
  const rank = new Map(picked.files.map(({ path }, i) => [path, i]))
  reviewed.sort((a, b) => (rank.get(a.path) ?? 0) - (rank.get(b.path) ?? 0))
  const reviews = reviewed.map(({ bytes: _bytes, inside: _inside, ...one }): FileReview => one)
  const summary = summaryOf(reviews)
  if (format === 'json') world.out(toJson({ files: reviews, summary }))
  else if (format === 'github') world.out(asCommands(reviews, summary))
  else if (format === 'sarif') world.out(asSarif(reviewed))
  else world.out(asText(reviewed, summary, world.colour))
  const counted = { block: summary.block, warn: summary.block + summary.warn, never: 0 }[failOn]
  return counted > 0 ? 1 : 0

  async function pick(given: readonly string[], asked: ReviewOptions, from: World): Promise<Picked> {
    if (asked.stdin) return pickInput(given, asked.stdinFilename, place, from)
    if (asked.stdinFilename !== undefined) {
      throw new UsageError(
        '--stdin-filename: expected --stdin with it; without it, files are read by their names',
      )
    }
    if (given.length > 0) return pickGiven(given, place)
    return policy === null ? pickUsual(place) : pickGoverned(policy, place)
  }
}

function summaryOf(reviews: readonly FileReview[]): Summary {
  const findings = reviews.flatMap((one) => one.findings)
  const of = (severity: string) => findings.filter((one) => one.severity === severity).length
  const allowed = reviews.reduce((sum, one) => sum + one.allowed.length, 0)
  return { block: of('block'), warn: of('warn'), note: of('note'), allowed }
}
