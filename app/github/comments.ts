import { account } from '@dbward/protocol/github'
import { integer, nullable, open, type Parsed, text } from '@dbward/protocol/shape'
import { ownerAndRepo } from './client.ts'
import { type Octokit, reader } from './reader.ts'
import { shorten } from './shorten.ts'

export type CommentToPost = {
  /** owner/name */
  readonly repo: string
  readonly pr: number
  readonly appId: number
  /** What this comment is about, the same at every posting; it may not hold `-->`. */
  readonly key: string
  readonly body: string
  /** The comment that we posted before, where we know it. */
  readonly knownId: number | null
  /** False where an old comment is to be brought up to date and a new one is not worth a notification. */
  readonly create: boolean
}

const mostBody = 65_000

/**
 * Brings our comment level with `body` and gives its id, or null where there is none and none is to be made.
 *
 * The comment is the one whose id we stored. Where that is gone, or its answer never reached us, it is the oldest that
 * our App itself wrote under this key. Anybody can write our hidden marker into a comment, and with a token of theirs
 * through our App too: only the App's own bot counts.
 */
export async function upsertComment(octokit: Octokit, comment: CommentToPost): Promise<number | null> {
  const { knownId } = comment
  if (knownId !== null && (await edit(octokit, comment, knownId))) return knownId
  const found = await findOurs(octokit, comment)
  if (found !== null && found !== knownId && (await edit(octokit, comment, found))) return found
  return comment.create ? create(octokit, comment) : null
}

const posted = open({
  id: integer,
  body: nullable(text),
  user: nullable(account),
  performed_via_github_app: nullable(open({ id: integer })),
})

async function findOurs(octokit: Octokit, comment: CommentToPost): Promise<number | null> {
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments'
  const params = { ...ownerAndRepo(comment.repo), issue_number: comment.pr }
  const all = (await reader(octokit).all(route, params)).map((one, i) => posted(one, `comments[${i}]`))
  const ours = all.filter((one) => isOurs(one, comment)).map((one) => one.id)
  return ours.length === 0 ? null : Math.min(...ours)
}

function isOurs(one: Parsed<typeof posted>, { appId, key }: CommentToPost): boolean {
  const byApp = one.performed_via_github_app?.id === appId && one.user?.type === 'Bot'
  return byApp && (one.body ?? '').startsWith(marker(key))
}

async function edit(octokit: Octokit, comment: CommentToPost, id: number): Promise<boolean> {
  try {
    const { data } = await octokit.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
      ...ownerAndRepo(comment.repo),
      comment_id: id,
      body: bodyOf(comment),
    })
    posted(data, 'comment')
    return true
  } catch (error) {
    if ([404, 410].includes((error as { status?: number }).status ?? 0)) return false
    throw error
  }
}

async function create(octokit: Octokit, comment: CommentToPost): Promise<number> {
  const { data } = await octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
    ...ownerAndRepo(comment.repo),
    issue_number: comment.pr,
    body: bodyOf(comment),
  })
  return posted(data, 'comment').id
}

function bodyOf({ key, body }: CommentToPost): string {
  return `${marker(key)}\n${shorten(body, mostBody - marker(key).length)}`
}

function marker(key: string): string {
  return `<!-- dbward:${key} -->`
}
