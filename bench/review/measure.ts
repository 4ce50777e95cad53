import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine } from '@dbward/rules/engine'
import { type DemoFile, demoFindings } from './demo.ts'
import { filesFor, type Written, write } from './files.ts'
import { count, type Said } from './findings.ts'
import { ours, type Program, squawk } from './programs.ts'
import type { Told } from './reviewing.ts'
import { type Run, run, type Spread, spread } from './timing.ts'

export type Wish = {
  readonly files: number
  readonly rounds: number
  readonly seed: number
  readonly slope: boolean
}

/** The whole of a program's runs over one corpus, and over nothing. */
export type Times = { readonly wall: Spread; readonly cpu: Spread; readonly start: Spread }

/** A program's times, and the ratio of ours to its, round by round: what disturbs one disturbs the other. */
export type Compared = {
  readonly times: Times
  readonly ratio: { readonly wall: Spread; readonly cpu: Spread }
}

export type Measured = {
  readonly files: number
  readonly bytes: number
  readonly statements: number
  readonly postgres: Times
  readonly mysql: Times
  /** absent where no squawk is installed for this machine */
  readonly squawk?: Compared
  readonly squawkOnAll?: Compared
  readonly memory: number
  readonly slope: readonly Step[]
  readonly findings: { readonly postgres: Said; readonly mysql: Said; readonly squawk?: Said }
  readonly demo: readonly DemoFile[]
}

export type Step = {
  readonly engine: Engine
  readonly files: number
  readonly statements: number
  readonly wall: number
  readonly cpu: number
  /** of CPU time, a statement */
  readonly microseconds: number
  readonly memory: number
  /** squawk on the same files, on one thread */
  readonly squawk?: Pick<Run, 'wall' | 'cpu'>
}

/** Runs everything in turn, never two things at a time. */
export async function measure(folder: string, wish: Wish, note: (text: string) => void): Promise<Measured> {
  const written = {
    postgres: write(folder, 'postgres', wish.files, wish.seed),
    mysql: write(folder, 'mysql', wish.files, wish.seed),
  }
  const nothing = join(folder, 'nothing.list')
  writeFileSync(nothing, '')
  const own = await ours(join(folder, 'ours'))
  const other = squawk('one')
  const onAll = squawk('all')
  const runs: Record<'postgres' | 'mysql' | 'squawk' | 'onAll' | 'start' | 'otherStart', Run[]> = {
    ...{ postgres: [], mysql: [], squawk: [], onAll: [], start: [], otherStart: [] },
  }
  const output = (name: string) => join(folder, `${name}.json`)
  for (let round = 1; round <= wish.rounds; round++) {
    note(`round ${round} of ${wish.rounds}`)
    const reviewed = async (engine: 'postgres' | 'mysql', list: string, into: Run[], name: string) => {
      into.push(await run(own, [list, engine], output(name)))
    }
    await reviewed('postgres', written.postgres.list(wish.files), runs.postgres, 'postgres')
    if (other !== undefined) runs.squawk.push(await run(other, written.postgres.paths, output('squawk')))
    if (onAll !== undefined) runs.onAll.push(await run(onAll, written.postgres.paths, output('squawk')))
    await reviewed('mysql', written.mysql.list(wish.files), runs.mysql, 'mysql')
    await reviewed('postgres', nothing, runs.start, 'nothing')
    if (other !== undefined) runs.otherStart.push(await run(other, ['--version'], output('version')))
  }
  const told = [...runs.postgres, ...runs.mysql].map(toldBy)
  const slope = wish.slope ? await rise(folder, { own, other }, wish, note) : []
  const measured: Measured = {
    files: wish.files,
    bytes: written.postgres.bytes,
    statements: told[0]?.statements ?? 0,
    postgres: times(runs.postgres, runs.start),
    mysql: times(runs.mysql, runs.start),
    memory: Math.max(...told.map((one) => one.memory), ...slope.map((one) => one.memory)),
    slope,
    findings: {
      postgres: count(output('postgres'), wish.files),
      mysql: count(output('mysql'), wish.files),
    },
    demo: await demoFindings(),
  }
  if (other === undefined) return measured
  const compared = (others: readonly Run[]): Compared => {
    const ratio = (of: 'wall' | 'cpu') =>
      spread(runs.postgres.map((one, i) => one[of] / (others[i]?.[of] ?? Number.NaN)))
    return { times: times(others, runs.otherStart), ratio: { wall: ratio('wall'), cpu: ratio('cpu') } }
  }
  return {
    ...measured,
    squawk: compared(runs.squawk),
    squawkOnAll: compared(runs.onAll),
    findings: { ...measured.findings, squawk: count(output('squawk'), wish.files) },
  }
}

function times(runs: readonly Run[], starts: readonly Run[]): Times {
  return {
    wall: spread(runs.map((one) => one.wall)),
    cpu: spread(runs.map((one) => one.cpu)),
    start: spread(starts.map((one) => one.wall)),
  }
}

function toldBy({ said }: Run): Told {
  const last = said.split('\n').at(-1) ?? ''
  if (!last.startsWith('{')) throw new Error(`the review did not end well: ${said}`)
  return JSON.parse(last) as Told
}

const steps = [10_000, 30_000, 100_000]

/** The same review of more and more files, each in a process of its own. */
async function rise(
  folder: string,
  { own, other }: { readonly own: Program; readonly other: Program | undefined },
  { seed }: Wish,
  note: (text: string) => void,
): Promise<Step[]> {
  const found: Step[] = []
  for (const engine of ['postgres', 'mysql'] as const) {
    const place = join(folder, 'slope')
    const all: Written = write(place, engine, engine === 'postgres' ? 20_500 : 34_500, seed)
    for (const wanted of steps) {
      const files = filesFor(all, wanted)
      note(`${engine}: ${wanted} statements in ${files} files`)
      const ran = await run(own, [all.list(files), engine], join(folder, 'slope.json'))
      const { statements, memory } = toldBy(ran)
      const { wall, cpu } = ran
      const step = { engine, files, statements, wall, cpu, microseconds: (cpu / statements) * 1e6, memory }
      const compared = engine === 'postgres' && other !== undefined
      found.push(compared ? { ...step, squawk: await squawked(other, all, files, folder) } : step)
    }
    rmSync(place, { recursive: true })
  }
  return found
}

async function squawked(other: Program, all: Written, files: number, folder: string): Promise<Run> {
  return run(other, all.paths.slice(0, files), join(folder, 'slope.json'))
}
