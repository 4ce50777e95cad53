import { fit } from './fit.ts'
import { blocks, code, escaped, joined, type Markdown, md, table } from './markdown.ts'
import type { ChangeView, RequestState } from './model.ts'
import { within, withRest } from './tables.ts'
import { plural, shortSha, stateWords, target } from './words.ts'

/** What would run on one database and environment: the files in the order in which they run. */
export type PlanView = {
  readonly database: string
  readonly environment: string
  readonly engine: string
  readonly state: RequestState
  readonly sha256: string
  /** The environments that get it first, in order. */
  readonly after: readonly string[]
  readonly ahead: number
  readonly files: readonly {
    readonly path: string
    readonly sha256: string
    readonly size: number
    readonly tx: 'auto' | 'none'
    readonly kinds: readonly string[]
  }[]
}

const mostRows = 30_000

/** Exactly what would run, where and in which order. */
export function planAnswer(view: ChangeView | null, plans: readonly PlanView[]): Markdown {
  if (view === null) return md`This pull request cannot be read as it stands, so there is no plan of it.`
  if (plans.length === 0)
    return md`Nothing would run: no file of this pull request belongs to a database of the policy.`
  const head = md`Head ${code(shortSha(view.head))} into ${escaped(view.base.ref)}:`
  const each = Math.floor(mostRows / plans.length)
  return fit([
    { name: 'head', drop: 0, body: head },
    ...plans.map((one) => ({ name: target(one), drop: 1, body: planOf(one, each) })),
  ])
}

function planOf(plan: PlanView, most: number): Markdown {
  const title = md`**${code(target(plan))}** (${escaped(plan.engine)}): ${escaped(stateWords[plan.state])}`
  if (plan.files.length === 0) return blocks(title, md`Nothing to run here.`)
  const rows = plan.files.map((file, i) => [
    md`${i + 1}`,
    code(file.path),
    kinds(file.kinds),
    file.tx === 'auto' ? md`one transaction` : md`no transaction`,
    md`${file.size}`,
    code(file.sha256),
  ])
  const shown = within(most, rows, (cells) => Buffer.byteLength(cells.join(' | ')) + 6)
  const head = ['#', 'File', 'Statements', 'Runs in', 'Bytes', 'SHA-256']
  return blocks(
    title,
    md`Plan ${code(plan.sha256)}, ${order(plan)}.`,
    withRest(table(head, shown), rows.length - shown.length),
  )
}

function order({ after, ahead }: PlanView): Markdown {
  const first =
    after.length === 0 ? md`after the merge` : md`after the same plan in ${joined(after.map(code), ', ')}`
  return ahead === 0 ? first : md`${first}, behind ${escaped(plural(ahead, 'earlier request'))}`
}

/** `3 statements: create-table (2), create-index`. */
function kinds(all: readonly string[]): Markdown {
  const counts = [...Map.groupBy(all, (one) => one)].slice(0, 8)
  const named = counts.map(([kind, own]) =>
    own.length === 1 ? code(kind) : md`${code(kind)} (${own.length})`,
  )
  const count = escaped(plural(all.length, 'statement'))
  return named.length === 0 ? count : md`${count}: ${joined(named, ', ')}`
}
