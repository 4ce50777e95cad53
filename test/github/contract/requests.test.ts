import { describe, expect, test } from 'vitest'
import { loadContract } from './contract.ts'
import { eventPermissions, operationPermissions } from './permissions.ts'

const contract = loadContract()
const sha = 'a'.repeat(40)
const repo = '/repos/acme/shop'

describe('requests', () => {
  const annotation = { path: 'a.sql', start_line: 1, end_line: 1, annotation_level: 'failure', message: 'no' }
  const checkRun = (more: object) => ({ name: 'dbward/gate', head_sha: sha, ...more })
  const output = (more: object) => checkRun({ output: { title: 't', summary: 's', ...more } })

  const passes: Record<string, [string, string, unknown?, Record<string, string>?]> = {
    'a complete check run': [
      'POST',
      `${repo}/check-runs`,
      checkRun({
        status: 'completed',
        conclusion: 'failure',
        completed_at: '2026-01-01T00:00:00Z',
        actions: [{ label: 'Run again', description: 'Look once more', identifier: 'again' }],
        output: {
          title: 't',
          summary: 's',
          annotations: Array(50).fill({ ...annotation, start_column: 1, end_column: 9 }),
        },
      }),
    ],
    'an update of one': ['PATCH', `${repo}/check-runs/4`, { status: 'completed', conclusion: 'success' }],
    'a check run in progress': ['PATCH', `${repo}/check-runs/4`, { status: 'in_progress' }],
    'a comment of the greatest length': [
      'POST',
      `${repo}/issues/1/comments`,
      { body: '\u{1f600}'.repeat(65_536) },
    ],
    'a merge without a body': ['PUT', `${repo}/pulls/7/merge`],
    'a merge with an empty body': ['PUT', `${repo}/pulls/7/merge`, {}],
    'a redelivery without a body': ['POST', '/app/hook/deliveries/3/attempts', {}],
    'a narrowed token': [
      'POST',
      '/app/installations/3/access_tokens',
      { repository_ids: [1], permissions: { contents: 'read', checks: 'write' } },
    ],
    'a page': ['GET', `${repo}/pulls`, undefined, { state: 'all', per_page: '100', page: '2' }],
    'a tree, with its recursive flag': ['GET', `${repo}/git/trees/${sha}`, undefined, { recursive: '1' }],
    labels: ['POST', `${repo}/issues/1/labels`, { labels: ['a'] }],
    'an approval of a commit': ['POST', `${repo}/pulls/1/reviews`, { event: 'APPROVE', commit_id: sha }],
  }
  test.each(Object.entries(passes))('%s passes', (_, [method, path, body, query]) => {
    expect(contract.checkRequest({ method, path, body, query: query ?? {} })).toEqual([])
  })

  const fails: Record<string, [string, string, unknown, string, Record<string, string>?]> = {
    '51 annotations': [
      'POST',
      `${repo}/check-runs`,
      output({ annotations: Array(51).fill(annotation) }),
      '50',
    ],
    'a level that there is not': [
      'POST',
      `${repo}/check-runs`,
      output({ annotations: [{ ...annotation, annotation_level: 'bogus' }] }),
      'annotation_level: must be one of notice, warning, failure',
    ],
    'an annotation without a message': [
      'POST',
      `${repo}/check-runs`,
      output({ annotations: [{ ...annotation, message: undefined }] }),
      'message',
    ],
    'columns over several lines': [
      'PATCH',
      `${repo}/check-runs/4`,
      { output: { summary: 's', annotations: [{ ...annotation, end_line: 2, start_column: 1 }] } },
      'columns only where start_line equals end_line',
    ],
    'an annotation that ends before it starts': [
      'POST',
      `${repo}/check-runs`,
      output({ annotations: [{ ...annotation, start_line: 3 }] }),
      'expected at least start_line',
    ],
    'a summary of 65,536': ['POST', `${repo}/check-runs`, output({ summary: 'x'.repeat(65_536) }), 'summary'],
    'a text of 65,536': [
      'PATCH',
      `${repo}/check-runs/1`,
      { output: { summary: 's', text: 'x'.repeat(65_536) } },
      'output.text',
    ],
    'a conclusion that there is not': [
      'POST',
      `${repo}/check-runs`,
      checkRun({ status: 'completed', conclusion: 'passed' }),
      'conclusion: must be one of',
    ],
    'a conclusion that only GitHub sets': [
      'POST',
      `${repo}/check-runs`,
      checkRun({ status: 'completed', conclusion: 'stale' }),
      'only GitHub',
    ],
    'completed without a conclusion': [
      'POST',
      `${repo}/check-runs`,
      checkRun({ status: 'completed' }),
      'conclusion',
    ],
    'an update to completed without a conclusion': [
      'PATCH',
      `${repo}/check-runs/4`,
      { status: 'completed' },
      'conclusion: required',
    ],
    'four actions': [
      'POST',
      `${repo}/check-runs`,
      checkRun({ actions: Array(4).fill({ label: 'a', description: 'b', identifier: 'c' }) }),
      'actions',
    ],
    'a label of 21': [
      'POST',
      `${repo}/check-runs`,
      checkRun({ actions: [{ label: 'x'.repeat(21), description: 'b', identifier: 'c' }] }),
      'actions.0.label',
    ],
    'a description of 41': [
      'POST',
      `${repo}/check-runs`,
      checkRun({ actions: [{ label: 'a', description: 'x'.repeat(41), identifier: 'c' }] }),
      'actions.0.description',
    ],
    'an unknown member': ['POST', `${repo}/check-runs`, checkRun({ colour: 'red' }), 'unknown member colour'],
    'an unknown member of an update': [
      'PATCH',
      `${repo}/check-runs/4`,
      { colour: 'red' },
      'unknown member colour',
    ],
    'an unknown member within': [
      'POST',
      `${repo}/check-runs`,
      output({ footer: 'x' }),
      'unknown member footer',
    ],
    'a permission that there is not': [
      'POST',
      '/app/installations/3/access_tokens',
      { permissions: { everything: 'write' } },
      'unknown member everything',
    ],
    'a missing member': ['POST', `${repo}/check-runs`, { name: 'x' }, 'head_sha'],
    'no body': ['POST', `${repo}/check-runs`, undefined, 'body: required'],
    'a body where there is none': ['GET', `${repo}`, { a: 1 }, 'takes none'],
    'a time that is none': ['POST', `${repo}/check-runs`, checkRun({ started_at: 'yesterday' }), 'date-time'],
    'a comment of 65,537': ['POST', `${repo}/issues/1/comments`, { body: 'x'.repeat(65_537) }, '65536'],
    'an edit to 65,537': ['PATCH', `${repo}/issues/comments/1`, { body: 'x'.repeat(65_537) }, '65536'],
    'a request for changes that says nothing': [
      'POST',
      `${repo}/pulls/1/reviews`,
      { event: 'REQUEST_CHANGES' },
      'body: required',
    ],
    'a review event in lower case': [
      'POST',
      `${repo}/pulls/1/reviews`,
      { event: 'approve' },
      'event: must be one of',
    ],
    'a number that is none': ['GET', `${repo}/pulls/seven`, undefined, 'pull_number: must be integer'],
    'a page of 101': ['GET', `${repo}/pulls`, undefined, '1 to 100', { per_page: '101' }],
    'a state that there is not': ['GET', `${repo}/pulls`, undefined, 'query state', { state: 'merged' }],
    'an unknown parameter': ['GET', `${repo}/pulls`, undefined, 'query author: unknown', { author: 'me' }],
    'an operation that is not in use': ['POST', `${repo}/forks`, {}, 'not in the contract'],
  }
  test.each(Object.entries(fails))('%s fails', (_, [method, path, body, said, query]) => {
    expect(contract.checkRequest({ method, path, body, query: query ?? {} }).join('\n')).toContain(said)
  })
})

test('every permission in the table is one that an App can be granted', () => {
  for (const needs of [
    ...Object.values(operationPermissions),
    ...Object.values(eventPermissions).map((e) => e.needs),
  ]) {
    expect(
      contract.checkRequest({
        method: 'POST',
        path: '/app/installations/1/access_tokens',
        body: { permissions: needs },
      }),
    ).toEqual([])
  }
})
