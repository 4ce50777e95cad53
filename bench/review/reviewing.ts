import { readFileSync, writeSync } from 'node:fs'
import { argv, resourceUsage, stderr } from 'node:process'
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

// The whole of one process: reads the paths in a list, reviews their files some at a time, and writes every finding
// as JSON. The findings of 20,000 files are many, and nobody needs them all at once.
const [, , list = '', engine = ''] = argv
requireEngine(engine)
const paths = readFileSync(list, 'utf8').split('\n').filter(Boolean)
const portion = 200
let reviewing = 0
let statements = 0
let separator = '['
for (let from = 0; from < paths.length; from += portion) {
  const files = paths
    .slice(from, from + portion)
    .map((path) => ({ path, bytes: new Uint8Array(readFileSync(path)) }))
  const started = performance.now()
  const reviews = await review(files, { engine })
  reviewing += performance.now() - started
  let text = ''
  for (const { path, statements: count, findings } of reviews) {
    statements += count
    for (const one of findings) {
      text += separator + JSON.stringify({ file: path, ...one })
      separator = ',\n'
    }
  }
  writeSync(1, text)
}
writeSync(1, separator === '[' ? '[]' : ']')
const told: Told = { files: paths.length, statements, reviewing, memory: resourceUsage().maxRSS / 1024 }
stderr.write(`${JSON.stringify(told)}\n`)
