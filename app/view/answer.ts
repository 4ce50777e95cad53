import { usage } from '@dbward/protocol/command'
import { fit } from './fit.ts'
import { blocks, bullets, code, escaped, type Markdown, md } from './markdown.ts'

const inComments = ['help', 'plan', 'why', 'review', 'retry', 'promote'] as const
const inReviews = ['hold', 'unhold', 'cancel', 'skip'] as const

const meaning: Readonly<Record<(typeof inComments)[number] | (typeof inReviews)[number], string>> = {
  help: 'shows this.',
  plan: 'shows exactly what would run, where and in which order, with hashes.',
  why: 'says why it may run or may not; with a name, what an approval by that person would change.',
  review: 'looks at the pull request again.',
  retry: 'tries again what failed without effect or was refused.',
  promote: 'says what still stands before an environment.',
  hold: 'keeps the change from running.',
  unhold: 'lets it go on, as far as holds are concerned.',
  cancel: 'ends the requests of a merged change that have not run.',
  skip: 'says of a file of a merged change that it is never to run.',
}

/** An answer, under a line that says whose question it is of. Logins are shown and not mentioned. */
export function answer(command: string, login: string, body: Markdown): Markdown {
  const asked = command in usage ? `/dbward ${command}` : '/dbward'
  const head = md`<sub>dbward answers ${code(login)}: ${code(asked)}</sub>`
  return fit([{ name: 'answer', drop: 0, body: blocks(head, body) }])
}

export function helpAnswer(): Markdown {
  return blocks(
    md`On the first line of a comment:`,
    list(inComments),
    md`On the first line of a review (**Files changed**, **Review changes**), as an agent has to see for itself who said it:`,
    list(inReviews),
    md`Approvals are reviews that approve. There is no command for them.`,
  )
}

export function unclearAnswer(why: string): Markdown {
  return blocks(
    md`That is no command: ${escaped(why)}. Edits do not count; write another comment.`,
    helpAnswer(),
  )
}

/** For what an agent has to see for itself, and the other way round. */
export function elsewhereAnswer(name: string, wasReview = false): Markdown {
  if (wasReview) return md`${code(`/dbward ${name}`)} does nothing in a review: send it as a comment.`
  const line = name in usage ? usage[name as keyof typeof usage] : `/dbward ${name}`
  return blocks(
    md`${code(`/dbward ${name}`)} does nothing in a comment: send it as a review.`,
    md`**Files changed**, **Review changes**, ${code(line)} as the first line, **Comment**.`,
    md`Agents believe a review, as dbward's own App can neither write nor edit one.`,
  )
}

export function strangerAnswer(): Markdown {
  return md`Commands are for people with write permission on this repository. Further ones of yours are counted and not answered.`
}

function list(names: readonly (keyof typeof meaning)[]): Markdown {
  return bullets(names.map((name) => md`${code(usage[name])} ${escaped(meaning[name])}`))
}
