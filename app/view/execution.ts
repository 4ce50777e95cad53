import type { Receipt } from '@dbward/protocol/receipt'
import { executionButtons } from './buttons.ts'
import type { Check } from './checks.ts'
import { fit } from './fit.ts'
import {
  blocks,
  bullets,
  clipped,
  code,
  details,
  escaped,
  fenced,
  type Markdown,
  md,
  table,
} from './markdown.ts'
import type { ExecutionResult, ExecutionView, RequestState } from './model.ts'
import { clippedText } from './tables.ts'
import { mostTitle } from './verdict.ts'
import { moment, plural, shortSha, stateWords, target } from './words.ts'

/** `dbward/execution: DB@ENV` on the merge commit. */
export function executionCheck(view: ExecutionView): Check {
  const { status, conclusion } = progress(view.state)
  return {
    name: `dbward/execution: ${target(view)}`,
    headSha: view.mergeSha,
    status,
    conclusion,
    title: clipped(title(view), mostTitle),
    summary: fit([
      { name: 'answer', drop: 0, body: standing(view) },
      { name: 'files', drop: 1, body: bullets(view.files.slice(0, 200).map(code)) },
      { name: 'result', drop: 0, body: view.result === null ? md`` : outcome(view, view.result.receipt) },
    ]),
    stamp: null,
    text: view.result === null ? null : fit(resultSections(view.result)),
    annotations: [],
    actions: executionButtons(view.state),
  }
}

/** The comment that an ended execution leaves: what ran, what the database holds now, and the proofs. */
export function resultComment(view: ExecutionView, result: ExecutionResult): Markdown {
  const { receipt } = result
  const sign =
    receipt.error === null && succeeded(receipt) ? md`✅` : receipt.outcome === 'unknown' ? md`🛑` : md`❌`
  const times = `${moment(receipt.started, 'second')}, ${duration(receipt.finished - receipt.started)}`
  const where = md`merge commit ${code(shortSha(view.mergeSha))}`
  return fit([
    { name: 'heading', drop: 0, body: md`### ${sign} dbward: ${clippedText(title(view), 120)}` },
    {
      name: 'agent',
      drop: 0,
      body: md`Agent ${code(receipt.agent)}, attempt ${receipt.att}, ${escaped(times)}, ${where}.`,
    },
    { name: 'state of the database', drop: 0, body: outcome(view, receipt) },
    ...resultSections(result),
  ])
}

function progress(state: RequestState): Pick<Check, 'status' | 'conclusion'> {
  switch (state) {
    case 'leased':
    case 'running':
    case 'cancelling':
      return { status: 'in_progress', conclusion: null }
    case 'held':
    case 'unknown':
    case 'blocked':
    case 'awaiting_approval':
      return { status: 'completed', conclusion: 'action_required' }
    case 'failed_clean':
    case 'partial':
      return { status: 'completed', conclusion: 'failure' }
    case 'applied':
    case 'already_applied':
    case 'resolved_manually':
      return { status: 'completed', conclusion: 'success' }
    case 'cancelled':
    case 'superseded':
    case 'closed':
    case 'expired':
      return { status: 'completed', conclusion: 'cancelled' }
    default:
      return { status: 'queued', conclusion: null }
  }
}

function title(view: ExecutionView): string {
  const words = stateWords[view.state].replace(/^\P{L}+/u, '')
  if (view.queueAhead > 0) {
    const behind = `${words}, behind ${plural(view.queueAhead, 'other')}`
    return view.stoppedBy === undefined ? behind : `${behind}: ${view.stoppedBy}`
  }
  if (view.result === null) return view.reason === '' ? words : `${words}: ${view.reason}`
  return `${words} on ${target(view)}`
}

function standing(view: ExecutionView): Markdown {
  const reason = clippedText([view.reason, view.stoppedBy ?? ''].join(' ').trim(), 1_000)
  const next = clippedText(view.nextStep, 1_000)
  const { attempt } = view
  const agent =
    attempt === null
      ? []
      : [
          md`Attempt ${attempt.n} by ${code(attempt.agent)} since ${escaped(moment(attempt.since, 'second'))}.`,
        ]
  const plan = md`Request ${code(view.request)}, plan ${code(view.planSha256)}.`
  return blocks(reason, next === '' ? next : md`Next: ${next}`, ...agent, plan)
}

