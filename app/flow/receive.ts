import { integer, list, nullable, open, type Parser, text } from '@dbward/protocol/shape'
import type { Probot } from 'probot'
import { changesAt, openChangesOn } from '../store/changes.ts'
import { receiveDelivery } from '../store/doorbell.ts'
import type { Store } from '../store/open.ts'
import { type DirtyInput, mergeGroups, wholeRepository } from '../store/rows.ts'
import { hasGroups } from '../store/surfaces.ts'
import { pressesIn } from './presses.ts'
import { passed } from './step.ts'

export type ReceiveDeps = { readonly store: Store; readonly now: () => Date; readonly appId: number }
export type VerifiedEvent = { readonly id: string; readonly name: string; readonly payload: unknown }

/**
 * The Probot app: an ordinary function that is handed verified events. An event is a doorbell: it says where to look,
 * and nothing in it decides anything. No handler asks GitHub, so that the answer to a webhook never waits for it.
 */
export const listen =
  (deps: ReceiveDeps) =>
  (app: Probot): void => {
    app.onAny((event) => receive(deps, event))
  }

/** One transaction: the delivery's id and what is to be looked at. A delivery that is known changes nothing. */
export function receive({ store, now, appId }: ReceiveDeps, { id, name, payload }: VerifiedEvent): void {
  const dirty = places(store, name, payload, appId)
  const presses = pressesIn(id, name, payload, appId, dirty)
  receiveDelivery(store, now(), { guid: id, event: name, dirty, presses })
  passed('server.webhook-stored')
}

const repository = open({ id: integer, full_name: text })
const aboutRepository = open({ repository })
const numbered = open({ number: integer })
const pullEvent = open({ repository, pull_request: numbered })
const push = open({ repository, ref: text })
const commentEvent = open({
  repository,
  issue: open({ number: integer, pull_request: nullable(open({})) }),
  comment: open({ performed_via_github_app: nullable(open({ id: integer })) }),
})
const runs = open({ head_sha: text, pull_requests: list(numbered, 1_000) })
const installed = open({
  repositories: nullable(list(repository)),
  repositories_added: nullable(list(repository)),
})

function places(store: Store, name: string, payload: unknown, appId: number): readonly DirtyInput[] {
  switch (name) {
    case 'pull_request': {
      const event = pullEvent(payload, name)
      return [pull(event.repository, event.pull_request.number)]
    }
    case 'pull_request_review': {
      const event = pullEvent(payload, name)
      // It may be in a merge group already, and a review that goes takes the group's answer with it.
      const queued = hasGroups(store, event.repository.id) ? [pull(event.repository, mergeGroups)] : []
      return [pull(event.repository, event.pull_request.number), ...queued]
    }
    case 'issue_comment': {
      const event = commentEvent(payload, name)
      // Our own comment is an answer to what we saw: to look again because of it would be an echo.
      const own = event.comment.performed_via_github_app?.id === appId
      return event.issue.pull_request === null || own ? [] : [pull(event.repository, event.issue.number)]
    }
    case 'push': {
      const event = push(payload, name)
      const branch = /^refs\/heads\/(.+)$/.exec(event.ref)?.[1]
      return branch === undefined ? [] : openChangesOn(store, event.repository.id, branch)
    }
    case 'merge_group':
      return [pull(aboutRepository(payload, name).repository, mergeGroups)]

    case 'check_run':
      return asked(store, payload, name, open({ check_run: runs }))
    case 'check_suite':
      return asked(store, payload, name, open({ check_suite: runs }))
    case 'installation':
    case 'installation_repositories': {
      const { repositories, repositories_added } = installed(payload, name)
      return [...(repositories ?? []), ...(repositories_added ?? [])].map((one) => pull(one, wholeRepository))
    }
    default:
      return []
  }
}

/** Somebody pressed a button on a check. GitHub lists no pull requests for a commit that comes from a fork. */
function asked(
  store: Store,
  payload: unknown,
  name: 'check_run' | 'check_suite',
  shape: Parser<Readonly<Record<string, { head_sha: string; pull_requests: readonly { number: number }[] }>>>,
): readonly DirtyInput[] {
  const { action } = open({ action: text })(payload, name)
  if (action !== 'rerequested' && action !== 'requested_action') return []
  const { repository: where } = aboutRepository(payload, name)
  const run = shape(payload, name)[name]
  if (run === undefined) return []
  const listed = run.pull_requests.map((one) => pull(where, one.number))
  const known = changesAt(store, where.id, run.head_sha)
  return [...listed, ...known.filter((one) => !listed.some((other) => other.pr === one.pr))]
}

function pull(
  { id, full_name }: { readonly id: number; readonly full_name: string },
  pr: number,
): DirtyInput {
  return { repo_id: id, repo: full_name, pr }
}
