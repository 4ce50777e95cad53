import { answer, elsewhereAnswer, unclearAnswer } from '@dbward/app/view/answer'
import { planAnswer } from '@dbward/app/view/answer-plan'
import { promoteAnswer, retryAnswer, reviewAnswer } from '@dbward/app/view/answer-run'
import { whyAnswer } from '@dbward/app/view/answer-why'
import { gateCheck, reviewCheck } from '@dbward/app/view/checks'
import { commentStamp, stickyComment } from '@dbward/app/view/comment'
import { executionCheck, resultComment } from '@dbward/app/view/execution'
import { groupChecks } from '@dbward/app/view/group'
import type { ChangeView, RequestView, TraceView } from '@dbward/app/view/model'
import {
  allowed,
  awaiting,
  change,
  ended,
  execution,
  file,
  finding,
  receipt,
  request,
} from '@dbward/app/view/testing'

export type Pages = {
  /** By name; GitHub renders them as Markdown. */
  readonly markdown: Readonly<Record<string, string>>
  /** GitHub shows them as they are. */
  readonly titles: readonly string[]
  readonly annotations: readonly { readonly title: string; readonly message: string }[]
}

/** Every page of ours, with `text` in every field of the views that is not one of our own words. */
export function pagesWith(text: string): Pages {
  const views = Object.entries(changes).map(([name, view]) => [name, fill(view, text)] as const)
  const checks = views.flatMap(([name, view]) => [
    [`review of ${name}`, reviewCheck(view)] as const,
    [`gate of ${name}`, gateCheck(view)] as const,
  ])
  const shared = fill(change({ pr: 13, requests: [request()] }), text)
  const running = fill(execution({ state: 'running', reason: 'r', nextStep: 'n', attempt }), text)
  const failed = fill(ended(failure, { reason: 'r', nextStep: 'n' }), text)
  const all = [
    ...checks,
    ['gate of two', gateCheck(fill(approved, text), [shared])] as const,
    ['execution', executionCheck(running)] as const,
    ...groupChecks(fill(group, text)).map((one) => [`${one.name} of a group`, one] as const),
    ['execution that failed', executionCheck(failed.view)] as const,
  ]
  const markdown = [
    ...all.map(([name, one]) => [`summary of ${name}`, [one.summary, one.stamp ?? ''].join('\n\n')] as const),
    ...all.map(([name, one]) => [`text of ${name}`, one.text ?? ''] as const),
    ...views.map(
      ([name, view]) => [`comment on ${name}`, `${stickyComment(view)}\n\n${commentStamp(view)}`] as const,
    ),
    ['result', resultComment(failed.view, failed.result)] as const,
    ...answersWith(text),
  ]
  return {
    markdown: Object.fromEntries(markdown),
    titles: all.map(([, one]) => one.title),
    annotations: all.flatMap(([, one]) => one.annotations),
  }
}

/** What is answered to a command, under the line that every answer has. */
function answersWith(text: string): readonly (readonly [name: string, page: string])[] {
  const view = fill(approved, text)
  const at = fill({ database: 'd', environment: 'e', state: 'queued' as const }, text)
  const plan = fill({ ...at, engine: 'mariadb', sha256: 's', after: ['a'], ahead: 1, files: planned }, text)
  const would = { ...at, counts: false, would: true, reason: null, outcome: text }
  const wouldNot = { ...would, would: false, reason: 'older-bytes' as const }
  const person = { login: text, known: true, role: text, targets: [would, wouldNot] }
  const promoted = { ...at, reason: text, nextStep: text, missing: [text], ahead: 2 }
  const bodies = {
    plan: planAnswer(view, [plan]),
    why: whyAnswer(view, null),
    'why of one': whyAnswer(view, person),
    'why of nobody': whyAnswer(view, { ...person, known: false }),
    review: reviewAnswer(view),
    retry: retryAnswer([{ ...at, row: null }]),
    promote: promoteAnswer(text, [promoted]),
    'promote of nothing': promoteAnswer(text, []),
    unclear: unclearAnswer(text),
    elsewhere: elsewhereAnswer(text),
  }
  return Object.entries(bodies).map(
    ([name, body]) => [`answer to ${name}`, answer(text, text, body)] as const,
  )
}

/** How many fields of the views a text is put into; a test holds that it is not few. */
export function fieldCount(): number {
  let count = 0
  const counted = () => {
    count += 1
    return ''
  }
  for (const view of Object.values(changes)) fill(view, counted)
  return count
}

