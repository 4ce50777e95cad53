import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

type Process = { readonly pid: number; readonly parent: number; readonly state: string }

/** Backends are session leaders of their own, so a signal to the process group does not reach them. */
export function childrenOf(parent: number): readonly number[] {
  return processes().flatMap((one) => (one.parent === parent ? [one.pid] : []))
}

export function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // already gone
  }
}

export async function gone(pids: readonly number[]): Promise<void> {
  for (let waited = 0; waited < 30_000; waited += 10) {
    // A zombie is gone: where process 1 is slow to reap, signal 0 finds it for another second.
    const alive = processes().some((one) => pids.includes(one.pid) && !one.state.startsWith('Z'))
    if (!alive) return
    await sleep(10)
  }
  throw new Error(`the server did not end within 30 s: ${pids.join(', ')}`)
}

/** Waits until our own child is reaped: until then its process id is taken, and a server that starts believes in it. */
export async function reaped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  // Nothing else may be left to keep this process waiting.
  child.ref()
  await once(child, 'exit')
}

function processes(): readonly Process[] {
  // Slim images have no ps.
  return existsSync('/proc/self/stat') ? fromProc() : fromPs()
}

function fromProc(): readonly Process[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      // The command's name is in parentheses and may hold anything, so read from the last one on.
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return [{ pid: Number(name), parent: Number(parent), state }]
    } catch {
      return []
    }
  })
}

function fromPs(): readonly Process[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=']).toString().trim().split('\n')
  return lines.map((line) => {
    const [pid = '', parent = '', state = ''] = line.trim().split(/\s+/)
    return { pid: Number(pid), parent: Number(parent), state }
  })
}
