// `npm run mutate:decide [-- FILE ...]`: every check of what decides is taken out or turned around, one at a time, and a unit
// test of protocol/ or a history of test/histories must fail. Prints those that nobody noticed, and exits 1 then.
import { once } from 'node:events'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { createVitest } from 'vitest/node'
import { alike } from './alike.ts'
import { type Mutant, mutantsOf } from './mutants.ts'

const files = [
  'decide.ts',
  'approvals.ts',
  'assign.ts',
  'auto-approve.ts',
  'entries.ts',
  'facts.ts',
  'floor.ts',
  'wishes.ts',
  'window.ts',
]
const tests = [
  'protocol/{assign,decide,decide.table,floor,floor-keys,wishes,window,window-edges,codeowners,policy-keys}.test.ts',
  'test/histories/{value,words}.test.ts',
]
const asked = process.argv.slice(2)
const mutants = files
  .filter((one) => asked.length === 0 || asked.includes(one))
  .flatMap((one) => mutantsOf(`protocol/${one}`))

const tree = copyTree()
const rows = new Worker(new URL('rows.ts', import.meta.url))
const vitest = await createVitest('test', {
  ...{ config: false, root: tree, watch: false, include: tests, bail: 1, testTimeout: 60_000, maxWorkers: 2 },
  reporters: [{}],
})
await vitest.standalone()
const specifications = await vitest.globTestSpecifications()
const excused = new Set<string>()
const survivors: Mutant[] = []
if (!(await noticed(null))) {
  for (const [i, mutant] of mutants.entries()) {
    if (i % 25 === 0) process.stderr.write(`${i} of ${mutants.length}\n`)
    if (await noticed(mutant)) continue
    const known = alike.find((one) => sameMutant(one, mutant))
    if (known === undefined) {
      survivors.push(mutant)
      process.stdout.write(
        `${mutant.file}:${mutant.line}: nobody noticed ${shown(mutant.from)} -> ${shown(mutant.to)}\n`,
      )
    } else excused.add(JSON.stringify(known))
  }
} else {
  process.stdout.write('the tests fail without any change\n')
  process.exit(1)
}
await Promise.all([vitest.close(), rows.terminate()])
const stale = alike.filter(
  (one) => mutants.some(({ file }) => file === `protocol/${one.file}`) && !excused.has(JSON.stringify(one)),
)
for (const one of stale)
  process.stdout.write(`not found any more, or noticed by now: ${JSON.stringify(one)}\n`)
const noticedBy = mutants.length - survivors.length - excused.size
process.stdout.write(
  `${mutants.length} mutants: ${noticedBy} noticed, ${excused.size} that change nothing, ${survivors.length} survive\n`,
)
process.exit(survivors.length > 0 || stale.length > 0 ? 1 : 0)

/** By the histories alone, which is soon done, or by all the tests. */
async function noticed(mutant: Mutant | null): Promise<boolean> {
  if (mutant !== null && (await byRows(mutant))) return true
  const place = mutant === null ? null : join(tree, mutant.file)
  if (mutant !== null && place !== null) writeFileSync(place, mutant.text)
  if (place !== null) vitest.invalidateFile(place)
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications, true)
  if (mutant !== null && place !== null) writeFileSync(place, mutant.whole)
  if (place !== null) vitest.invalidateFile(place)
  if (testModules.length < specifications.length)
    throw new Error(`expected 8 files of tests, got ${testModules.length}`)
  return unhandledErrors.length > 0 || testModules.some((one) => !one.ok())
}

async function byRows(mutant: Mutant): Promise<boolean> {
  const copy = mkdtempSync(join(tree, 'copy-'))
  cpSync('protocol', copy, { recursive: true, filter: (path) => !/node_modules|\.test\.ts$/.test(path) })
  writeFileSync(join(copy, basename(mutant.file)), mutant.text)
  rows.postMessage(copy)
  const [differs] = (await once(rows, 'message')) as [boolean]
  rmSync(copy, { recursive: true, force: true })
  return differs
}

/** What is changed is a copy, so that whoever stops this half-way finds all as it was. */
function copyTree(): string {
  const to = realpathSync(mkdtempSync(join(tmpdir(), 'dbward-mutate-')))
  process.once('exit', () => rmSync(to, { recursive: true, force: true }))
  for (const one of ['protocol', 'test/histories', 'package.json'])
    cpSync(one, join(to, one), { recursive: true })
  const packages = join(to, 'node_modules')
  mkdirSync(join(packages, '@dbward'), { recursive: true })
  for (const name of readdirSync('node_modules')) {
    if (name !== '@dbward' && !name.startsWith('.'))
      symlinkSync(resolve('node_modules', name), join(packages, name))
  }
  symlinkSync(join(to, 'protocol'), join(packages, '@dbward', 'protocol'))
  return to
}

function sameMutant(one: (typeof alike)[number], { file, line, from, to }: Mutant): boolean {
  const text = readFileSync(file, 'utf8').split('\n')[line - 1] ?? ''
  return file === `protocol/${one.file}` && from === one.from && to === one.to && text.includes(one.in ?? '')
}

function shown(text: string): string {
  return JSON.stringify(text.replace(/\s+/g, ' ').slice(0, 160))
}
