import { describe, expect, it } from 'vitest'
import { decide } from './decide.ts'
import { rows } from './decide-rows.ts'
import { outcomeOf } from './decide-samples.ts'
import { floorFor } from './floor.ts'
import { parseFloor } from './floor-parse.ts'
import { heedFloor, underFloor } from './floor-read.ts'
import type { GitHubReader } from './github.ts'
import { neverAllowFor, type Policy, severitiesFor } from './policy.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const rules = ['drop-table', 'truncate']

function floorOf(...scopes: readonly string[]) {
  const parsed = parseFloor(
    bytesOf(`version: 1\nfloors:\n${scopes.map((one) => `  - { ${one} }\n`).join('')}`),
    rules,
  )
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.floor
}

const under =
  (...scopes: readonly string[]): typeof decide =>
  (policy, ...rest) =>
    decide({ ...policy, floor: floorOf(...scopes) }, ...rest)

describe('a floor raises', () => {
  it.each<[string, string, string, string]>([
    ['min_approvals: 2', 'dba', 'bob+', 'WAITING_FOR_APPROVAL bob'],
    ['min_approvals: 2', 'dba', 'bob+ cat+', 'APPROVED bob cat'],
    ['min_approvals: 2', 'dba', 'bob+ eve+', 'WAITING_FOR_APPROVAL bob'],
    ['min_approvals: 2', 'dba self', 'bob+ cat+ committer=cat', 'WAITING_FOR_APPROVAL bob'],
    ['min_approvals: 2', 'dba', 'bob+ cat+ unknown=1', 'WAITING_FOR_APPROVAL bob cat'],
    ['min_approvals: 2', 'dba,dba same', 'bob+', 'WAITING_FOR_APPROVAL bob'],
    ['min_approvals: 1', '', '', 'WAITING_FOR_APPROVAL'],
    ['min_approvals: 1', '', 'eve+', 'APPROVED eve'],
    ['min_approvals: 1', 'dba auto=always', 'risk=low', 'WAITING_FOR_APPROVAL'],
    ['min_approvals: 1', '@write self', 'merged=ann', 'WAITING_FOR_APPROVAL ann'],
    ['auto_approve: false', 'dba auto=always', 'risk=low', 'WAITING_FOR_APPROVAL'],
    ['allow_self_approve: false', '@write self', 'merged=ann', 'WAITING_FOR_APPROVAL'],
    ['allow_self_approve: false', 'dba self', 'bob+ committer=bob', 'WAITING_FOR_APPROVAL'],
    ['require_reason: true', 'dba', 'bob+', 'WAITING_FOR_APPROVAL'],
    ['require_reason: true', 'dba', 'bob+why', 'APPROVED bob'],
    ['environment: prod*, min_approvals: 2', 'dba', 'bob+', 'WAITING_FOR_APPROVAL bob'],
    ['environment: staging, min_approvals: 2', 'dba', 'bob+', 'APPROVED bob'],
    ['database: log, min_approvals: 2', 'dba', 'bob+', 'APPROVED bob'],
    // a change of the policy meets all of them
    ['database: log, min_approvals: 2', 'dba', 'policy bob+', 'WAITING_FOR_APPROVAL bob'],
    ['environment: staging, min_approvals: 1', '', 'policy', 'WAITING_FOR_APPROVAL'],
  ])('{ %s } over %s: %s', (scope, workflow, history, outcome) => {
    expect(outcomeOf(under(scope), workflow, history)).toBe(outcome)
  })

  it('and never lowers: nothing is allowed under one that is not allowed without', () => {
    const strict = under(
      'min_approvals: 1, allow_self_approve: false, auto_approve: false, require_reason: true',
    )
    const passes = (outcome: string) => /^A/.test(outcome)
    for (const [workflow, history, outcome] of rows) {
      for (const by of [strict, under('min_approvals: 2'), under('auto_approve: false')]) {
        if (passes(outcomeOf(by, workflow, history)))
          expect([workflow, history, passes(outcome)]).toContain(true)
      }
    }
  })

  it('adds up, and what blocks and may never be allowed is beyond the policy', () => {
    const scope = { database: '*', environment: '*', line: 1 }
    const policy = {
      review: [{ ...scope, rules: { 'drop-table': 'off' }, neverAllow: [] }],
      floor: floorOf('min_approvals: 1, block: [drop-table]', 'min_approvals: 3, never_allow: [truncate]'),
    } as unknown as Policy
    expect(severitiesFor(policy, 'app', 'production')).toEqual({ 'drop-table': 'block' })
    expect(neverAllowFor(policy, 'app', 'production')).toEqual(['truncate'])
    expect(floorFor(policy, null).minApprovals).toBe(3)
  })
})

