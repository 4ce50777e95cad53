import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import type { Program } from '../stage/program.ts'
import type { Stage } from '../stage/stage.ts'

/** Starts a program that will stop itself at a step, as SIGSTOP does: nothing of it goes on until it is continued. */
export function armToStop(program: Program, at: string, count = 1): void {
  program.start({ KILL_AT: at, KILL_COUNT: String(count), KILL_SIGNAL: 'SIGSTOP' })
}

/** Waits until the program stands still at its step, does something to the world meanwhile, and lets it go on. */
export async function meanwhile(
  it: Stage,
  program: Program,
  at: string,
  happens: () => Promise<void>,
): Promise<void> {
  await it.until(`the program to stop at ${at}`, async () => standsStill(program.pid()))
  try {
    await happens()
  } finally {
    process.kill(program.pid(), 'SIGCONT')
  }
}

function standsStill(pid: number): boolean {
  return stateOf(pid).startsWith('T')
}

function stateOf(pid: number): string {
  if (!existsSync('/proc/self/stat')) {
    return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)])
      .toString()
      .trim()
  }
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2)
}
