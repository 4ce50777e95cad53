import { type ChildProcess, spawn } from 'node:child_process'

/**
 * Its standard input closes when this process ends, however it ends; then it stops the server whose process id is the
 * first line of `pidFile` in `home`, and removes the directory. An exit handler would not see a SIGKILL, and a test
 * runner kills its workers.
 */
export function watchdog(home: string, pidFile: string): ChildProcess {
  const script = [
    'cat >/dev/null',
    'pid=$(head -n 1 "$0/$1" 2>/dev/null)',
    '[ -n "$pid" ] && kill -QUIT "$pid" 2>/dev/null',
    'sleep 0.1',
    '[ -n "$pid" ] && [ -f "$0/$1" ] && while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done',
    'rm -rf "$0"',
  ].join('\n')
  const dog = spawn('sh', ['-c', script, home, pidFile], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  dog.unref()
  const input = dog.stdin as unknown as { unref?: () => void } | null
  input?.unref?.()
  return dog
}
