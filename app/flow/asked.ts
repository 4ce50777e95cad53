import { type Asked, type CommentCommand, parseComment, type ReviewCommand } from '@dbward/protocol/command'
import { type Account, isPerson, type ReviewFact } from '@dbward/protocol/facts'
import { account, type GitHubReader } from '@dbward/protocol/github'
import { openRepository } from '@dbward/protocol/repository'
import { integer, nullable, open, text } from '@dbward/protocol/shape'
import { commandsOf, pressesOf } from '../store/commands.ts'
import type { Store } from '../store/open.ts'
import type { DirtyInput } from '../store/rows.ts'

/** Something that somebody asked and that has no answer yet. `key` is the same at every look. */
export type Question = {
  readonly key: string
  readonly by: Account
  /** ISO 8601, as GitHub gives it. */
  readonly at: string
} & (
  | { readonly from: 'comment' | 'button'; readonly asked: Something<CommentCommand> }
  | { readonly from: 'review'; readonly asked: Something<ReviewCommand> }
)
type Something<Command> = Exclude<Asked<Command>, { readonly kind: 'none' }>

/** What is older than that when it is first seen is not taken any more: nobody waits for it. */
const oldest = 7 * 86_400_000
/** GitHub may show a comment later than one that was written after it. */
const overlap = 10 * 60_000

/**
 * What people asked on a pull request since the last answer. The webhook only said to look: who asked what is read from
 * GitHub, and a comment counts as it was first written, by a person, by hand.
 */
export async function readQuestions(
  store: Store,
  reader: GitHubReader,
  { repo, repo_id, pr }: DirtyInput,
  reviews: readonly ReviewFact[],
  now: Date,
): Promise<readonly Question[]> {
  const answered = commandsOf(store, repo_id, pr)
  const last = answered.filter((one) => one.key.startsWith('comment:')).at(-1)
  const since = last === undefined ? {} : { since: new Date(Date.parse(last.at) - overlap).toISOString() }
  const route = '/issues/{issue_number}/comments'
  const found = await openRepository(reader, repo).all(route, { issue_number: pr, ...since })
  const known = new Set(answered.map((one) => one.key))
  return found
    .map((one, i) => comment(one, `comments[${i}]`))
    .flatMap((one) => question(one, repo_id))
    .concat(reviews.flatMap((one) => said(one, repo_id)))
    .filter((one) => !known.has(one.key) && now.getTime() - Date.parse(one.at) <= oldest)
    .concat(pressed(store, repo_id, pr))
}

const comment = open({
  id: integer,
  body: nullable(text),
  user: nullable(account),
  created_at: text,
  updated_at: text,
  performed_via_github_app: nullable(open({ id: integer })),
})

/** An App that writes for a person is an App, and who edits a comment may be somebody else than who wrote it. */
function question(one: ReturnType<typeof comment>, repoId: number): readonly Question[] {
  const { user, body, created_at, updated_at } = one
  if (user === null || !isPerson(user)) return []
  if (one.performed_via_github_app !== null || created_at !== updated_at) return []
  const asked = parseComment(body ?? '')
  if (asked.kind === 'none') return []
  return [{ key: `comment:${repoId}:${one.id}`, by: user, at: created_at, asked, from: 'comment' }]
}

/** What reviews want is heeded wherever they are read; here they are only answered. */
function said({ id, user, at, says }: ReviewFact, repoId: number): readonly Question[] {
  if (says === undefined || !isPerson(user)) return []
  return [{ key: `review:${repoId}:${id}`, by: user, at, asked: says, from: 'review' }]
}

/** The buttons of our checks, by the identifier that GitHub hands back. */
export const buttons = ['review', 'plan', 'retry'] as const

function pressed(store: Store, repoId: number, pr: number): readonly Question[] {
  return pressesOf(store, repoId, pr).flatMap(({ guid, user_id, login, action, received_at }) => {
    const name = buttons.find((one) => one === action)
    if (name === undefined) return []
    const by = { id: user_id, login, type: 'User' } as const
    const asked = { kind: 'command', command: { name } } as const
    return [{ key: `press:${guid}`, by, at: received_at, asked, from: 'button' }]
  })
}
