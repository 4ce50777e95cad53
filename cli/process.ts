import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '@dbward/protocol/errors'

/**
 * Runs a part of dbward that this room may not import as a process of its own, with our terminal and our signals.
 * Resolves to its exit code, or to 128 and the signal's number as a shell would say it.
 */
export function startPart(path: string, args: readonly string[]): Promise<number> {
  const file = fileOf(path)
  const child = spawn(process.execPath, [file, ...args], { stdio: 'inherit' })
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  // A terminal sends its Ctrl-C to the child as well, and twice would mean "at once".
  const pass = (signal: NodeJS.Signals) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  for (const signal of signals) process.on(signal, pass)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      for (const one of signals) process.off(one, pass)
      resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal])
    })
  })
}

/** `app/main.ts` of a checkout; `app-main.js` beside us in what npm installs, where all is bundled. */
function fileOf(path: string): string {
  const bundled = fileURLToPath(new URL(`./${path.replace('/', '-').replace(/ts$/, 'js')}`, import.meta.url))
  if (existsSync(bundled)) return bundled
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url))
  if (!existsSync(file)) throw new ConfigError([`the server is not installed here: expected ${file}`])
  return file
}
