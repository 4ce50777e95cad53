import { readFileSync } from 'node:fs'
import { argv, resourceUsage, stderr, stdout } from 'node:process'
import { requireEngine } from '@dbward/rules/engine'
import { review } from '@dbward/rules/review'

/** What a process that reviewed says of itself, as the last line of its standard error. */
export type Told = {
  readonly files: number
  readonly statements: number
  /** milliseconds of the review itself: after reading the files, before writing the findings */
  readonly reviewing: number
  /** the most memory that the process had at a time, in MB */
  readonly memory: number
}

// The whole of one process: reads the paths in a list, reviews them all, writes every finding as JSON.
const [, , list = '', engine = ''] = argv
requireEngine(engine)
const paths = readFileSync(list, 'utf8').split('\n').filter(Boolean)
const files = paths.map((path) => ({ path, bytes: new Uint8Array(readFileSync(path)) }))
const started = performance.now()
const reviews = await review(files, { engine })
const reviewing = performance.now() - started
const findings = reviews.flatMap(({ path, findings: found }) => found.map((one) => ({ file: path, ...one })))
stdout.write(JSON.stringify(findings))
const told: Told = {
  files: files.length,
  statements: reviews.reduce((sum, one) => sum + one.statements, 0),
  reviewing,
  memory: resourceUsage().maxRSS / 1024,
}
stderr.write(`${JSON.stringify(told)}\n`)
