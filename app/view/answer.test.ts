import { expect, test } from 'vitest'
import { answer, elsewhereAnswer, helpAnswer, strangerAnswer, unclearAnswer } from './answer.ts'
import { type PlanView, planAnswer } from './answer-plan.ts'
import { promoteAnswer, retryAnswer, reviewAnswer } from './answer-run.ts'
import { whyAnswer } from './answer-why.ts'
import { wishAnswer } from './answer-wish.ts'
import type { Markdown } from './markdown.ts'
import { change, file, request } from './testing.ts'

const view = change({ files: [file], requests: [request()] })
const production = { database: 'app', environment: 'production' } as const
const plan: PlanView = {
  ...production,
  engine: 'postgres',
  state: 'awaiting_approval',
  sha256: 'cd'.repeat(32),
  after: ['staging'],
  ahead: 1,
  files: [
    {
      path: file.path,
      sha256: 'ab'.repeat(32),
      size: 81,
      tx: 'auto',
      kinds: ['create-table', 'create-index'],
    },
    {
      path: 'db/migrate/002_email.sql',
      sha256: 'ef'.repeat(32),
      size: 60,
      tx: 'none',
      kinds: ['create-index'],
    },
  ],
}
const cat = {
  login: 'cat',
  known: true,
  role: 'write',
  targets: [{ ...production, counts: false, would: true, reason: null, outcome: 'Approved by cat.' }],
}
const dan = {
  ...cat,
  login: 'dan',
  role: 'read',
  targets: [
    {
      ...production,
      counts: false,
      would: false,
      reason: 'no-write-permission' as const,
      outcome: 'Needs 1 approval from acme/dba.',
    },
  ],
}
const tried = [
  { ...production, environment: 'staging', state: 'failed_clean' as const, row: {} },
  { ...production, state: 'partial' as const, row: null },
]
const promotion = {
  ...production,
  state: 'queued' as const,
  reason: 'Approved by cat.',
  nextStep: 'An agent takes it when its turn comes.',
  missing: ['staging'],
  ahead: 0,
}

const wish = { ...production, counts: true, heldBy: 'bob', state: 'held' as const }
const skip = {
  name: 'skip',
  path: file.path,
  reason: { length: 10, sha256: 'ab'.repeat(32) },
} as const

const transcripts: readonly (readonly [said: string, name: string, body: Markdown])[] = [
  ['/dbward help', 'help', helpAnswer()],
  ['/dbward plan', 'plan', planAnswer(view, [plan])],
  ['/dbward why', 'why', whyAnswer(view, null)],
  ['/dbward why @cat', 'why', whyAnswer(view, cat)],
  ['/dbward why @dan', 'why', whyAnswer(view, dan)],
  ['/dbward review', 'review', reviewAnswer(view)],
  ['/dbward retry', 'retry', retryAnswer(tried)],
  ['/dbward promote production', 'promote', promoteAnswer('production', [promotion])],
  ['/dbward hold', 'hold', elsewhereAnswer('hold')],
  ['/dbward hold (as a review)', 'hold', wishAnswer({ name: 'hold' }, [wish])],
  [
    '/dbward hold (as a review, by somebody who is no approver)',
    'hold',
    wishAnswer({ name: 'hold' }, [{ ...wish, counts: false }]),
  ],
  [
    '/dbward unhold (as a review)',
    'unhold',
    wishAnswer({ name: 'unhold' }, [{ ...wish, heldBy: null, state: 'queued' }]),
  ],
  [
    '/dbward cancel (as a review)',
    'cancel',
    wishAnswer({ name: 'cancel' }, [{ ...wish, state: 'cancelled' }]),
  ],
  ['/dbward skip (as a review)', 'skip', wishAnswer(skip, [{ ...wish, state: 'resolved_manually' }])],
  ['/dbward retry (as a review)', 'retry', elsewhereAnswer('retry', true)],
  ['/dbward approve', 'unclear', unclearAnswer('expected one of help, plan, why after /dbward')],
  ['/dbward retry (by somebody who may not write)', 'retry', strangerAnswer()],
]

test('docs/command-answers.md shows each answer', async () => {
  const head =
    '# What dbward answers\n\nMade from the code by `app/view/answer.test.ts`. What each command does is in [commands.md](commands.md).\n'
  const shown = transcripts.map(([said, name, body]) => {
    return `## ${said}\n\n\`\`\`\`text\n${answer(name, 'ann', body)}\n\`\`\`\`\n`
  })
  await expect([head, ...shown].join('\n')).toMatchFileSnapshot('../../docs/command-answers.md')
})

test('hostile names stay text, in every answer', () => {
  const evil = '@acme/dba <img src=x> [a](http://b.c) | `x` #1\n# h'
  const answers = [
    planAnswer(view, [
      {
        ...plan,
        database: evil,
        after: [evil],
        files: [{ ...plan.files[0], path: evil, kinds: [evil] } as never],
      },
    ]),
    whyAnswer(view, { ...cat, login: evil, targets: [{ ...cat.targets[0], outcome: evil } as never] }),
    promoteAnswer(evil, [{ ...promotion, reason: evil, nextStep: evil, missing: [evil] }]),
    unclearAnswer(evil),
    elsewhereAnswer(evil),
    wishAnswer({ ...skip, path: evil }, [{ ...wish, database: evil, heldBy: evil }]),
    wishAnswer({ name: 'unhold' }, [{ ...wish, heldBy: evil }]),
  ].map((body) => answer('why', evil, body))
  for (const one of answers) {
    const outside = one.replace(/(`+)[\s\S]*?[^`]\1(?!`)/g, '')
    expect(outside).not.toMatch(/@acme|(?<!\\)<img|(?<!\\)\]\(http|#1\b|^# h/m)
  }
})

test('a plan of many files is cut, and says so', () => {
  const [first] = plan.files
  const many = Array.from({ length: 2_000 }, (_, i) => ({ ...first, path: `db/migrate/${i}_x.sql` }) as never)
  const body = answer(
    'plan',
    'ann',
    planAnswer(view, [
      { ...plan, files: many },
      { ...plan, files: many },
    ]),
  )
  expect(Buffer.byteLength(body)).toBeLessThan(60_000)
  expect(body).toMatch(/and 1,?\d{3} more/)
})

test('what cannot be read has no plan, no reasons and no verdict', () => {
  for (const body of [planAnswer(null, []), whyAnswer(null, null), reviewAnswer(null)]) {
    expect(body).toContain('cannot be read')
  }
  expect(planAnswer(view, [])).toContain('Nothing would run')
  expect(whyAnswer(view, { ...cat, known: false })).toContain('nobody called')
})
