import { expect, test } from 'vitest'
import { gateCheck, reviewCheck } from './checks.ts'
import { commentStamp, stickyComment } from './comment.ts'
import { executionCheck, resultComment } from './execution.ts'
import { allowed, change, ended, execution, file, finding, receipt, request } from './testing.ts'

const found = {
  ...file,
  findings: [finding, { ...finding, rule: 'drop-index', severity: 'warn' as const, line: 1 }],
}
const decided = {
  risk: {
    level: 'medium' as const,
    factors: [
      { level: 'medium' as const, message: 'public.users is locked: it is large (about 1,200,000 rows)' },
    ],
    moreFactors: 0,
    tables: [{ schema: 'public', name: 'users', rows: 1_200_000, bytes: 734_003_200, referencedBy: 2 }],
    moreTables: 0,
  },
  schema: { agent: 'agent-1', taken: '2026-01-31T13:58:00.000Z', old: false, truncated: false },
}
const blocked = change({ files: [found] })
const waiting = change({ requests: [request(decided)] })
const approved = change({ requests: [request({ ...decided, decision: allowed, state: 'approved' })] })
const applied = ended(receipt())
const failed = ended(
  receipt({
    outcome: 'failed_clean',
    error: {
      class: 'sql',
      file: file.path,
      i: 1,
      sqlstate: '42P01',
      position: 13,
      message: 'relation "user" does not exist',
    },
    ledger: { server_id: '7412', rows: [] },
  }),
)

const shown: readonly (readonly [title: string, text: string])[] = [
  ['`dbward/review`: a finding blocks', ofCheck(reviewCheck(blocked))],
  ['`dbward/gate`: it waits for approval', ofCheck(gateCheck(waiting))],
  ['`dbward/gate`: it may be merged', ofCheck(gateCheck(approved))],
  ['The comment on the pull request', `${stickyComment(waiting)}\n\n${commentStamp(waiting)}`],
  [
    '`dbward/execution` while it runs',
    ofCheck(executionCheck(execution({ state: 'running', attempt: applied.view.attempt }))),
  ],
  ['The comment on a result: applied', resultComment(applied.view, applied.result)],
  ['The comment on a result: failed', resultComment(failed.view, failed.result)],
]

test('docs/pages.md shows what GitHub shows', async () => {
  const head = [
    '# What dbward shows on GitHub',
    '',
    'Check runs and comments, as Markdown, made from the code by `app/view/transcripts.test.ts`. What is answered to commands is in',
    '[command-answers.md](command-answers.md). All text of people, files and databases is escaped: 1,000 hostile ones are rendered by',
    "GitHub's own Markdown parser in `test/markdown/hostile.test.ts`.",
    '',
  ].join('\n')
  const parts = shown.map(([title, text]) => `## ${title}\n\n\`\`\`\`\`text\n${text}\n\`\`\`\`\`\n`)
  await expect([head, ...parts].join('\n')).toMatchFileSnapshot('../../docs/pages.md')
})

function ofCheck(check: ReturnType<typeof gateCheck>): string {
  const { name, conclusion, status, title, summary, stamp, text, annotations } = check
  const notes = annotations.map((one) => {
    const lines = one.startLine === one.endLine ? `${one.startLine}` : `${one.startLine}-${one.endLine}`
    return `${one.path}:${lines} ${one.level}: ${one.title}\n  ${one.message.replace(/\n+/g, '\n  ')}`
  })
  const section = (label: string, body: string | null) =>
    body === null || body === '' ? [] : [`[${label}]`, body]
  return [
    `${name}: ${conclusion ?? status}`,
    `title: ${title}`,
    ...section('summary', [summary, stamp ?? ''].filter((one) => one !== '').join('\n\n')),
    ...section('text', text),
    ...section('annotations', notes.join('\n')),
  ].join('\n')
}
