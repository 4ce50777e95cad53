import {
  advice,
  blocks,
  bullets,
  code,
  escaped,
  fenced,
  joined,
  type Markdown,
  md,
  table,
} from '@dbward/rules/markdown'
import { counted, countedSeverities } from '@dbward/rules/wording'
import { type AllowedNote, countsOf, type Note, type Report, type ReportFile } from './report.ts'

/** GitHub takes 1 MiB of summary from a step, and nothing of one that is larger. */
export const mostBytes = 1_000_000
const most = { failures: 50_000, files: 150_000, allowed: 200_000, notes: 500_000 } as const

/** The job's summary: the verdict, then everything that was found, cut with a count where it is too much. */
export function summary(report: Report, verdict: string): Markdown {
  return blocks(
    md`### dbward: ${escaped(verdict)}`,
    about(report),
    failures(report.failures),
    filesTable(report.files),
    allowedList(report.allowed),
    notesList(report.notes),
  )
}

function about({ base, head, policy, policyPath, policyChange }: Report): Markdown {
  const from = md`${code(policyPath)} at ${code(base.slice(0, 12))}`
  const words = {
    read: md`Judged ${code(head.slice(0, 12))} by the policy ${from}.`,
    none: md`There is no policy ${from}, so no file is governed.`,
    broken: md`The policy ${from} cannot be read, so nothing can be judged.`,
  }[policy]
  if (policyChange === 'none') return words
  const change = { added: md`adds`, modified: md`changes`, deleted: md`deletes` }[policyChange]
  return md`${words} This change ${change} the policy: that counts once it is merged, and not for this change.`
}

function failures(reasons: readonly string[]): Markdown {
  if (reasons.length === 0) return nothing
  const items = reasons.map((one) => fenced(one))
  return md`**Not judged:**\n\n${within(most.failures, items, (shown) => blocks(...shown))}`
}

function filesTable(files: readonly ReportFile[]): Markdown {
  const rows = files.map(({ path, database, status, statements }) => [
    code(path),
    database === null ? md`–` : code(database),
    escaped(status),
    statements === null ? md`–` : md`${statements}`,
  ])
  if (rows.length === 0) return nothing
  const head = ['File', 'Database', 'Change', 'Statements']
  return within(most.files, rows, (shown) => table(head, shown))
}

function notesList(notes: readonly Note[]): Markdown {
  const items = notes.map((one) => {
    const place = code(`${one.path}:${one.line}`)
    const said = md`${escaped(one.message.slice(0, 2_000))} ${advice(one.instead, 2_000)}`
    return md`${signs[one.severity]} ${code(one.rule)} in ${place}${forTargets(one)}: ${said}`
  })
  return items.length === 0 ? nothing : within(most.notes, items, bullets)
}

const signs = { block: md`🛑`, warn: md`⚠️`, note: md`ℹ️` } as const

function allowedList(allowed: readonly AllowedNote[]): Markdown {
  if (allowed.length === 0) return nothing
  const items = allowed.map((one) => {
    const place = code(`${one.path}:${one.line}`)
    const through = md`${signs[one.severity]} ${escaped(one.finding.message.slice(0, 2_000))}`
    return md`${code(one.rule)} in ${place}${forTargets(one)}: ${escaped(one.reason)}<br>It lets through: ${through}`
  })
  return blocks(
    md`**Allowed by comments in the SQL.** To approve this change is to accept each of them:`,
    within(most.allowed, items, bullets),
  )
}

function forTargets({ targets }: Pick<Note, 'targets'>): Markdown {
  return targets.length === 0 ? nothing : md` (${joined(targets.slice(0, 10).map(code), ', ')})`
}

const nothing = md``

function within<T>(bytes: number, items: readonly T[], shown: (items: readonly T[]) => Markdown): Markdown {
  let left = bytes
  const end = items.findIndex((item) => {
    left -= Buffer.byteLength(shown([item])) + 2
    return left < 0
  })
  if (end === -1) return shown(items)
  return md`${shown(items.slice(0, end))}\n\n…and ${items.length - end} more.`
}

/** The answer in one sentence. */
export function verdictOf(report: Report): string {
  const { policy, policyChange, failures, files, notes } = report
  if (policy === 'broken') return 'cannot judge: the policy of the base is broken'
  if (failures.length > 0) return `cannot judge all of it: ${failures.length} not reviewed`
  const allowed = report.allowed.length > 0 ? `, ${report.allowed.length} allowed by comments` : ''
  if (notes.length > 0) return `${countedSeverities(countsOf(report))}${allowed}`
  if (policy === 'none')
    return policyChange === 'added' ? 'adds a policy, which can be read' : 'nothing is governed here'
  return files.length === 0
    ? 'no governed SQL in this change'
    : `${counted(files.length, 'file')}, nothing found${allowed}`
}
