import { join } from 'node:path'
import { branchTip, NO_COMMIT, readCommit } from '../git/read.ts'
import { git } from '../git/run.ts'
import { initBare, moveRef, signatureOf, writeBlob, writeCommit, writeTree } from '../git/write.ts'
import { exclusively, fullName, repoByName } from '../lookup.ts'
import { afterMove } from '../moved.ts'
import type { Account, Protection, Repo, Role, World } from '../world.ts'
import { expectAccount, expectRepo, person } from './expect.ts'

export type MadeRepo = {
  readonly id: number
  readonly fullName: string
  readonly dir: string
  readonly cloneUrl: (token?: string) => string
}

export async function repo(
  world: World,
  owner: string,
  name: string,
  options: {
    readonly private?: boolean
    readonly defaultBranch?: string
    /** The files of the first commit. Without any, there is a README; with `{}`, there is no commit. */
    readonly files?: Readonly<Record<string, string | Uint8Array>>
  } = {},
): Promise<MadeRepo> {
  const { private: isPrivate = false, defaultBranch = 'main' } = options
  const made = await empty(world, expectAccount(world, owner), name, {
    isPrivate,
    defaultBranch,
    forkOf: null,
  })
  const files = options.files ?? { 'README.md': `# ${name}\n` }
  if (Object.keys(files).length > 0) await commit(world, fullName(made), made.defaultBranch, { files })
  return asMade(world, made)
}

/** A fork as a person makes one: all branches as they are now, and its owner may push to it. */
export async function fork(world: World, repoName: string, login: string): Promise<MadeRepo> {
  const forkOf = expectRepo(world, repoName)
  const { name, private: isPrivate, defaultBranch } = forkOf
  const made = await empty(world, expectAccount(world, login), name, { isPrivate, defaultBranch, forkOf })
  await git(made.dir, ['fetch', '--quiet', forkOf.dir, '+refs/heads/*:refs/heads/*'])
  return asMade(world, made)
}

async function empty(
  world: World,
  owner: Account,
  name: string,
  { isPrivate, defaultBranch, forkOf }: { isPrivate: boolean; defaultBranch: string; forkOf: Repo | null },
): Promise<Repo> {
  if (repoByName(world, owner.login, name)) {
    throw new Error(`expected a name that is free, got ${owner.login}/${name}`)
  }
  const id = world.nextId()
  const made: Repo = {
    id,
    owner,
    name,
    private: isPrivate,
    forkOf,
    defaultBranch,
    dir: join(world.dir, `${id}.git`),
    createdAt: world.now(),
    pushedAt: world.now(),
    actionsMayApprove: false,
    collaborators: new Map(),
    teams: new Map(),
    protections: new Map(),
    labels: new Map(),
    issues: new Map(),
    suites: [],
    checkRuns: [],
    activity: [],
    vanished: new Set(),
    memo: new Map(),
    turn: Promise.resolve(),
  }
  await initBare(made.dir, made.defaultBranch)
  world.repos.set(id, made)
  return made
}

function asMade(world: World, made: Repo): MadeRepo {
  return {
    id: made.id,
    fullName: fullName(made),
    dir: made.dir,
    cloneUrl: (token) => {
      const url = new URL(`${world.url}/${fullName(made)}.git`)
      if (token) Object.assign(url, { username: 'x-access-token', password: token })
      return url.href
    },
  }
}

/**
 * Commits to a branch as if somebody whom no rule binds had pushed.
 *
 * A branch that is not there starts at the default branch.
 */
export function commit(
  world: World,
  repoName: string,
  branch: string,
  what: {
    /** Contents by path; null removes. */
    readonly files: Readonly<Record<string, string | Uint8Array | null>>
    readonly message?: string
    readonly author?: string
    readonly parents?: readonly string[]
  },
): Promise<string> {
  const on = expectRepo(world, repoName)
  const author = what.author ? expectAccount(world, what.author) : person(world, on.owner)
  return exclusively(on, async () => {
    const before = await branchTip(on, branch)
    const start = what.parents?.[0] ?? before ?? (await branchTip(on, on.defaultBranch))
    const parents = what.parents ?? (start ? [start] : [])
    const changes = []
    for (const [path, content] of Object.entries(what.files)) {
      changes.push({ path, mode: '100644', sha: content === null ? null : await writeBlob(on, content) })
    }
    const signature = signatureOf(author, world.now())
    const after = await writeCommit(on, {
      tree: await writeTree(on, start ? ((await readCommit(on, start))?.tree ?? null) : null, changes),
      parents,
      message: what.message ?? (start ? `Change ${Object.keys(what.files).join(', ')}` : 'Initial commit'),
      author: signature,
      committer: signature,
    })
    const ref = `refs/heads/${branch}`
    if (!(await moveRef(on, ref, before, after))) throw new Error(`expected ${branch} to stay at ${before}`)
    await afterMove(world, on, { ref, before: before ?? NO_COMMIT, after }, { actor: author, app: null })
    return after
  })
}

/** The old name answers with a redirect from now on. */
export function rename(world: World, repoName: string, name: string): void {
  const renamed = expectRepo(world, repoName)
  world.renamed.set(repoName.toLowerCase(), renamed.id)
  renamed.name = name
  world.renamed.delete(fullName(renamed).toLowerCase())
}

/** Another account owns it from now on, and the old address answers with a redirect. */
export function transfer(world: World, repoName: string, owner: string): void {
  const moved = expectRepo(world, repoName)
  world.renamed.set(repoName.toLowerCase(), moved.id)
  moved.owner = expectAccount(world, owner)
  world.renamed.delete(fullName(moved).toLowerCase())
}

export function collaborator(world: World, repoName: string, login: string, role: Role): void {
  expectRepo(world, repoName).collaborators.set(expectAccount(world, login).id, role)
}

/** Sets the rules of a branch, in place of those that it had. */
export function protect(
  world: World,
  repoName: string,
  branch: string,
  rules: Partial<Omit<Protection, 'id'>> = {},
): { id: number } {
  const approvals = rules.requiredApprovals ?? 0
  const id = world.nextId()
  expectRepo(world, repoName).protections.set(branch, {
    id,
    requiredChecks: rules.requiredChecks ?? [],
    requirePullRequest: rules.requirePullRequest ?? approvals > 0,
    requiredApprovals: approvals,
    blockForcePush: rules.blockForcePush ?? true,
    blockDeletion: rules.blockDeletion ?? true,
    dismissStale: rules.dismissStale ?? false,
    mergeQueue: rules.mergeQueue ?? false,
    classic: rules.classic ?? false,
    bypass: rules.bypass ?? [],
  })
  return { id }
}

/** Whether workflows may approve pull requests, as the settings of Actions say. */
export function actionsMayApprove(world: World, repoName: string, may: boolean): void {
  expectRepo(world, repoName).actionsMayApprove = may
}

/** Makes a commit unreadable, as if GitHub had collected it as garbage after a force push. */
export function vanishCommit(world: World, repoName: string, sha: string): void {
  expectRepo(world, repoName).vanished.add(sha)
}
