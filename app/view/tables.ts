import { type Decision, describeApprover, notCountedWords } from '@dbward/protocol/decision'
import { advice, bullets, clipped, code, escaped, joined, type Markdown, md, table } from './markdown.ts'
import type { ChangeView, FileView, RequestView } from './model.ts'
import { isUnreviewed, plural, severityOrder, shortSha, stateWords, target } from './words.ts'

// Bounds in bytes keep the parts that always stay on a page below what GitHub takes of it, whatever is in a cell.
const most = { sentences: 15_000, requests: 20_000, people: 15_000, files: 45_000, findings: 45_000 } as const

/** Each request: what it would run, how risky, who approved, where it stands and who is to move. */
export function requestsTable(view: ChangeView): Markdown {
  if (view.requests.length === 0) return nothing
  const head = ['Database', 'Environment', 'Files', 'Findings', 'Risk', 'Approvals', 'State', 'Next']
  const rows = view.requests.map((request) => {
    const files = view.files.filter((file) => request.files.includes(file.path))
    return [
      code(request.database),
      code(request.environment),
      fileNames(request.files),
      findingCount(files),
      escaped(request.risk.level),
      approvals(request.decision),
      state(request),
      clippedText(request.nextStep, 300),
    ]
  })
  return rowsWithin(most.requests, head, rows)
}

/** Everybody who reviewed, whether it counts, and why not. */
export function approvalsTable(view: ChangeView): Markdown {
  const rows = new Map<
    string,
    { readonly cells: readonly [Markdown, Markdown, Markdown]; readonly on: string[] }
  >()
  const decided = view.requests.map((one) => ({ on: target(one), decision: one.decision }))
  for (const { on, decision } of [...decided, { on: 'the policy', decision: view.policyDecision }]) {
    for (const cells of people(decision)) {
      const key = cells.join('\n')
      const row = rows.get(key) ?? { cells, on: [] }
      row.on.push(on)
      rows.set(key, row)
    }
  }
  if (rows.size === 0) return nothing
  const body = [...rows.values()].map(({ cells, on }) => [...cells, joined(on.slice(0, 5).map(code), ', ')])
  return rowsWithin(most.people, ['Who', 'Reviewed commit', 'Counts', 'For'], body)
}

/** The files with the hash of the bytes that would run. */
export function filesTable(view: ChangeView): Markdown {
  if (view.files.length === 0) return nothing
  const head = ['File', 'Database', 'Change', 'Statements', 'Findings', 'SHA-256']
  const rows = view.files.map((file) => [
    code(file.path),
    file.database === null ? md`–` : code(file.database),
    escaped(file.status),
    file.statements === null ? md`–` : md`${file.statements}`,
    findingCount([file]),
    file.sha256 === null ? md`–` : code(file.sha256),
  ])
  return rowsWithin(most.files, head, rows)
}

export function findingsList(view: ChangeView): Markdown {
  const found = view.files.flatMap((file) => file.findings.map((finding) => ({ path: file.path, finding })))
  const sorted = [...found].sort((a, b) => severity(a) - severity(b))
  const items = sorted.map(({ path, finding }) => {
    const place = code(`${path}:${finding.line}`)
    const said = joined([clippedText(finding.message, 300), advice(finding.instead, 600)], ' ')
    return md`${signs[finding.severity]} ${code(finding.rule)} in ${place}: ${said}`
  })
  const shown = within(most.findings, items, (item) => Buffer.byteLength(item) + 3)
  return withRest(bullets(shown), items.length - shown.length)
}

/** Sentences under each other. */
export function listed(sentences: readonly string[]): Markdown {
  const items = sentences.map(escaped)
  const shown = within(most.sentences, items, (item) => Buffer.byteLength(item) + 3)
  return withRest(bullets(shown), items.length - shown.length)
}

export function clippedText(text: string, characters: number): Markdown {
  return escaped(clipped(text, characters))
}

const nothing = md``

