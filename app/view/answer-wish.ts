import type { ReviewCommand } from '@dbward/protocol/command'
import { bullets, code, escaped, type Markdown, md } from './markdown.ts'
import type { RequestState } from './model.ts'
import { stateWords, target } from './words.ts'

/** A wish on one database and environment: does it count, and how things stand now. */
export type WishView = {
  readonly database: string
  readonly environment: string
  readonly counts: boolean
  readonly heldBy: string | null
  readonly state: RequestState
}

export function wishAnswer(command: ReviewCommand, found: readonly WishView[]): Markdown {
  if (found.length === 0)
    return md`This pull request brings nothing to run, so there is nothing to ${escaped(command.name)}.`
  return bullets(
    found.map((one) => md`${code(target(one))}: ${one.counts ? done(command, one) : refused(command)}`),
  )
}

function done(command: ReviewCommand, { heldBy, state }: WishView): Markdown {
  const now = md`It is ${escaped(stateWords[state])}.`
  const late = inHands.includes(state) || over.includes(state)
  switch (command.name) {
    case 'hold':
      if (late) return md`too late. ${now}`
      return md`on hold, until somebody who may sends ${code('/dbward unhold')} as a review. ${now}`
    case 'unhold':
      return heldBy === null ? md`not on hold any more. ${now}` : md`still on hold by ${code(heldBy)}. ${now}`
    case 'cancel':
      return late ? md`too late. ${now}` : md`cancelled, for good. ${now}`
    case 'skip':
      return md`${code(command.path)} is never to run. ${now}`
    default:
      return command satisfies never
  }
}

/** An agent may be past the look at the reviews. */
const inHands: readonly RequestState[] = ['leased', 'running', 'unknown', 'cancelling']
const over: readonly RequestState[] = ['applied', 'already_applied', 'partial', 'superseded']

function refused({ name }: ReviewCommand): Markdown {
  if (name === 'skip') {
    return md`does not count. The file has to be one of this change for this database, and it takes somebody else than the author who may write here and is an approver of the workflow, or maintains the repository.`
  }
  return md`does not count. It takes the author, or somebody who may write here and is an approver of the workflow, or who maintains the repository.`
}
