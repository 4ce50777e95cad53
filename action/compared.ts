import { gitId, open, type Parser, ShapeError, text } from '@dbward/protocol/shape'
import type { Checkout } from './git.ts'
import { Halt } from './halt.ts'
import { exits } from './world.ts'

/** Which commits are compared: what changed between `from` and `head` is judged under the policy that `base` has. */
export type Compared = { readonly base: string; readonly from: string; readonly head: string }

type Question = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly event: unknown
  /** The input `base`: a branch, a tag or a commit; '' where the event says it. */
  readonly base: string
}

/** Finds them from the event and the checkout. A checkout that is not of the event's commit is refused. */
export async function compared(git: Checkout, { env, event, base }: Question): Promise<Compared> {
  const head = await git.resolve('HEAD')
  if (head === null) throw new Halt(exits.cannotVerify, 'expected a commit to be checked out, found none')
  if (base !== '') return since(git, await named(git, base), head)
  const name = env.GITHUB_EVENT_NAME ?? ''
  if (name === 'pull_request' || name === 'pull_request_target') {
    return ofPull(git, head, env.GITHUB_SHA, readEvent(pullEvent, event))
  }
  if (name === 'merge_group') {
    const { merge_group: group } = readEvent(groupEvent, event)
    return since(git, group.base_sha, mustBe(head, group.head_sha))
  }
  if (name === 'push') {
    const push = readEvent(pushEvent, event)
    if (push.ref !== `refs/heads/${push.repository.default_branch}`) {
      const message =
        'a push to another branch than the default one is not judged by what was there before, which may be its author\'s own policy; set the input "base" to the branch whose policy counts'
      throw new Halt(exits.usage, message)
    }
    if (!/^0+$/.test(push.before)) return since(git, push.before, mustBe(head, push.after))
  }
  const message =
    name === 'push'
      ? 'the branch is new, so the push does not say what to compare with; set the input "base"'
      : `the event ${JSON.stringify(name)} does not say what to compare with; set the input "base" to a branch`
  throw new Halt(exits.usage, message)
}

const pullEvent = open({
  pull_request: open({ head: open({ sha: gitId }), base: open({ sha: gitId, ref: text }) }),
})
const groupEvent = open({ merge_group: open({ head_sha: gitId, base_sha: gitId }) })
const pushEvent = open({
  before: gitId,
  after: gitId,
  ref: text,
  repository: open({ default_branch: text }),
})

/**
 * actions/checkout checks out GitHub's own merge of a pull request, whose first parent is the base branch. Only the
 * commit that GitHub named in GITHUB_SHA is believed to be it: any other merge could have been made by the author,
 * who would then choose the policy.
 */
async function ofPull(
  git: Checkout,
  head: string,
  sha: string | undefined,
  { pull_request: pull }: ReturnType<typeof pullEvent>,
): Promise<Compared> {
  if (head === pull.head.sha) return since(git, pull.base.sha, head)
  const [first, second, ...more] = (await git.commit(head))?.parents ?? []
  if (first === undefined || second !== pull.head.sha || more.length > 0) {
    const message = `the checkout is at ${head}; expected the pull request's head ${pull.head.sha} or GitHub's merge of it`
    throw new Halt(exits.cannotVerify, `${message}. Leave "ref" of actions/checkout out`)
  }
  if (head !== sha) return since(git, pull.base.sha, head)
  if ((await git.commit(first)) === null) throw shallow(first, 2)
  return { base: first, from: first, head }
}

async function since(git: Checkout, base: string, head: string): Promise<Compared> {
  if ((await git.commit(base)) === null) throw shallow(base, 0)
  const from = await git.mergeBase(base, head)
  if (from === null) throw shallow(base, 0)
  return { base, from, head }
}

/** A branch of the remote before one of the checkout's own, which may be stale. */
async function named(git: Checkout, base: string): Promise<string> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._/-]{0,200}$/.test(base)) {
    throw new Halt(exits.usage, 'base: expected a branch, a tag or a commit id, got something else')
  }
  const found = (await git.resolve(`refs/remotes/origin/${base}`)) ?? (await git.resolve(base))
  if (found !== null) return found
  const message = `base: expected ${base} to be in the checkout, found no such commit; check out with fetch-depth: 0`
  throw new Halt(exits.cannotVerify, message)
}

function mustBe(head: string, expected: string): string {
  if (head === expected) return head
  const message = `the checkout is at ${head}; expected the event's commit ${expected}. Leave "ref" of actions/checkout out`
  throw new Halt(exits.cannotVerify, message)
}

function shallow(commit: string, depth: number): Halt {
  const message = `the checkout has not enough history to compare with ${commit}; give actions/checkout "fetch-depth: ${depth}"`
  return new Halt(exits.cannotVerify, message)
}

function readEvent<T>(parse: Parser<T>, event: unknown): T {
  try {
    return parse(event, 'event')
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    throw new Halt(exits.cannotVerify, `the runner's event cannot be read: ${error.message}`)
  }
}
