import { describe, expect, test } from 'vitest'
import { loadContract } from './contract.ts'
import { eventPermissions, operationPermissions } from './permissions.ts'
import { sampleAnswers, sampleWebhook } from './sample.ts'

const contract = loadContract()
const sha = 'a'.repeat(40)
const repo = '/repos/acme/shop'

describe('finding the operation', () => {
  test.each([
    ['GET', `${repo}/pulls/7`, 'GET /repos/{owner}/{repo}/pulls/{pull_number}'],
    ['get', `/api/v3${repo}/pulls/7/files`, 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files'],
    ['GET', `${repo}/git/ref/heads/a/b`, 'GET /repos/{owner}/{repo}/git/ref/{ref}'],
    ['GET', `${repo}/git/ref/heads%2Fa`, 'GET /repos/{owner}/{repo}/git/ref/{ref}'],
    ['GET', `${repo}/commits/feat/x/check-runs`, 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs'],
    ['GET', `${repo}/commits/feat/x`, 'GET /repos/{owner}/{repo}/commits/{ref}'],
    ['GET', `${repo}/contents/db/migrate/1_a.sql`, 'GET /repos/{owner}/{repo}/contents/{path}'],
    ['GET', `${repo}/contents`, 'GET /repos/{owner}/{repo}/contents/{path}'],
    ['GET', `${repo}/contents/`, 'GET /repos/{owner}/{repo}/contents/{path}'],
    ['GET', `${repo}/issues/comments/9`, 'GET /repos/{owner}/{repo}/issues/comments/{comment_id}'],
    ['GET', `${repo}/rules/branches/main`, 'GET /repos/{owner}/{repo}/rules/branches/{branch}'],
    ['GET', '/app', 'GET /app'],
    ['GET', '/api/v3/repositories/12/pulls/7', 'GET /repos/{owner}/{repo}/pulls/{pull_number}'],
    ['GET', `${repo}?per_page=1`, 'GET /repos/{owner}/{repo}'],
    ['DELETE', `${repo}`, null],
    ['GET', '/api/v3', null],
    ['GET', '/repos/acme', null],
    ['GET', `${repo}/git/ref/`, null],
  ])('%s %s', (method, path, operation) => {
    expect(contract.operation(method, path)).toBe(operation)
  })
})

test('every operation in the table of permissions is in the contract', () => {
  for (const operation of Object.keys(operationPermissions)) {
    const [method = '', template = ''] = operation.split(' ')
    expect(contract.operation(method, template.replaceAll(/\{\w+\}/g, '1'))).toBe(operation)
  }
})

describe('responses', () => {
  const answers = sampleAnswers()
  const concrete = (template: string) =>
    template.replaceAll(/\{(\w+)\}/g, (_, name) => (/id|number/.test(name) ? '1' : 'x'))

  test('the smallest right answer of every operation passes, and without any one of its members it fails', () => {
    expect(answers.length).toBeGreaterThan(60)
    for (const { method, template, status, body } of answers) {
      const path = concrete(template)
      expect(contract.checkResponse({ method, path, status, body })).toEqual([])
      // A user is described as one of two shapes, and the private one without a member is the public one.
      if (Array.isArray(body) || template.startsWith('/user')) continue
      for (const name of Object.keys(body as object)) {
        const { [name]: _, ...rest } = body as Record<string, unknown>
        const problems = contract.checkResponse({ method, path, status, body: rest })
        expect(problems, `${method} ${template} without ${name}`).not.toEqual([])
      }
    }
  })

  const path = `${repo}/pulls/7/merge`
  const merged = { sha, merged: true, message: 'Pull Request successfully merged' }
  const refused = { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' }
  test.each([
    ['merged', { method: 'PUT', path, status: 200, body: merged }],
    ['a mismatch', { method: 'PUT', path, status: 409, body: refused }],
    ['a refusal that is not described', { method: 'PUT', path, status: 401, body: refused }],
    ['nothing new', { method: 'GET', path: repo, status: 304, body: undefined }],
    ['a deletion', { method: 'DELETE', path: `${repo}/issues/comments/1`, status: 204, body: '' }],
    ['a raw file', { method: 'GET', path: `${repo}/contents/a.sql`, status: 200, body: 'select 1;' }],
  ])('%s passes', (_, response) => {
    expect(contract.checkResponse(response)).toEqual([])
  })

  test.each([
    ['a wrong type', { method: 'PUT', path, status: 200, body: { ...merged, merged: 'yes' } }, 'boolean'],
    [
      '201 for a review',
      { method: 'POST', path: `${repo}/pulls/7/reviews`, status: 201, body: {} },
      'a status',
    ],
    ['a refusal without a message', { method: 'PUT', path, status: 404, body: {} }, 'message'],
    [
      'a body with 204',
      { method: 'DELETE', path: `${repo}/issues/comments/1`, status: 204, body: {} },
      'none',
    ],
    ['500', { method: 'GET', path: repo, status: 500, body: refused }, 'never answers'],
    [
      'an object for a list',
      { method: 'GET', path: `${repo}/check-runs/1/annotations`, status: 200, body: {} },
      'array',
    ],
    ['text where no raw form is', { method: 'GET', path: repo, status: 200, body: 'x' }, 'object'],
  ])('%s fails', (_, response, said) => {
    expect(contract.checkResponse(response).join('\n')).toContain(said)
  })
})

describe('webhooks', () => {
  /** The smallest delivery of an event to an App. */
  const delivery = (event: string, action: string | null): Record<string, unknown> => {
    const name = [event, action].filter(Boolean).join('-').replaceAll('_', '-')
    const sampled = sampleWebhook(name)
    const installation = sampled.installation ?? { id: 1, node_id: 'x' }
    const whole = { ...sampled, ...(action && { action }), installation }
    if (event !== 'pull_request_review') return whole
    return { ...whole, review: { ...(sampled.review as object), state: 'approved' } }
  }

  test.each(
    Object.entries(eventPermissions).flatMap(([event, { actions }]) =>
      (actions.length === 0 ? [null] : actions).map((action) => [event, action] as const),
    ),
  )('%s %s passes, and without any one of its required members it fails', (event, action) => {
    const whole = delivery(event, action)
    expect(contract.checkWebhook(event, action, whole)).toEqual([])
    for (const member of Object.keys(whole)) {
      const { [member]: _, ...rest } = whole
      expect(contract.checkWebhook(event, action, rest), `without ${member}`).not.toEqual([])
    }
  })

  test('a state in lower case passes, the upper case of the REST API fails', () => {
    const whole = delivery('pull_request_review', 'submitted')
    const review = (state: string) => ({ ...whole, review: { ...(whole.review as object), state } })
    const check = (state: string) => contract.checkWebhook('pull_request_review', 'submitted', review(state))
    expect(check('changes_requested')).toEqual([])
    expect(check('APPROVED').join()).toContain('lower case')
  })

  test.each([
    ['no installation', 'push', null, sampleWebhook('push'), 'installation.id'],
    ['another action', 'pull_request', 'closed', delivery('pull_request', 'opened'), 'action'],
    ['an event that is not in use', 'star', 'created', {}, 'no such webhook'],
    ['no payload', 'push', null, null, 'object'],
  ])('%s fails', (_, event, action, sent, said) => {
    expect(contract.checkWebhook(event, action, sent).join('\n')).toContain(said)
  })
})
