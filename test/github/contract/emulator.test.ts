import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Delivery, type Exchange, type GitHub, startGitHub } from '../emulator.ts'
import { loadContract } from './contract.ts'
import { eventPermissions, operationPermissions } from './permissions.ts'
import { walk } from './walk.ts'

const contract = loadContract()
const exchanges: Exchange[] = []
let deliveries: readonly Delivery[]
let github: GitHub

beforeAll(async () => {
  github = await startGitHub({ onExchange: (exchange) => exchanges.push(exchange) })
  await walk(github)
  deliveries = [...github.webhooks.deliveries]
})

afterAll(async () => github?.close())

test('every operation in the contract was used with success', () => {
  const used = new Set(exchanges.filter(({ status }) => status < 300).map(({ operation }) => operation))
  expect(Object.keys(operationPermissions).filter((operation) => !used.has(operation))).toEqual([])
})

test('the emulator and the contract agree on which operation a request is', () => {
  for (const { method, path, operation } of exchanges)
    expect(contract.operation(method, path)).toBe(operation)
})

test('every request of octokit is in the contract', () => {
  const problems = exchanges.flatMap(({ requestBody, ...asked }) =>
    contract.checkRequest({ ...asked, body: requestBody }),
  )
  expect([...new Set(problems)]).toEqual([])
})

test('every answer is in the contract', () => {
  const problems = exchanges.flatMap(({ responseBody, ...asked }) =>
    contract.checkResponse({ ...asked, body: responseBody }),
  )
  expect([...new Set(problems)]).toEqual([])
})

test('every webhook is in the contract', () => {
  const problems = deliveries.flatMap(({ event, action, payload }) =>
    // As it travels: JSON has no dates and drops what is undefined.
    contract.checkWebhook(event, action, JSON.parse(JSON.stringify(payload))),
  )
  expect([...new Set(problems)]).toEqual([])
})

test('every event that the emulator knows has happened', () => {
  const told = new Set(deliveries.map(({ event, action }) => [event, action].filter(Boolean).join('.')))
  const known = Object.entries(eventPermissions).flatMap(([event, { actions }]) =>
    actions.length === 0 ? [event] : actions.map((action) => `${event}.${action}`),
  )
  // Nothing in the emulator's API or page does these.
  const never = [
    'check_suite.rerequested',
    'installation.new_permissions_accepted',
    'pull_request.converted_to_draft',
    'pull_request.ready_for_review',
    'pull_request_review.edited',
  ]
  expect([...told].sort()).toEqual(known.filter((name) => !never.includes(name)).sort())
})
