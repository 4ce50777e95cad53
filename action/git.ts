import { execFile, type StdioOptions, spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { TreeEntry } from '@dbward/protocol/github'
import { type GitFiles, governedIn } from '@dbward/protocol/repository'
import { openObjects } from './git-objects.ts'
import { Halt } from './halt.ts'
import { exits } from './world.ts'

export type Commit = { readonly tree: string; readonly parents: readonly string[] }

/**
 * The git objects of a checkout. Nothing is read from the working tree, and git is asked for bytes only: no hook, no
 * filter, no configuration of the machine's, no fetch of what is missing.
 */
export type Checkout = GitFiles & {
  /** The id of the commit that a name or an id stands for; null where there is none here. */
  readonly resolve: (name: string) => Promise<string | null>
  /** Null where the commit is not in this checkout, as in a shallow one. */
  readonly commit: (id: string) => Promise<Commit | null>
  readonly mergeBase: (a: string, b: string) => Promise<string | null>
  readonly close: () => Promise<void>
}

export function openCheckout(workspace: string, path: string | undefined, signal: AbortSignal): Checkout {
  const folder = join(workspace, '.git')
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) {
    const message = `expected a git checkout in ${workspace}, found none; run actions/checkout before this step`
    throw new Halt(exits.cannotVerify, message)
  }
  // A named folder, so that git neither looks for a repository elsewhere nor asks whose it is.
  const fixed = [`--git-dir=${folder}`, '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null']
  const env = environment(path)
  const options = { env, cwd: workspace, signal }
  const ask = (args: readonly string[]) => run([...fixed, ...args], options)
  const stdio: StdioOptions = ['pipe', 'pipe', 'ignore']
  const batch = spawn('git', [...fixed, 'cat-file', '--batch'], { ...options, stdio })
  const objects = openObjects(batch)

  async function commit(id: string): Promise<Commit | null> {
    const found = await objects.read(id)
    return found === null || found.type !== 'commit' ? null : readCommit(found.bytes)
  }

  async function must(id: string, type: string): Promise<Uint8Array<ArrayBuffer>> {
    const found = await objects.read(id)
    if (found?.type === type) return found.bytes
    const message = `expected the ${type} ${id} in the checkout, found ${found?.type ?? 'nothing'}; check out without "filter" and with fetch-depth: 0`
    throw new Halt(exits.cannotVerify, message)
  }

  return {
    commit,
    resolve: async (name) => {
      const found = await ask(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`])
      return found.code === 0 ? found.out.trim() : null
    },
    mergeBase: async (a, b) => {
      const found = await ask(['merge-base', '--', a, b])
      if (found.code > 1) throw new Error(`git merge-base ended with ${found.code}`)
      return found.code === 0 ? found.out.trim() : null
    },
    governed: async (id, globs) => {
      const { tree } = readCommit(await must(id, 'commit'))
      return governedIn(tree, globs, {
        tree: async (one) => readTree(await must(one, 'tree'), one.length / 2),
      })
    },
    blob: (id) => must(id, 'blob'),
    close: objects.close,
  }
}

/** Of the runner's environment git gets the path alone: GIT_* of an earlier step must not change what it answers. */
function environment(path: string | undefined): Readonly<Record<string, string>> {
  return {
    PATH: path ?? '/usr/bin:/bin',
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    // No protocol at all, for the versions that do not know the line above.
    GIT_ALLOW_PROTOCOL: '',
  }
}

type Ended = { readonly code: number; readonly out: string }
type RunOptions = {
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly signal: AbortSignal
}

function run(args: readonly string[], options: RunOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    execFile('git', args, { ...options, timeout: 60_000 }, (error, out) => {
      if (error === null) resolve({ code: 0, out })
      else if (typeof error.code === 'number') resolve({ code: error.code, out })
      else {
        const message = 'expected git on the PATH of the runner, and it could not be run'
        reject(new Halt(exits.cannotVerify, message, { cause: error }))
      }
    })
  })
}

function readCommit(bytes: Uint8Array): Commit {
  const lines = Buffer.from(bytes).toString('latin1').split('\n')
  const header = lines.slice(0, lines.indexOf(''))
  const values = (key: string) =>
    header.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1))
  const [tree] = values('tree')
  if (tree === undefined) throw new Error('a commit has no tree')
  return { tree, parents: values('parent') }
}

/** A tree as git keeps it: mode, space, name, NUL, the id's bytes. */
function readTree(bytes: Uint8Array, idBytes: number): readonly TreeEntry[] {
  const found: TreeEntry[] = []
  const buffer = Buffer.from(bytes)
  for (let at = 0; at < buffer.length; ) {
    const space = buffer.indexOf(0x20, at)
    const nul = buffer.indexOf(0, space)
    const slash = buffer.indexOf(0x2f, space)
    // A name with a `/` would pass for a path in another folder; git makes none, and GitHub takes none.
    const odd = slash !== -1 && slash < nul
    if (space === -1 || nul === -1 || odd || nul + 1 + idBytes > buffer.length)
      throw new Error('a tree cannot be read')
    const mode = buffer.toString('latin1', at, space).padStart(6, '0')
    found.push({
      path: nameOf(buffer.subarray(space + 1, nul)),
      mode,
      type: mode === '040000' ? 'tree' : mode === '160000' ? 'commit' : 'blob',
      sha: buffer.toString('hex', nul + 1, nul + 1 + idBytes),
      size: null,
    })
    at = nul + 1 + idBytes
  }
  return found
}

/** Two names are never read as one: bytes that are no UTF-8 are written out behind a NUL, which no name of git's has. */
function nameOf(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes)
  } catch {
    return Buffer.from(bytes)
      .toString('latin1')
      .replace(/[^\x21-\x7e]/g, (one) => `\0x${one.charCodeAt(0).toString(16)}`)
  }
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
