import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stamp } from '../lookup.ts'
import type { Account, Repo } from '../world.ts'
import { NO_COMMIT } from './read.ts'
import { git, gitBytes } from './run.ts'

export type Signature = { readonly name: string; readonly email: string; readonly date: string }

/** A path to put (`sha` of a blob, tree or submodule commit) or, where `sha` is null, to remove. */
export type TreeChange = { readonly path: string; readonly mode: string; readonly sha: string | null }

export async function initBare(dir: string, defaultBranch: string): Promise<void> {
  await mkdir(dir, { recursive: true })
  await git(dir, ['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`])
  const settings = [
    '[http]\n\treceivepack = true',
    // GitHub serves any commit that it still has, and keeps people away from refs/pull.
    '[uploadpack]\n\tallowAnySHA1InWant = true\n\tallowFilter = true',
    '[receive]\n\thideRefs = refs/pull\n\tautogc = false',
    '[gc]\n\tauto = 0',
    '[core]\n\tlogAllRefUpdates = false\n\tquotePath = false',
  ]
  await writeFile(join(dir, 'config'), `${settings.join('\n')}\n`, { flag: 'a' })
  const hook = join(dir, 'hooks', 'update')
  await mkdir(join(dir, 'hooks'), { recursive: true })
  await writeFile(hook, UPDATE_HOOK)
  await chmod(hook, 0o755)
}

export async function writeBlob(repo: Repo, content: string | Uint8Array): Promise<string> {
  return (await git(repo.dir, ['hash-object', '-w', '--stdin'], { input: content })).trim()
}

/** A tree made of another one (or of none) and changes. */
export async function writeTree(
  repo: Repo,
  base: string | null,
  changes: readonly TreeChange[],
): Promise<string> {
  const scratch = await mkdtemp(join(repo.dir, 'index-'))
  try {
    const env = { GIT_INDEX_FILE: join(scratch, 'index') }
    await git(repo.dir, base ? ['read-tree', base] : ['read-tree', '--empty'], { env })
    for (const { path, sha } of changes.filter(({ mode, sha }) => sha && mode === '040000')) {
      await git(repo.dir, ['read-tree', `--prefix=${path}/`, String(sha)], { env })
    }
    const lines = changes
      .filter(({ mode, sha }) => !sha || mode !== '040000')
      .map(({ path, mode, sha }) => (sha ? `${mode} ${sha}\t${path}\0` : `0 ${NO_COMMIT}\t${path}\0`))
    await git(repo.dir, ['update-index', '-z', '--index-info'], { env, input: lines.join('') })
    return (await git(repo.dir, ['write-tree', '--missing-ok'], { env })).trim()
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

export async function writeCommit(
  repo: Repo,
  commit: {
    readonly tree: string
    readonly parents: readonly string[]
    readonly message: string
    readonly author: Signature
    readonly committer: Signature
  },
): Promise<string> {
  const args = ['commit-tree', commit.tree, ...commit.parents.flatMap((sha) => ['-p', sha])]
  const env = {
    GIT_AUTHOR_NAME: commit.author.name,
    GIT_AUTHOR_EMAIL: commit.author.email,
    GIT_AUTHOR_DATE: commit.author.date,
    GIT_COMMITTER_NAME: commit.committer.name,
    GIT_COMMITTER_EMAIL: commit.committer.email,
    GIT_COMMITTER_DATE: commit.committer.date,
  }
  return (await git(repo.dir, args, { env, input: commit.message })).trim()
}

/** Moves a ref from one commit to another and says whether it was still there to be moved. */
export async function moveRef(
  repo: Repo,
  ref: string,
  from: string | null,
  to: string | null,
): Promise<boolean> {
  const args = to
    ? ['update-ref', ref, to, from ?? NO_COMMIT]
    : ['update-ref', '-d', ref, ...(from ? [from] : [])]
  const { code } = await gitBytes(repo.dir, args, { allow: [1, 128] })
  return code === 0
}

/** Sets one of our own refs, wherever it was before. */
export async function setRef(repo: Repo, ref: string, to: string | null): Promise<void> {
  await git(repo.dir, to ? ['update-ref', ref, to] : ['update-ref', '-d', ref])
}

export function signatureOf(account: Account, now: Date): Signature {
  return { name: account.name ?? account.login, email: account.email, date: stamp(now) }
}

/** GitHub itself commits what is made in its web interface. */
export function webFlow(now: Date): Signature {
  return { name: 'GitHub', email: 'noreply@github.com', date: stamp(now) }
}

// PROTECTED_REFS has a line `ref words...` for each protected branch that binds this pusher.
const UPDATE_HOOK = `#!/bin/sh
ref=$1 old=$2 new=$3 zero=${NO_COMMIT}
words=$(printf '%s\\n' "$PROTECTED_REFS" | while read -r name rest; do
  if [ "$name" = "$ref" ]; then printf '%s' " $rest "; fi
done)
refuse() { echo "error: GH006: Protected branch update failed for $ref." >&2; echo "error: $1" >&2; exit 1; }
case "$words" in *" no-deletion "*) [ "$new" = "$zero" ] && refuse 'Cannot delete a protected branch' ;; esac
case "$words" in *" no-push "*) refuse 'Changes must be made through a pull request.' ;; esac
case "$words" in *" no-force "*)
  if [ "$old" != "$zero" ] && [ "$new" != "$zero" ]; then
    git merge-base --is-ancestor "$old" "$new" || refuse 'Cannot force-push to a protected branch'
  fi ;;
esac
exit 0
`
