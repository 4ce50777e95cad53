import { policyPath } from '@dbward/protocol/policy'
import { fit } from './fit.ts'
import { blocks, bullets, code, details, escaped, type Markdown, md } from './markdown.ts'
import type { ChangeView, RequestView } from './model.ts'
import { approvalsTable, clippedText, filesTable, findingsList, listed, requestsTable } from './tables.ts'
import { gateVerdict, type Verdict } from './verdict.ts'
import { moment, plural, shortSha, target } from './words.ts'

/** The one comment of a pull request, edited in place. */
export function stickyComment(view: ChangeView): Markdown {
  const verdict = gateVerdict(view)
  const findings = view.files.reduce((sum, file) => sum + file.findings.length, 0)
  const governed = view.requests.length > 0 || view.policyDecision !== null
  return fit([
    { name: 'heading', drop: 0, body: heading(view, verdict) },
    { name: 'answer', drop: 0, body: governed ? md`` : listed(verdict.sentences) },
    { name: 'requests', drop: 0, body: requestsTable(view) },
    { name: 'held', drop: 0, body: held(view) },
    { name: 'approvals', drop: 3, body: titled(md`**Approvals**`, approvalsTable(view)) },
    { name: 'how to go on', drop: 0, body: governed ? listed(verdict.sentences) : md`` },
    { name: 'findings', drop: 1, body: folded(`Findings (${findings})`, findingsList(view)) },
    {
      name: 'files and hashes',
      drop: 2,
      body: folded(`Files and hashes (${view.files.length})`, hashes(view)),
    },
  ])
}

/**
 * The line under the comment that changes by itself: when, and at which commit the base branch stood. It is apart, so
 * that a push to the base branch alone does not rewrite the comment of every open pull request.
 */
export function commentStamp(view: ChangeView): Markdown {
  const base = md`${clippedText(view.base.ref, 255)} at ${code(view.base.sha)}`
  const from = view.policy.found === 'yes' ? md`policy ${code(policyPath)} of ${base}` : md`base ${base}`
  return md`<sub>${from} · updated ${escaped(moment(view.updated))}</sub>`
}

/** Whether a pull request deserves a comment of ours at all: one that touches nothing governed does not. */
export function deservesComment(view: ChangeView): boolean {
  if (view.requests.length > 0 || view.policyDecision !== null || view.files.length > 0) return true
  return view.problems.length > 0 || view.cannotDecide !== null
}

function heading(view: ChangeView, { conclusion, title }: Verdict): Markdown {
  const sign = { success: md`✅`, action_required: md`⏳`, failure: md`🛑` }[conclusion]
  const into = md`head ${code(shortSha(view.head))} into ${clippedText(view.base.ref, 255)}`
  return blocks(md`### ${sign} dbward: ${escaped(title)}`, md`<sub>${into}</sub>`)
}

/** Merged and not allowed to run: loud, as people believe that what is merged is done. */
function held(view: ChangeView): Markdown {
  const waiting = view.requests.filter((one) => one.state === 'held')
  if (waiting.length === 0) return md``
  return blocks(
    md`> **Merged, and nothing has run.** ${escaped(plural(waiting.length, 'request is', 'requests are'))} held:`,
    bullets(waiting.slice(0, 20).map(heldLine)),
  )
}

function heldLine(request: RequestView): Markdown {
  return md`${code(target(request))}: ${clippedText(request.reason, 500)} ${clippedText(request.nextStep, 500)}`
}

function hashes(view: ChangeView): Markdown {
  if (view.files.length === 0) return md``
  const plans = view.requests.flatMap((one) =>
    one.planSha256 === null ? [] : [md`plan for ${code(target(one))}: ${code(one.planSha256)}`],
  )
  const policy =
    view.policy.found === 'yes' ? [md`policy ${code(policyPath)}: ${code(view.policy.sha256)}`] : []
  return blocks(filesTable(view), bullets([...plans, ...policy]))
}

function titled(title: Markdown, body: Markdown): Markdown {
  return body === '' ? body : blocks(title, body)
}

function folded(title: string, body: Markdown): Markdown {
  return body === '' ? body : details(title, body)
}
