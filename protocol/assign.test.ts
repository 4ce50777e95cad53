import { describe, expect, it } from 'vitest'
import { type Assignment, assign, type Candidate } from './assign.ts'
import type { Approver, Step } from './policy.ts'

const entry = (name: string, min = 1): Approver => ({ kind: 'team', name, min })
const all = (...approvers: readonly Approver[]): Step => ({ mode: 'all', line: 1, approvers })
const any = (...approvers: readonly Approver[]): Step => ({ mode: 'any', line: 1, approvers })
const own = (min = 1): Approver => ({ kind: 'codeowners', name: '', min })

/** Somebody who fits these entries, or as a code owner owns these files. */
function who(login: string, ...fits: readonly string[]): Candidate {
  const approval = { review_id: 1, user_id: 1, login, commit_id: 'c'.repeat(40), state: 'APPROVED' } as const
  return {
    approval,
    fits: ({ kind, name }, paths) =>
      kind === 'codeowners' ? (paths ?? []).every((path) => fits.includes(path)) : fits.includes(name),
  }
}
/** Of each step whether it is met, and who holds each entry. */
const shown = ({ steps }: Assignment) =>
  steps.map(({ met, entries }) => [
    met,
    ...entries.map(({ holders }) => holders.map((one) => one.approval.login).join()),
  ])

describe('approvals go to entries', () => {
  it.each<[string, readonly Step[], readonly Candidate[], readonly (readonly unknown[])[]]>([
    [
      'so that another way to meet one step leaves enough for the next',
      [any(entry('a'), entry('b')), all(entry('a'))],
      [who('x', 'a', 'b'), who('y', 'b')],
      [
        [true, '', 'y'],
        [true, 'x'],
      ],
    ],
    [
      'all of a step before anything of the next',
      [all(entry('a'), entry('b')), all(entry('c'))],
      [who('x', 'a'), who('y', 'b', 'c')],
      [
        [true, 'x', 'y'],
        [false, ''],
      ],
    ],
    [
      'and whoever is left shows how far the others are',
      [all(entry('x')), any(entry('a', 2), entry('b', 3))],
      [who('o', 'x'), who('p', 'b'), who('q', 'b'), who('r', 'a')],
      [
        [true, 'o'],
        [false, 'r', 'p,q'],
      ],
    ],
    [
      'but no more of them than an entry asks for',
      [any(entry('a', 3), entry('b', 2)), all(entry('c'))],
      [who('o', 'a'), who('p', 'a'), who('q', 'b'), who('r', 'c')],
      [
        [false, 'o,p', 'q'],
        [true, 'r'],
      ],
    ],
    [
      'but nobody more to a step that is met',
      [any(entry('a'), entry('b')), all(entry('c'))],
      [who('x', 'a'), who('y', 'b')],
      [
        [true, 'x', ''],
        [false, ''],
      ],
    ],
    [
      'earlier steps first, though fewer approvals count',
      [any(entry('a'), entry('b', 3)), all(entry('c'))],
      [who('x', 'a'), who('p', 'b'), who('q', 'b')],
      [
        [true, 'x', ''],
        [false, ''],
      ],
    ],
    [
      'also where the way that meets them is listed last',
      [any(entry('b', 3), entry('a')), all(entry('c'))],
      [who('x', 'a'), who('p', 'b'), who('q', 'b')],
      [
        [true, '', 'x'],
        [false, ''],
      ],
    ],
    [
      'somebody who could be either moves',
      [all(entry('a'), entry('b'))],
      [who('x', 'a', 'b'), who('y', 'a')],
      [[true, 'y', 'x']],
    ],
  ])('%s', (_, steps, candidates, expected) => {
    expect(shown(assign(steps, candidates, true))).toEqual(expected)
  })

  it('of one step only, or once in each', () => {
    const twice = [all(entry('a')), all(entry('a'))]
    expect(shown(assign(twice, [who('x', 'a')], true))).toEqual([
      [true, 'x'],
      [false, ''],
    ])
    expect(shown(assign(twice, [who('x', 'a')], false))).toEqual([
      [true, 'x'],
      [true, 'x'],
    ])
    expect(assign(twice, [who('x', 'a'), who('y', 'a')], false).used).toHaveLength(1)
  })
})

it('a step that asks for nobody is met by nobody', () => {
  for (const step of [all(), any()]) {
    for (const distinct of [true, false]) {
      expect(shown(assign([step], [who('x', 'a')], distinct))).toEqual([[false]])
    }
  }
})

describe('code owners', () => {
  const met = (min: number, owned: readonly (readonly string[])[], ...people: readonly Candidate[]) =>
    assign([all(own(min))], people, true, owned).steps[0]?.met
  it('answer for each file, one by one or for all that they own', () => {
    expect(met(1, [['f'], ['g']], who('x', 'f', 'g'))).toBe(true)
    expect(met(1, [['f'], ['g']], who('x', 'f'))).toBe(false)
    expect(met(1, [['f'], ['g']], who('x', 'f'), who('y', 'g'))).toBe(true)
    expect(met(2, [['f'], ['g']], who('x', 'f'), who('y', 'g'))).toBe(false)
    expect(met(2, [['f'], ['g']], who('x', 'f', 'g'), who('y', 'f', 'g'))).toBe(true)
  })

  it('leave other entries as they are', () => {
    const files = [['f'], ['g']]
    const found = assign([all(entry('a'), own())], [who('x', 'a'), who('y', 'a')], true, files)
    expect(shown(found)).toEqual([[false, 'x', '']])
  })

  it.each([
    [3, true],
    [6, true],
    [7, false],
  ])(
    'of %i lists answer for several of them, so that somebody is left for the next step: %s',
    (many, left) => {
      const files = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].slice(0, many)
      const people = [who('x', ...files.slice(0, 2)), ...files.slice(2).map((one) => who(one, one))]
      const next = [...people, who('z', 'b', 'next')]
      const found = assign(
        [all(own()), all(entry('next'))],
        next,
        true,
        files.map((one) => [one]),
      )
      expect(found.steps.map((one) => one.met)).toEqual([true, left])
    },
  )

  it('are nobody where there are no files', () => {
    expect(met(1, [], who('x'))).toBe(false)
  })

  it('of more than six answer one by one, or one for all', () => {
    const seven = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    const owned = seven.map((one) => [one])
    expect(met(1, owned, who('x', ...seven))).toBe(true)
    expect(met(1, owned, ...seven.map((one) => who(one, one)))).toBe(true)
    expect(met(1, owned, ...seven.slice(1).map((one) => who(one, one)))).toBe(false)
  })
})