export const signs = { block: md`🛑`, warn: md`⚠️`, note: md`ℹ️` } as const

function people(decision: Decision | null): readonly (readonly [Markdown, Markdown, Markdown])[] {
  if (decision === null) return []
  const counted = decision.counted.map((one) => {
    const how = one.state === 'MERGED' ? md`✅ yes: merged it, as the policy allows` : md`✅ yes: same bytes`
    return [code(one.login), code(shortSha(one.commit_id)), how] as const
  })
  const not = decision.notCounted.map((one) => {
    const commit = one.commit === null ? md`–` : code(shortSha(one.commit))
    return [code(one.login), commit, md`⚪ no: ${escaped(notCountedWords[one.reason])}`] as const
  })
  return [...counted, ...not]
}

function approvals(decision: Decision | null): Markdown {
  if (decision === null) return md`–`
  if (decision.code === 'APPROVED_BY_MERGING') return md`none needed`
  const steps = decision.steps.slice(0, 10).map((step) => {
    const entries = step.entries.slice(0, 10).map((entry) => {
      const who =
        entry.counted.length === 0 ? md`` : md` (${joined(entry.counted.slice(0, 10).map(code), ', ')})`
      const name = clippedText(describeApprover(entry.approver), 80)
      return md`${entry.counted.length} of ${entry.approver.min} from ${name}${who}`
    })
    return step.mode === 'any' && entries.length > 1
      ? md`any of: ${joined(entries, ', ')}`
      : joined(entries, ', ')
  })
  return steps.length === 0 ? md`–` : joined(steps, '<br>')
}

function state(request: RequestView): Markdown {
  const words = escaped(stateWords[request.state])
  const { attempt, queueAhead } = request
  if (queueAhead > 0) {
    const behind = md`${words}, behind ${escaped(plural(queueAhead, 'other'))}`
    return request.stoppedBy === undefined ? behind : md`${behind}: ${clippedText(request.stoppedBy, 300)}`
  }
  if (attempt !== null) return md`${words} (${code(attempt.agent)}, attempt ${attempt.n})`
  return request.reason === '' ? words : md`${words}: ${clippedText(request.reason, 200)}`
}

function fileNames(paths: readonly string[]): Markdown {
  const names = paths.slice(0, 3).map((path) => code(path.slice(path.lastIndexOf('/') + 1)))
  const rest = paths.length - names.length
  return rest > 0 ? md`${joined(names, '<br>')}<br>and ${rest} more` : joined(names, '<br>')
}

function findingCount(files: readonly FileView[]): Markdown {
  const unread = files.filter(isUnreviewed).length
  if (unread > 0) return md`🛑 ${unread} not reviewed`
  const findings = files.flatMap((file) => file.findings)
  const counts = severityOrder.flatMap((severity) => {
    const count = findings.filter((one) => one.severity === severity).length
    return count > 0 ? [md`${signs[severity]} ${count}`] : []
  })
  const allowed = files.reduce((sum, file) => sum + file.allowed.length, 0)
  if (allowed > 0) counts.push(md`${allowed} allowed`)
  return counts.length === 0 ? md`none` : joined(counts, ' ')
}

function severity({ finding }: { readonly finding: FileView['findings'][number] }): number {
  return severityOrder.indexOf(finding.severity)
}

function rowsWithin(
  bytes: number,
  head: readonly string[],
  rows: readonly (readonly Markdown[])[],
): Markdown {
  const shown = within(bytes, rows, (row) => Buffer.byteLength(table([], [row])))
  return withRest(table(head, shown), rows.length - shown.length)
}

export function within<T>(bytes: number, items: readonly T[], size: (item: T) => number): readonly T[] {
  let left = bytes
  const end = items.findIndex((item) => {
    left -= size(item)
    return left < 0
  })
  return end === -1 ? items : items.slice(0, end)
}

export function withRest(body: Markdown, rest: number): Markdown {
  return rest > 0 ? md`${body}\n\n…and ${rest} more.` : body
}
