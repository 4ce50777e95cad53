import { createHash } from 'node:crypto'
import { canonical, type JsonObject } from '@dbward/protocol/json'
import { closed, flag, integer, list, nullable, oneOf, text } from '@dbward/protocol/shape'
import type { DirtyInput, SurfaceWrite } from '../store/rows.ts'
import { type Check, gateCheck, reviewCheck } from '../view/checks.ts'
import { commentStamp, deservesComment, stickyComment } from '../view/comment.ts'
import { executionCheck, resultComment } from '../view/execution.ts'
import type { Markdown } from '../view/markdown.ts'
import type { ChangeView, ExecutionView } from '../view/model.ts'

/**
 * What GitHub is to show of a change: two check runs on its head and one comment. `others` are the open pull requests
 * with the same head commit (see `gateCheck`).
 */
export function surfacesFor(view: ChangeView, others: readonly ChangeView[] = []): readonly SurfaceWrite[] {
  const on = `${view.repo.id}:${view.head}`
  const comment = { body: stickyComment(view), stamp: commentStamp(view), create: deservesComment(view) }
  return [
    checkSurface(view, `check:review:${on}`, reviewCheck(view)),
    checkSurface(view, `check:gate:${on}`, gateCheck(view, others)),
    surface(view, {
      key: `comment:${view.repo.id}:${view.pr}`,
      kind: 'comment',
      sha: null,
      payload: comment,
    }),
  ]
}

/** The check run of a request on the merge commit and, once an attempt has ended, its comment. */
export function surfacesForExecution(view: ExecutionView): readonly SurfaceWrite[] {
  const run = checkSurface(view, `check:execution:${view.request}`, executionCheck(view))
  const { attempt, result } = view
  if (attempt === null || result === null) return [run]
  const payload = { body: resultComment(view, result), stamp: null, create: true }
  return [run, surface(view, { key: `result:${attempt.id}`, kind: 'result', sha: view.mergeSha, payload })]
}

/** The answer to a question, a comment of its own; `key` is the question's. */
export function surfaceOfAnswer(
  { repo, repo_id, pr }: DirtyInput,
  key: string,
  body: Markdown,
): SurfaceWrite {
  const payload = { body, stamp: null, create: true }
  const place = { repo: { id: repo_id, name: repo }, pr }
  return surface(place, { key: `answer:${key}`, kind: 'comment', sha: null, payload })
}

const line = nullable(closed({ start: integer, end: integer }))
const annotation = closed({
  path: text,
  startLine: integer,
  endLine: integer,
  columns: line,
  level: oneOf('failure', 'warning', 'notice'),
  title: text,
  message: text,
})

/** What the store keeps of a check run. */
export const checkPayload = closed({
  name: text,
  headSha: text,
  status: oneOf('queued', 'in_progress', 'completed'),
  conclusion: nullable(oneOf('success', 'failure', 'action_required', 'cancelled')),
  title: text,
  summary: text,
  stamp: nullable(text),
  text: nullable(text),
  annotations: list(annotation),
  actions: nullable(list(closed({ label: text, description: text, identifier: text }), 3)),
})

/** What the store keeps of a comment. A stamp goes under what it is of when that is posted. */
export const commentPayload = closed({ body: text, stamp: nullable(text), create: flag })

type Place = Pick<ChangeView, 'repo' | 'pr'>

/** One check run, by a key that is its own for ever. */
export function checkSurface(place: Place, key: string, payload: Check): SurfaceWrite {
  return surface(place, { key, kind: 'check', sha: payload.headSha, payload })
}

/** The stamp says when and at which base; alone it is no reason to write to GitHub, so it is not in the hash. */
function surface(
  { repo, pr }: Place,
  one: Pick<SurfaceWrite, 'key' | 'kind' | 'sha'> & { readonly payload: JsonObject },
): SurfaceWrite {
  const { stamp: _, ...shown } = one.payload
  const hash = createHash('sha256').update(canonical(shown)).digest('hex')
  return { ...one, repo_id: repo.id, repo: repo.name, pr, hash }
}