function succeeded(receipt: Receipt): boolean {
  return receipt.outcome === 'applied' || receipt.outcome === 'already_applied'
}

/** What state the database is in, which is the first thing that somebody wants to know after a failure. */
function outcome(view: ExecutionView, receipt: Receipt): Markdown {
  const done = new Set(receipt.ledger.rows.map((one) => one.migration))
  const committed = view.files.filter((path) => done.has(path)).length
  const share = md`${committed} of ${escaped(plural(view.files.length, 'file'))}`
  const kept = bullets(
    view.files.slice(0, 100).map((path) => md`${code(path)}: ${ended(path, done, receipt)}`),
  )
  return blocks(stateOfDatabase(receipt, share), failure(receipt), view.files.length > 1 ? kept : md``)
}

function stateOfDatabase(receipt: Receipt, share: Markdown): Markdown {
  switch (receipt.outcome) {
    case 'applied':
      return md`**The database:** ${share} committed and read back from the ledger.`
    case 'already_applied':
      return md`**The database:** everything was there already, by the ledger. Nothing ran now.`
    case 'failed_clean':
      return md`**The database:** rolled back. Nothing of this attempt is in it.`
    case 'partial':
      return md`**The database:** ${share} committed, the others not. What is committed stays.`
    case 'unknown':
      return md`**The database:** not known. Nothing runs there until the ledger has been read or a person has looked.`
    default:
      return receipt.outcome satisfies never
  }
}

function ended(path: string, done: ReadonlySet<string>, receipt: Receipt): Markdown {
  if (done.has(path)) return md`✅ committed`
  if (receipt.outcome === 'unknown') return md`🛑 not known`
  if (receipt.error?.file === path) return md`❌ failed`
  return md`⚪ not applied`
}

function failure({ error }: Receipt): Markdown {
  if (error === null) return md``
  const which = error.i === null ? md`` : md` statement ${error.i + 1}`
  const where = error.file === null ? which : md`${which} of ${code(error.file)}`
  const state = error.sqlstate === null ? md`` : md`, SQLSTATE ${code(error.sqlstate)}`
  const at = error.position === null ? md`` : md`, at character ${error.position}`
  return md`**Failed:**${where}${state}${at}: ${clippedText(error.message, 1_000)}`
}

function resultSections({ receipt, receiptSha256, checkpoint }: ExecutionResult) {
  const head = ['#', 'File', 'Statement', 'Command', 'Rows', 'Time']
  const shown = receipt.statements.slice(0, 200)
  const rows = shown.map((one) => [
    md`${one.i + 1}`,
    code(one.file),
    escaped(one.kind),
    code(one.command),
    one.rows === null ? md`–` : md`${one.rows}`,
    escaped(duration(one.ms)),
  ])
  const rest = receipt.statements.length - shown.length
  const statements = rows.length === 0 ? md`` : table(head, rows)
  return [
    { name: 'statements', drop: 1, body: rest > 0 ? md`${statements}\n\n…and ${rest} more.` : statements },
    { name: 'proofs', drop: 0, body: proofs(receipt, receiptSha256, checkpoint) },
  ]
}

function proofs(
  receipt: Receipt,
  receiptSha256: string,
  checkpoint: ExecutionResult['checkpoint'],
): Markdown {
  const lines = bullets([
    md`receipt, SHA-256: ${code(receiptSha256)}`,
    md`plan, SHA-256: ${code(receipt.plan_sha256)}`,
    md`token ${code(receipt.jti)}, fence ${receipt.fence}, key ${code(receipt.kid)}`,
    md`server of the ledger: ${code(receipt.ledger.server_id ?? '–')}`,
    md`audit log when the token was made: entry ${receipt.audit.seq}, ${code(receipt.audit.hash)}`,
  ])
  const anchor =
    checkpoint === null
      ? md``
      : blocks(
          md`Audit anchor. Keep it where the server cannot write: ${code('dbward audit verify --anchor FILE')} holds the log to it.`,
          fenced(JSON.stringify(checkpoint), 'json'),
        )
  return details('Receipt and audit anchor', blocks(lines, anchor))
}

function duration(ms: number): string {
  return ms < 10_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`
}
