import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { git } from '../github/git/run.ts'

export type Files = Readonly<Record<string, string | Uint8Array | null | { readonly link: string }>>
export type PullRequest = {
  readonly base: string
  readonly head: string
  /** GitHub's merge of the head into the base, `refs/pull/1/merge`. */
  readonly merge: string
  readonly payload: unknown
}

export const policy = `version: 1
databases:
  app:
    engine: postgres
    server_version: "16"
    migrations: db/migrate/*.sql
    environments: [staging, production]
workflows:
  - { database: app, environment: production, steps: [ { approvers: [ { role: write } ] } ] }
`

const who = {
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
}

/** A repository as GitHub has it, and checkouts of it as actions/checkout makes them, all by real git. */
export async function openOrigin() {
  const folder = mkdtempSync(join(tmpdir(), 'dbward-origin-'))
  const work = join(folder, 'work')
  mkdirSync(work)
  const at = (...args: string[]) => git(work, args, { env: who })
  await at('init', '--quiet', '--initial-branch=main')
  await at('config', 'uploadpack.allowAnySHA1InWant', 'true')
  let checkouts = 0

  /** Commits files on top of a commit; null deletes one. */
  async function commit(parent: string | null, files: Files): Promise<string> {
    if (parent !== null) await at('checkout', '--quiet', '--force', '--detach', parent)
    for (const [path, content] of Object.entries(files)) {
      const file = join(work, path)
      mkdirSync(dirname(file), { recursive: true })
      rmSync(file, { force: true })
      if (content === null) continue
      if (typeof content === 'object' && 'link' in content) symlinkSync(content.link, file)
      else writeFileSync(file, content)
    }
    await at('add', '--all', '--force')
    await at('commit', '--quiet', '--allow-empty', '--message=change')
    return (await at('rev-parse', 'HEAD')).trim()
  }

  async function merge(first: string, second: string): Promise<string> {
    await at('checkout', '--quiet', '--force', '--detach', first)
    await at('merge', '--quiet', '--no-ff', '--message=merge', second)
    return (await at('rev-parse', 'HEAD')).trim()
  }

  /** A pull request of these files; `base` is what the base branch has, `later` what came onto it meanwhile. */
  async function pull(base: Files, change: Files, later: Files = {}): Promise<PullRequest> {
    await at('checkout', '--quiet', '--orphan', `base-${++checkouts}`)
    await at('rm', '-rfq', '--ignore-unmatch', '.')
    const start = await commit(null, { 'README.md': 'x\n', ...base })
    const head = await commit(start, change)
    const tip = Object.keys(later).length === 0 ? start : await commit(start, later)
    await at('branch', '--force', 'main', tip)
    const merged = await merge(tip, head)
    await at('update-ref', 'refs/pull/1/merge', merged)
    const payload = {
      action: 'synchronize',
      number: 1,
      pull_request: {
        head: { sha: head, ref: 'feature', repo: { fork: false } },
        base: { sha: tip, ref: 'main' },
      },
    }
    return { base: tip, head, merge: merged, payload }
  }

  /** A commit whose `db/migrate` has exactly these entries, in the form of `git mktree -z`. */
  async function tree(entries: Uint8Array): Promise<string> {
    const make = async (input: string | Uint8Array) =>
      (await git(work, ['mktree', '-z'], { env: who, input })).trim()
    const migrate = await make(entries)
    const db = await make(`040000 tree ${migrate}\tmigrate\0`)
    const blob = (await git(work, ['hash-object', '-w', '--stdin'], { input: policy })).trim()
    return make(`100644 blob ${blob}\t.dbward.yml\x00040000 tree ${db}\tdb\0`)
  }

  async function commitTree(one: string, parent: string): Promise<string> {
    return (await at('commit-tree', one, '-p', parent, '-m', 'made')).trim()
  }

  /** What actions/checkout does with `fetch-depth`: 0 fetches every branch and all history. */
  async function checkout(sha: string, depth: number): Promise<string> {
    const place = join(folder, `checkout-${++checkouts}`)
    mkdirSync(place)
    const there = (...args: string[]) => git(place, args, { env: { ...who, GIT_ALLOW_PROTOCOL: 'file' } })
    await there('init', '--quiet')
    await there('remote', 'add', 'origin', `file://${work}`)
    const branches = depth === 0 ? ['+refs/heads/*:refs/remotes/origin/*'] : []
    const limit = depth === 0 ? [] : [`--depth=${depth}`]
    const refs = [...branches, `+${sha}:refs/remotes/pull/1/merge`]
    await there('fetch', '--quiet', '--no-tags', ...limit, 'origin', ...refs)
    await there('checkout', '--quiet', '--force', '--detach', 'refs/remotes/pull/1/merge')
    return place
  }

  return {
    folder,
    at,
    commit,
    tree,
    commitTree,
    merge,
    pull,
    checkout,
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}