/** Our own words, which nobody from outside can choose. */
const own: ReadonlySet<string> = new Set([
  ...['status', 'severity', 'state', 'verdict', 'code', 'kind', 'mode', 'level', 'found', 'outcome'],
  ...['engine', 'tx', 'policy', 'lock', 'scans', 'rewrites', 'conclusion', 'payload', 'payloadType'],
])

/** Why somebody does not count is one of our words; why a comment allows something is a stranger's. */
const isReason = (key: string, value: object) => key === 'reason' && 'commit' in value

function fill<T>(value: T, text: string | (() => string)): T {
  if (typeof value === 'string') return (typeof text === 'string' ? text : text()) as T
  if (Array.isArray(value)) return value.map((one) => fill(one, text)) as T
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).map(([key, one]) => {
    const kept = typeof one === 'string' && (own.has(key) || isReason(key, value))
    return [key, kept ? one : fill(one, text)]
  })
  return Object.fromEntries(entries) as T
}

const planned = [{ path: 'p', sha256: 's', size: 1, tx: 'none' as const, kinds: ['k', 'l'] }]
const group = {
  ...{ repo: { id: 42, name: 'acme/shop' }, base: 'main', head: 'h', policy: 'found' as const },
  ...{ files: ['f'], pulls: [12], faults: ['fault', 'other'], blocking: 1 },
}
const attempt = { id: 'a', n: 2, agent: 'agent-1', since: '2026-01-31T14:00:00.000Z' }
const trace: TraceView = {
  engine: 'postgres',
  serverVersion: '16',
  workflows: [
    { line: 9, database: 'app', environment: 'production', weight: 7 },
    { line: 20, database: 'app', environment: 'staging', weight: 2 },
  ],
  review: { made: true, block: 1, warn: 2, note: 1, allowed: 1 },
  severities: [{ rule: 'drop-column', severity: 'warn', line: 6 }],
  moreSeverities: 2,
  neverAllow: ['drop-table'],
  limits: {
    ...{ largeRows: 100_000, veryLargeRows: 10_000_000, largeSize: 1024 ** 3, veryLargeSize: 1024 ** 4 },
    ...{ cascadeDepth: 3, warnings: 1 },
  },
  limitLines: [7],
}
const risk: RequestView['risk'] = {
  level: 'medium',
  factors: [{ level: 'medium', message: 'public.users is locked' }],
  moreFactors: 1,
  tables: [{ schema: 'public', name: 'users', rows: 1_200_000, bytes: 1024 ** 3, referencedBy: 2 }],
  moreTables: 1,
}
const schema = { agent: 'agent-1', taken: 'then', old: true, truncated: true }
const dropping = {
  ...file,
  findings: [finding, { ...finding, severity: 'warn' as const }],
  allowed: [
    {
      rule: 'r',
      severity: 'block' as const,
      line: 2,
      reason: 'because',
      finding,
      targets: ['app@production'],
    },
  ],
  locks: [
    {
      line: 3,
      relation: 'users',
      lock: 'ACCESS EXCLUSIVE' as const,
      scans: 'yes' as const,
      rewrites: 'no' as const,
    },
  ],
}
const full = (over: Partial<RequestView>) =>
  request({ trace, risk, schema, attempt, reason: 'r', decision: awaiting, ...over })

const approved = change({
  files: [dropping],
  requests: [full({ decision: allowed, attempt: null })],
  policyDecision: allowed,
})
const changes: Readonly<Record<string, ChangeView>> = {
  'an approved change': approved,
  'a change that waits': change({
    files: [dropping, { ...file, statements: null }],
    requests: [full({}), full({ environment: 'staging', decision: null })],
    policyDecision: awaiting,
  }),
  'a held change': change({ state: 'merged', requests: [request({ state: 'held', reason: 'r' })] }),
  'a refused change': change({
    requests: [request({ decision: { ...awaiting, verdict: 'deny', code: 'FILES_REFUSED' } })],
    problems: [{ path: 'p', code: 'odd-path', message: 'm' }],
  }),
  'a broken policy': change({
    policy: { found: 'broken', problems: [{ line: 1, column: 2, message: 'm' }] },
    requests: [full({ trace: { ...trace, review: { made: false, why: 'w' } } })],
  }),
  'no policy': change({ policy: { found: 'no' }, files: [], requests: [] }),
  'a change that cannot be read': change({ cannotDecide: 'c' }),
}
const failure = receipt({
  outcome: 'partial',
  error: { class: 'c', file: 'f', i: 1, sqlstate: '42P01', position: 3, message: 'no such table' },
})
