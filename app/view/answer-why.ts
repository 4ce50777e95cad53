import { type NotCountedReason, notCountedWords } from '@dbward/protocol/decision'
import { blocks, bullets, code, escaped, type Markdown, md } from './markdown.ts'
import type { ChangeView } from './model.ts'
import { approvalsTable } from './tables.ts'
import { traceSection } from './trace.ts'
import { gateVerdict } from './verdict.ts'
import { target } from './words.ts'

/** What one person's approval of the head would change, on each database and environment. */
export type PersonView = {
  readonly login: string
  /** False where GitHub knows nobody of that name here. */
  readonly known: boolean
  readonly role: string
  readonly targets: readonly {
    readonly database: string
    readonly environment: string
    /** Whether an approval that is there counts. */
    readonly counts: boolean
    /** Whether one given now would. */
    readonly would: boolean
    readonly reason: NotCountedReason | null
    /** What the decision would be then, in a sentence. */
    readonly outcome: string
  }[]
}

/** The evidence of the decision; for one person, what they would need. */
export function whyAnswer(view: ChangeView | null, person: PersonView | null): Markdown {
  if (view === null)
    return md`This pull request cannot be read as it stands, so nothing is decided, and nothing runs.`
  if (person !== null) return personAnswer(person)
  const { title, sentences } = gateVerdict(view)
  return blocks(
    md`**${escaped(title)}**`,
    bullets(sentences.map(escaped)),
    traceSection(view),
    approvalsTable(view),
  )
}

function personAnswer(person: PersonView): Markdown {
  const who = code(person.login)
  if (!person.known) return md`GitHub knows nobody called ${who} here.`
  const is = md`${who} has the role ${code(person.role)} on this repository.`
  if (person.targets.length === 0)
    return blocks(is, md`This pull request brings nothing that anybody could approve.`)
  return blocks(is, bullets(person.targets.map(line)))
}

function line(one: PersonView['targets'][number]): Markdown {
  const on = code(target(one))
  if (one.counts) return md`${on}: an approval by them counts already.`
  if (one.would) return md`${on}: an approval of the head by them would count. Then: ${escaped(one.outcome)}`
  if (one.reason === null) return md`${on}: an approval by them changes nothing. ${escaped(one.outcome)}`
  return md`${on}: an approval by them would not count: ${escaped(notCountedWords[one.reason])}. ${escaped(one.outcome)}`
}
