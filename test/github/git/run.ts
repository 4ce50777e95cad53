import { spawn } from 'node:child_process'

export class GitError extends Error {
  override readonly name = 'GitError'
  readonly code: number

  constructor(args: readonly string[], code: number, stderr: string) {
    super(`git ${args[0]} exited ${code}: ${stderr.trim()}`)
    this.code = code
  }
}

export type GitOptions = {
  readonly input?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  /** Exit codes that are answers rather than errors. */
  readonly allow?: readonly number[]
}

/** Nothing of the machine's own git configuration may change what we answer. */
export const gitEnvironment: Readonly<Record<string, string>> = {
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  LC_ALL: 'C',
  TZ: 'UTC',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
}

export async function git(dir: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
  return (await gitBytes(dir, args, options)).bytes.toString('utf8')
}

/** Runs git in a repository. An exit code that is not 0 and not in `allow` throws a GitError. */
export function gitBytes(
  dir: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<{ readonly code: number; readonly bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { cwd: dir, env: { ...gitEnvironment, ...options.env } })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => {
      const exit = code ?? 128
      if (exit === 0 || options.allow?.includes(exit)) resolve({ code: exit, bytes: Buffer.concat(out) })
      else reject(new GitError(args, exit, Buffer.concat(err).toString('utf8')))
    })
    // git may exit before it has read everything; the exit code tells what happened.
    child.stdin.on('error', () => undefined)
    child.stdin.end(options.input)
  })
}
