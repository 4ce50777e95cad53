// `npm run check [-- NAME ...]`: types, format and lint, the house's own tests and the unit tests, in well under a minute.
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'

type Job = { readonly name: string; readonly command: string; readonly args: readonly string[] }

/**
 * Longest first. What needs a network or a database is left to `npm test`, which also gives every file a process of its
 * own; here they share two, which halves the time.
 */
const jobs: readonly Job[] = [
  { name: 'unit', command: 'vitest', args: ['run', '--project', 'unit', '--no-isolate'] },
  {
    name: 'house',
    command: 'vitest',
    args: ['run', '--project', 'whole', 'test/house', '--exclude', '**/closure.test.ts'],
  },
  { name: 'types', command: 'tsc', args: ['-p', 'tsconfig.json', '--noEmit'] },
  { name: 'lint', command: 'biome', args: ['check', '--error-on-warnings', '.'] },
]

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !jobs.some((job) => job.name === name))
if (unknown.length > 0) {
  console.error(`expected names out of ${jobs.map((job) => job.name).join(', ')}, got ${unknown.join(', ')}`)
  process.exit(64)
}
const waiting = jobs.filter(({ name }) => asked.length === 0 || asked.includes(name))
const failed: string[] = []
const started = performance.now()
await Promise.all(Array.from({ length: Math.min(availableParallelism(), waiting.length) }, takeJobs))
console.log(`${failed.length === 0 ? 'ok' : `failed: ${failed.join(', ')}`}  ${since(started)}`)
process.exitCode = failed.length === 0 ? 0 : 1

async function takeJobs(): Promise<void> {
  for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
    const began = performance.now()
    const { ok, output } = await run(job)
    if (!ok) failed.push(job.name)
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${job.name.padEnd(6)} ${since(began)}`)
    if (!ok) console.log(output.trimEnd())
  }
}

/** Output is kept back, so that two jobs at once do not mix theirs, and shown only where it is needed. */
function run({ command, args }: Job): Promise<{ readonly ok: boolean; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const parts: string[] = []
    const keep = (part: Buffer) => void parts.push(part.toString())
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', (error) =>
      resolve({ ok: false, output: `${command} could not be started: ${error.message}` }),
    )
    child.on('close', (code) => resolve({ ok: code === 0, output: parts.join('') }))
  })
}

function since(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`
}
