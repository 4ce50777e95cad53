import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

type Signature = { readonly name: string; readonly email: string }
export type Commit = {
  readonly branch: string
  /** A commit, or a branch that was made here. */
  readonly from: string
  readonly author: Signature
  readonly committer: Signature
  readonly message: string
  /** Null deletes; what begins with `-> ` is a symbolic link to what follows. */
  readonly files: Readonly<Record<string, string | null>>
}

/** One repository on this machine for everybody: many commits in one go, and pushes by whoever's token it is. */
export async function openClone(url: string) {
  const dir = await mkdtemp(join(tmpdir(), 'dbward-histories-'))
  const env = {
    ...process.env,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
  }
  const git = async (...args: readonly string[]) => (await run('git', args, { cwd: dir, env })).stdout.trim()
  await git('clone', '--quiet', '--bare', url, '.')
  let time = 1_700_000_000

  async function commit(commits: readonly Commit[]): Promise<void> {
    const stream = commits.map((one) => importOf(one, ++time)).join('')
    const child = spawn('git', ['fast-import', '--quiet', '--force'], { cwd: dir, env })
    child.stdin.end(stream)
    let said = ''
    child.stderr.on('data', (chunk) => (said += chunk))
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
    if (code !== 0) throw new Error(`git fast-import ended with ${code}: ${said}`)
  }

  return {
    commit,
    git,
    push: (to: string, ...refs: readonly string[]) => git('push', '--quiet', '--force', to, ...refs),
    async fetch(branch: string): Promise<string> {
      await git('fetch', '--quiet', url, `+refs/heads/${branch}:refs/fetched/${branch}`)
      return git('rev-parse', `refs/fetched/${branch}`)
    },
    close: () => rm(dir, { recursive: true, force: true }),
  }
}

/** https://git-scm.com/docs/git-fast-import */
function importOf({ branch, from, author, committer, message, files }: Commit, time: number): string {
  const by = ({ name, email }: Signature) => `${name} <${email}> ${time} +0000`
  const changes = Object.entries(files).map(([path, text]) => {
    if (text === null) return `D ${path}\n`
    const link = text.startsWith('-> ')
    return `M ${link ? '120000' : '100644'} inline ${path}\n${sized(link ? text.slice(3) : text)}`
  })
  const head = `commit refs/heads/${branch}\nauthor ${by(author)}\ncommitter ${by(committer)}\n`
  return `${head}${sized(message)}from ${from}\n${changes.join('')}\n`
}

function sized(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`
}
