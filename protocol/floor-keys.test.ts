import { expect, it } from 'vitest'
import { decide } from './decide.ts'
import { rows } from './decide-rows.ts'
import { outcomeOf } from './decide-samples.ts'
import { parseFloor } from './floor-parse.ts'
import { neverAllowFor, type Policy, severitiesFor } from './policy.ts'

const parse = (source: string) => parseFloor(new TextEncoder().encode(source), ['drop-table', 'truncate'])
const base = `version: 1
floors:
  - { database: app, environment: production, min_approvals: 1, block: [drop-table], never_allow: [truncate] }
  - { database: "l*", min_approvals: 1, allow_self_approve: false, auto_approve: false, require_reason: true }
`

/** By mapping and key: what stands in its place, so that something is decided otherwise. */
const changes: Readonly<Record<string, readonly [from: string, to: string]>> = {
  'the floor.version': ['version: 1', 'version: 2'],
  'the floor.floors': ['  - { database: "l*"', '  - { require_reason: true }\n  - { database: "l*"'],
  'a floor.database': ['database: app', 'database: log'],
  'a floor.environment': ['environment: production', 'environment: stag*'],
  'a floor.min_approvals': ['production, min_approvals: 1', 'production, min_approvals: 2'],
  'a floor.allow_self_approve': ['block:', 'allow_self_approve: false, block:'],
  'a floor.auto_approve': ['production, min_approvals: 1', 'production, auto_approve: false'],
  'a floor.require_reason': ['block:', 'require_reason: true, block:'],
  'a floor.block': ['block: [drop-table]', 'block: [truncate]'],
  'a floor.never_allow': ['never_allow: [truncate]', 'never_allow: []'],
}

/** Everything that a floor decides of one target: all histories, and which rules block and may not be allowed. */
function outcomes(source: string): readonly unknown[] {
  const parsed = parse(source)
  if (!parsed.ok) return ['refused']
  const { floor } = parsed
  const under: typeof decide = (policy, ...rest) => decide({ ...policy, floor }, ...rest)
  const bare = { review: [], floor } as unknown as Policy
  return [
    severitiesFor(bare, 'app', 'production'),
    neverAllowFor(bare, 'app', 'production'),
    ...rows.map(([workflow, history]) => outcomeOf(under, workflow, history)),
  ]
}

it('every key of a floor that the parser knows has a case here, and no other has', () => {
  const parsed = parse(base.replace('version', 'zz: 1\nversion').replaceAll('{ ', '{ zz: 1, '))
  const known = (parsed.ok ? [] : parsed.problems).flatMap(({ message }) => {
    const [, what = '', keys = ''] = /^unknown key zz in (.+); known are (.+)$/.exec(message) ?? []
    return what === '' ? [] : keys.split(', ').map((key) => `${what}.${key}`)
  })
  expect(Object.keys(changes).sort()).toEqual([...new Set(known)].sort())
})

it.each(Object.entries(changes))('%s changes an outcome', (key, [from, to]) => {
  expect(base.split(from)).toHaveLength(2)
  expect(outcomes(base)).not.toEqual(['refused'])
  expect(outcomes(base.replace(from, to))).not.toEqual(outcomes(base))
  if (key !== 'the floor.version') expect(outcomes(base.replace(from, to))).not.toEqual(['refused'])
})