describe('a floor that cannot be read so', () => {
  it.each([
    ['version: 2\nfloors: [{ min_approvals: 1 }]', 1, /version must be 1/],
    ['version: 1\n', 1, /at least one/],
    ['version: 1\nfloors: []\n', 2, /at least one/],
    ['version: 1\nfloors: [{ min_approval: 1 }]', 2, /unknown key min_approval/],
    ['version: 1\nfloors: [{ min_approvals: 21 }]', 2, /whole number from 0 to 20/],
    ['version: 1\nfloors: [{ allow_self_approve: true }]', 2, /can only be false/],
    ['version: 1\nfloors: [{ auto_approve: true }]', 2, /can only be false/],
    ['version: 1\nfloors: [{ require_reason: false }]', 2, /can only be true/],
    ['version: 1\nfloors: [{ block: [drop-tabel] }]', 2, /unknown rule/],
    ['version: 1\nfloors: [{ environment: "a b" }]', 2, /pattern/],
    ['version: 1\nfloors: [{', 2, /./],
  ])('%s', (text, line, message) => {
    const parsed = parseFloor(bytesOf(text), rules)
    if (parsed.ok) throw new Error('expected problems')
    expect(parsed.problems[0]).toMatchObject({ line, message: expect.stringMatching(message) })
  })
})

describe('the floor repository', () => {
  const sha = 'a'.repeat(40)
  const entry = { path: 'dbward-floor.yml', mode: '100644', type: 'blob', sha: 'f'.repeat(40), size: null }
  const github = (text: string | null, status?: number): GitHubReader => ({
    one: async (route, { owner, repo }) => {
      if (status !== undefined) throw Object.assign(new Error('no'), { status })
      expect([owner, repo]).toEqual(['acme', '.github'])
      if (route.endsWith('/branches/{branch}')) return { name: 'main', protected: true, commit: { sha } }
      if (route.endsWith('/git/commits/{commit_sha}')) return { sha, tree: { sha }, parents: [] }
      if (route.endsWith('/git/trees/{tree_sha}'))
        return { sha, truncated: false, tree: text === null ? [] : [entry] }
      if (route.endsWith('/git/blobs/{file_sha}')) {
        return { sha, size: null, encoding: 'base64', content: Buffer.from(text ?? '').toString('base64') }
      }
      return { id: 1, full_name: 'acme/.github', default_branch: 'main' }
    },
    all: async () => [],
  })
  const found = { found: 'yes', policy: {} as Policy, sha256: 'd'.repeat(64) } as const
  const read = (reader: GitHubReader, name: string | null = 'acme/.github') =>
    underFloor(heedFloor(reader, name), found, rules)

  it('gives every policy its floor', async () => {
    const text = 'version: 1\nfloors: [{ min_approvals: 2 }]\n'
    expect(await read(github(text))).toMatchObject({
      found: 'yes',
      sha256: found.sha256,
      policy: { floor: { scopes: [{ minApprovals: 2 }] } },
    })
    expect(await read(github(text), null)).toBe(found)
  })

  it.each([
    ['is not there', github(null), /it is not there/],
    ['is broken', github('version: 1\nfloors: [{ x: 1 }]'), /line 2\) cannot be used: unknown key x/],
    ['may not be read', github(null, 404), /repository cannot be read/],
  ] as const)('breaks every policy where it %s', async (_, reader, message) => {
    expect(await read(reader)).toMatchObject({
      found: 'broken',
      problems: [{ message: expect.stringMatching(message) }],
    })
  })

  it('is asked again where GitHub does not answer', async () => {
    await expect(read(github(null, 502))).rejects.toThrow()
  })
})
