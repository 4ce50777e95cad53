import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { Program } from './programs.ts'

/** One run of a program, in seconds: `wall` by our clock, `cpu` of all its threads as the system counted it. */
export type Run = { readonly wall: number; readonly cpu: number; readonly said: string }

/** Runs a program once, with its output in a file. Whether it finds something wrong with the files is no matter. */
export async function run(program: Program, words: readonly string[], output: string): Promise<Run> {
  const out = openSync(output, 'w')
  const started = performance.now()
  // `times` of the shell is the one way to learn what a child has used that needs no program of the system's own.
  const child = spawn('sh', ['-c', '"$@"; times >&2', 'sh', ...program, ...words], {
    stdio: ['ignore', out, 'pipe'],
  })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (part: string) => (said += part))
  await new Promise((resolve) => child.on('close', resolve))
  const wall = (performance.now() - started) / 1000
  closeSync(out)
  const lines = said.trimEnd().split('\n')
  const cpu = (lines.pop() ?? '').split(/\s+/).reduce((sum, one) => sum + seconds(one), 0)
  lines.pop()
  return { wall, cpu, said: lines.join('\n') }
}

/** `0m1.25s`, also with a comma for a point. */
function seconds(text: string): number {
  const [, minutes = '0', rest = '0'] = /^(\d+)m([\d.,]+)s?$/.exec(text) ?? []
  return Number(minutes) * 60 + Number(rest.replace(',', '.'))
}

export type Spread = { readonly median: number; readonly least: number; readonly most: number }

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length / 2
  const median = ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2
  return { median, least: sorted[0] ?? 0, most: sorted.at(-1) ?? 0 }
}
