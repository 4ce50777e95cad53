import { bullets, code, joined, type Markdown, md } from './markdown.ts'
import type { ChangeView } from './model.ts'
import { clippedText, signs, within, withRest } from './tables.ts'
import { plural, severityOrder } from './words.ts'

/** Of one page; what is over is counted, and is on the lines as annotations. */
const mostBytes = 40_000

/** What comments in the SQL let through, each with its reason. Empty where there is nothing of the kind. */
export function allowedList(view: ChangeView): Markdown {
  const found = view.files.flatMap((file) => file.allowed.map((one) => ({ path: file.path, ...one })))
  if (found.length === 0) return md``
  const sorted = [...found].sort(
    (a, b) => severityOrder.indexOf(a.severity) - severityOrder.indexOf(b.severity),
  )
  const items = sorted.map(({ path, rule, severity, line, reason, finding, targets }) => {
    const where = md`${code(`${path}:${line}`)} for ${joined(targets.slice(0, 5).map(code), ', ')}`
    const through = md`${signs[severity]} ${clippedText(finding.message, 300)}`
    return md`${code(rule)} in ${where}: ${clippedText(reason, 500)}<br>It lets through: ${through}`
  })
  const shown = within(mostBytes, items, (item) => Buffer.byteLength(item) + 3)
  const rest = withRest(bullets(shown), items.length - shown.length)
  return md`**Comments in the SQL allow this. To approve the change is to accept each of them:**\n\n${rest}`
}

/** How many findings comments let through, for whoever approves; none where none is. */
export function allowedSentence(view: ChangeView): readonly string[] {
  const allowed = view.files.flatMap((file) => file.allowed)
  if (allowed.length === 0) return []
  const block = allowed.filter((one) => one.severity === 'block').length
  const heavy = block === 0 ? '' : `, ${block} of them would block`
  const many = plural(allowed.length, 'finding is', 'findings are')
  return [
    `${many} allowed by comments in the SQL${heavy}: to approve is to accept that (dbward/review lists them).`,
  ]
}
