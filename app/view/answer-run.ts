import { blocks, bullets, code, escaped, joined, type Markdown, md } from './markdown.ts'
import type { ChangeView, RequestState } from './model.ts'
import { gateVerdict } from './verdict.ts'
import { plural, shortSha, stateWords, target } from './words.ts'

type Where = { readonly database: string; readonly environment: string; readonly state: RequestState }

export function reviewAnswer(view: ChangeView | null): Markdown {
  if (view === null)
    return md`Looked, and this pull request cannot be read as it stands. dbward tries again by itself.`
  const { title, sentences } = gateVerdict(view)
  const into = md`Looked at ${code(shortSha(view.head))} into ${escaped(view.base.ref)}:`
  return blocks(md`${into} **${escaped(title)}**.`, bullets(sentences.map(escaped)))
}

/** Each request: is it tried again, and if not, why not and what is to be done instead. */
export function retryAnswer(tried: readonly (Where & { readonly row: unknown })[]): Markdown {
  if (tried.length === 0) return md`There is nothing to try again: this pull request brings nothing to run.`
  return bullets(
    tried.map((one) => {
      if (one.row !== null)
        return md`${code(target(one))}: dbward decides anew, and tries it again if it may run.`
      return md`${code(target(one))} is not tried again: ${notAgain(one.state)}`
    }),
  )
}

function notAgain(state: RequestState): Markdown {
  if (state === 'partial' || state === 'unknown') {
    return md`${escaped(stateWords[state])}. Something of it may have taken effect, so somebody has to look at the database first.`
  }
  return md`${escaped(stateWords[state])}. Only what failed without effect, or was refused by an agent, is.`
}

/** What still stands before an environment; what waits for nothing goes there by itself. */
export function promoteAnswer(
  environment: string,
  found: readonly (Where & {
    readonly reason: string
    readonly nextStep: string
    readonly missing: readonly string[]
    readonly ahead: number
  })[],
): Markdown {
  if (found.length === 0) return md`This pull request brings nothing to run in ${code(environment)}.`
  return bullets(
    found.map((one) => {
      const state = md`${code(target(one))}: ${escaped(stateWords[one.state])}. ${escaped(one.reason)} ${escaped(one.nextStep)}`
      const missing = joined(one.missing.map(code), ', ')
      const before =
        one.missing.length === 0 ? md`` : md` It waits for the same plan to be applied in ${missing}.`
      const ahead =
        one.ahead === 0
          ? md``
          : md` ${escaped(plural(one.ahead, 'earlier request goes', 'earlier requests go'))} first.`
      const free = one.state === 'queued' && one.missing.length === 0 && one.ahead === 0
      return md`${state}${before}${ahead}${free ? md` Nothing stands before it: the next agent takes it.` : md``}`
    }),
  )
}
