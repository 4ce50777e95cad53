import { execFile, execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Octokit } from '@octokit/rest'

const run = promisify(execFile)

/** Somebody at work: git on their machine, and GitHub by their own token. */
export type Person = ReturnType<typeof person>
export type Files = Readonly<Record<string, string | Uint8Array | null>>
/** What no file of a working tree can be everywhere: a link, a submodule (its `content` is a commit), an odd mode. */
export type OddEntry = { readonly path: string; readonly mode: string; readonly content: string }

export function person(
  who: { readonly id: number; readonly login: string; readonly token: string },
  repo: { readonly fullName: string; readonly cloneUrl: (token?: string) => string },
  apiUrl: string,
) {
  const octokit = new Octokit({ baseUrl: apiUrl, auth: who.token, log: quiet })
  const [owner = '', name = ''] = repo.fullName.split('/')
  const at = { owner, repo: name }
  const git = (cwd: string, ...args: readonly string[]) =>
    run('git', args, {
      cwd,
      env: {
        ...process.env,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_TERMINAL_PROMPT: '0',
        GIT_AUTHOR_NAME: who.login,
        GIT_AUTHOR_EMAIL: `${who.id}+${who.login}@users.noreply.github.com`,
        GIT_COMMITTER_NAME: who.login,
        GIT_COMMITTER_EMAIL: `${who.id}+${who.login}@users.noreply.github.com`,
      },
    })

  return {
    ...who,
    octokit,

    /** Clones, commits on top of the branch (made from `from` where it is new), pushes; gives the commit. */
    async push(
      branch: string,
      files: Files,
      options: {
        readonly message?: string
        readonly from?: string
        readonly force?: boolean
        readonly amend?: boolean
        readonly odd?: readonly OddEntry[]
      } = {},
    ) {
      const dir = await mkdtemp(join(tmpdir(), 'dbward-clone-'))
      try {
        await git(dir, 'clone', '--quiet', repo.cloneUrl(who.token), '.')
        const known = await git(dir, 'rev-parse', '--verify', '--quiet', `origin/${branch}`).then(
          () => true,
          () => false,
        )
        await git(
          dir,
          'checkout',
          '--quiet',
          '-B',
          branch,
          `origin/${known && options.from === undefined ? branch : (options.from ?? 'main')}`,
        )
        for (const [path, content] of Object.entries(files)) {
          if (content === null) await git(dir, 'rm', '--quiet', path)
          else {
            await mkdir(dirname(join(dir, path)), { recursive: true })
            await writeFile(join(dir, path), content)
          }
        }
        await git(dir, 'add', '--all')
        for (const { path, mode, content } of options.odd ?? []) {
          const hash = ['hash-object', '-w', '--stdin']
          const made = () => execFileSync('git', hash, { cwd: dir, input: content, encoding: 'utf8' }).trim()
          const sha = mode === '160000' ? content : made()
          await git(dir, 'update-index', '--add', '--cacheinfo', `${mode},${sha},${path}`)
        }
        await git(
          dir,
          'commit',
          '--quiet',
          '--allow-empty',
          ...(options.amend ? ['--amend'] : []),
          '-m',
          options.message ?? 'change the schema',
        )
        await git(dir, 'push', '--quiet', ...(options.force ? ['--force'] : []), 'origin', branch)
        return (await git(dir, 'rev-parse', 'HEAD')).stdout.trim()
      } finally {
        await rm(dir, { recursive: true, force: true })
      }
    },
    async open(branch: string, title: string, base = 'main') {
      return (await octokit.rest.pulls.create({ ...at, head: branch, base, title })).data.number
    },
    async approve(pull_number: number, body = '') {
      return (await octokit.rest.pulls.createReview({ ...at, pull_number, event: 'APPROVE', body })).data
    },
    /** An approval of a commit that need not be the head any more. */
    async approveAt(pull_number: number, commit_id: string) {
      return (await octokit.rest.pulls.createReview({ ...at, pull_number, commit_id, event: 'APPROVE' })).data
    },
    async dismiss(pull_number: number, review_id: number, message = 'looked again') {
      await octokit.rest.pulls.dismissReview({ ...at, pull_number, review_id, message })
    },
    async requestChanges(pull_number: number, body = 'not like this') {
      return (await octokit.rest.pulls.createReview({ ...at, pull_number, event: 'REQUEST_CHANGES', body }))
        .data
    },
    async say(issue_number: number, body: string) {
      return (await octokit.rest.issues.createComment({ ...at, issue_number, body })).data
    },
    async edit(comment_id: number, body: string) {
      await octokit.rest.issues.updateComment({ ...at, comment_id, body })
    },
    /** A review that neither approves nor asks for changes. */
    async remark(pull_number: number, body: string) {
      return (await octokit.rest.pulls.createReview({ ...at, pull_number, event: 'COMMENT', body })).data
    },
    async merge(pull_number: number, merge_method: 'merge' | 'squash' | 'rebase' = 'merge') {
      return (await octokit.rest.pulls.merge({ ...at, pull_number, merge_method })).data.sha
    },
    async close(pull_number: number, state: 'open' | 'closed' = 'closed') {
      await octokit.rest.pulls.update({ ...at, pull_number, state })
    },
    async retarget(pull_number: number, base: string) {
      await octokit.rest.pulls.update({ ...at, pull_number, base })
    },
    async checks(ref: string) {
      return (await octokit.rest.checks.listForRef({ ...at, ref, per_page: 100 })).data.check_runs
    },
    async annotations(check_run_id: number) {
      return (await octokit.rest.checks.listAnnotations({ ...at, check_run_id, per_page: 100 })).data
    },
    async comments(issue_number: number) {
      return (await octokit.rest.issues.listComments({ ...at, issue_number, per_page: 100 })).data
    },
    async head(pull_number: number) {
      return (await octokit.rest.pulls.get({ ...at, pull_number })).data.head.sha
    },
  }
}

const nothing = () => undefined
const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing }
