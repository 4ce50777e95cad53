import { askedPermissions } from '@dbward/protocol/app-permissions'
import type { StatusAnswer } from '@dbward/protocol/status'
import { expect, test } from 'vitest'
import { lookAt } from './doctor-look.ts'
import type { Installed, Rule, Surroundings } from './doctor-read.ts'

const rule = (type: string, parameters: Partial<NonNullable<Rule['parameters']>> = {}): Rule => {
  const none = { required_status_checks: null, required_approving_review_count: null }
  return { type, ruleset_id: 1, parameters: { ...none, dismiss_stale_reviews_on_push: null, ...parameters } }
}
const checks = (integration_id: number | null) =>
  rule('required_status_checks', { required_status_checks: [{ context: 'dbward/gate', integration_id }] })
const app: Installed = {
  ...{ app_id: 5, app_slug: 'dbward', permissions: askedPermissions, events: ['merge_group'] },
  suspended_at: null,
}
const good: Surroundings = {
  branch: 'main',
  mergeMethods: ['merge'],
  rules: [checks(5), rule('pull_request'), rule('non_fast_forward')],
  classicChecks: [],
  classic: 'none',
  bypass: [{ ruleset: 1, actors: [] }],
  actionsMayApprove: false,
  app,
}
const classic = {
  enforce_admins: { enabled: true },
  allow_force_pushes: { enabled: false },
  restrictions: null,
  required_pull_request_reviews: { dismiss_stale_reviews: false, bypass_pull_request_allowances: null },
}
const agent = { id: 'one', databases: ['app@production'], job: false, seen: 'then', online: true }
const status = (...agents: StatusAnswer['agents']): StatusAnswer => {
  return { v: 'dbward.status.v1', at: 'now', requests: [], more: 0, queues: [], agents }
}

const said = (over: Partial<Surroundings>, from: StatusAnswer | null = status(agent)) =>
  lookAt({ ...good, ...over }, from)
    .filter((one) => one.result !== 'ok')
    .map((one) => `${one.result}: ${one.name}: ${one.message}`)

test('all in order', () => expect(said({})).toEqual([]))

test.each<[string, Partial<Surroundings>, readonly string[]]>([
  [
    'the check of any source',
    { rules: [checks(null), ...(good.rules?.slice(1) ?? [])] },
    ['problem: required check: dbward/gate may come'],
  ],
  ['a second check of another App besides', { classicChecks: [{ context: 'dbward/gate', appId: 6 }] }, []],
  [
    'a check of -1, which is any source',
    { rules: [checks(-1), ...(good.rules?.slice(1) ?? [])] },
    ['problem: required check: dbward/gate may come'],
  ],
  [
    'an App that is not installed',
    { app: 'not installed' },
    ['problem: required check: dbward/gate is bound', 'problem: permissions: the App is not installed'],
  ],
  [
    'an App that is suspended',
    { app: { ...app, suspended_at: 'then' } },
    ['problem: permissions: the installation'],
  ],
  [
    'a permission too much',
    { app: { ...app, permissions: { ...askedPermissions, contents: 'write' } } },
    ['problem: permissions: the App has contents: write, expected read'],
  ],
  [
    'a permission that is not asked for',
    { app: { ...app, permissions: { ...askedPermissions, administration: 'read' } } },
    ['problem: permissions: the App has administration: read, expected no access'],
  ],
  [
    'a queue of which the App is not told',
    { rules: [...(good.rules ?? []), rule('merge_queue')], app: { ...app, events: [] } },
    ['problem: merge queue: '],
  ],
  ['a queue of which the App is told', { rules: [...(good.rules ?? []), rule('merge_queue')] }, []],
  [
    'a queue and an App that was not seen',
    { rules: [...(good.rules ?? []), rule('merge_queue')], app: null },
    ['not checked: required check', 'not checked: merge queue', 'not checked: permissions'],
  ],
  [
    'people who may skip pull requests',
    {
      classic: {
        ...classic,
        required_pull_request_reviews: {
          dismiss_stale_reviews: null,
          bypass_pull_request_allowances: { users: [{}], teams: [], apps: [] },
        },
      },
    },
    ['problem: bypass: somebody may bypass the required pull requests'],
  ],
  [
    'administrators who are not bound',
    { classic: { ...classic, enforce_admins: null } },
    ['problem: bypass: administrators'],
  ],
  [
    'the old protection alone',
    { rules: [], classicChecks: [{ context: 'dbward/gate', appId: 5 }], classic, bypass: [] },
    [],
  ],
  [
    'the old protection for some who push',
    {
      rules: [checks(5)],
      classic: {
        ...classic,
        required_pull_request_reviews: null,
        restrictions: { users: [], teams: [], apps: [] },
      },
    },
    ['problem: direct pushes: those whom its protection names'],
  ],
  [
    'rulesets that may not be seen',
    { rules: null },
    [
      'not checked: required check: dbward/gate is not required on main, unless',
      'not checked: direct pushes',
      'not checked: force pushes',
    ],
  ],
  ['merge methods that were not seen', { mergeMethods: [] }, ['not checked: merge methods']],
])('%s', (_, over, expected) => {
  expect(said(over)).toEqual(expected.map((one) => expect.stringMatching(new RegExp(`^${one}`))))
})

test.each<[string, StatusAnswer | null, readonly string[]]>([
  ['a server that was not asked', null, ['not checked: agents: the server was not asked']],
  ['no agent', status(), ['problem: agents: the server knows no agent, so nothing runs']],
  [
    'a silent one',
    status({ ...agent, online: false }),
    ['problem: agents: one (app@production) was not heard of since then'],
  ],
  ['a job of Actions', status({ ...agent, online: false, job: true }), []],
])('%s', (_, from, expected) => expect(said({}, from)).toEqual(expected))
