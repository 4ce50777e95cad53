import type { ReviewFact } from '@dbward/protocol/facts'
import type { GitHubReader } from '@dbward/protocol/github'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sampleAudit, type TempStore, tempStore } from '../samples.ts'
import { commit } from '../store/commit.ts'
import { readQuestions } from './asked.ts'

const now = new Date('2027-01-15T09:00:00.000Z')
const key = { repo: 'acme/shop', repo_id: 4711, pr: 7 }
const comment = (over: object = {}) => ({
  id: 1,
  body: '/dbward help',
  user: { id: 5, login: 'ann', type: 'User' },
  created_at: '2027-01-15T08:00:00Z',
  updated_at: '2027-01-15T08:00:00Z',
  performed_via_github_app: null,
  ...over,
})

let temp: TempStore
beforeEach(() => {
  temp = tempStore()
  reviews = []
})
afterEach(() => temp.drop())

const review: ReviewFact = {
  id: 3,
  user: { id: 5, login: 'ann', type: 'User' },
  state: 'COMMENTED',
  commit: null,
  at: '2027-01-15T08:00:00Z',
  hasReason: true,
  files: null,
  says: { kind: 'command', command: { name: 'hold' } },
}
let reviews: readonly ReviewFact[] = []

async function read(...comments: readonly object[]) {
  const since: unknown[] = []
  const reader: GitHubReader = {
    one: () => Promise.reject(new Error('not asked')),
    all: async (_, params) => {
      since.push(params.since)
      return comments
    },
  }
  return { found: await readQuestions(temp.store, reader, key, reviews, now), since: since[0] }
}
const answered = (id: number, at: string) =>
  commit(temp.store, now, {
    audit: [sampleAudit],
    commands: [
      {
        key: `comment:4711:${id}`,
        repo_id: 4711,
        pr: 7,
        user_id: 5,
        login: 'ann',
        name: 'help',
        outcome: 'done',
        at,
      },
    ],
  })

test('a comment by a person is a question', async () => {
  expect((await read(comment())).found).toMatchObject([{ key: 'comment:4711:1', by: { id: 5 } }])
})

test.each([
  ['by a bot', { user: { id: 5, login: 'ann', type: 'Bot' } }],
  ['by a bot that says it is a person', { user: { id: 5, login: 'ann[bot]', type: 'User' } }],
  ['by an organisation', { user: { id: 5, login: 'acme', type: 'Organization' } }],
  ['by nobody', { user: null }],
  ['through an App', { performed_via_github_app: { id: 9 } }],
  ['that was edited', { updated_at: '2027-01-15T08:00:01Z' }],
  ['without a text', { body: null }],
  ['that asks for nothing', { body: 'looks good' }],
  [
    'from before anybody would wait',
    { created_at: '2027-01-01T08:00:00Z', updated_at: '2027-01-01T08:00:00Z' },
  ],
  ['at no time', { created_at: 'soon', updated_at: 'soon' }],
])('a comment %s is none', async (_, over) => {
  expect((await read(comment(over))).found).toEqual([])
})

test('what was answered is no question any more, and later looks begin a little before it', async () => {
  expect((await read(comment())).since).toBe(undefined)
  answered(1, '2027-01-15T08:00:00Z')
  const { found, since } = await read(comment(), comment({ id: 2 }))
  expect(found.map((one) => one.key)).toEqual(['comment:4711:2'])
  expect(since).toBe('2027-01-15T07:50:00.000Z')
  expect(() => answered(1, '2027-01-15T08:00:00Z')).toThrow(/answered already/)
})

test('half a list decides nothing', async () => {
  await expect(read(comment(), { id: 'x' })).rejects.toThrow()
})

test('a review that asks is a question, and one that asks for nothing or is a bot’s is none', async () => {
  const { says: _, ...silent } = review
  reviews = [
    review,
    { ...silent, id: 4 },
    { ...review, id: 5, user: { id: 6, login: 'x[bot]', type: 'Bot' } },
  ]
  expect((await read()).found).toMatchObject([{ key: 'review:4711:3', from: 'review' }])
})
