import type { Decision } from '@dbward/protocol/decide'
import { expect, test } from 'vitest'
import { denial } from './group-judge.ts'
import type { Judged, JudgedChange } from './judge.ts'

const decision = (verdict: Decision['verdict'], code: Decision['code']): Decision => {
  return {
    verdict,
    code,
    sentence: `${code}.`,
    next: '',
    workflow: null,
    steps: [],
    counted: [],
    notCounted: [],
  }
}
const judged = (decisions: readonly Decision[], policyDecision: Decision | null = null): JudgedChange => {
  const requests = decisions.map((one) => ({ decision: one }) as Judged)
  return { requests, policyDecision, problems: [] }
}
const yes = decision('allow', 'APPROVED')

test('a pull request is let into the queue only where every environment allows it', () => {
  expect(denial(7, judged([yes, yes]))).toBeNull()
  expect(denial(7, judged([], yes))).toBeNull()
  expect(denial(7, judged([yes, decision('wait', 'WAITING_FOR_APPROVAL')]))).toBe('#7: WAITING_FOR_APPROVAL.')
  expect(denial(7, judged([yes], decision('deny', 'NO_WORKFLOW')))).toBe('#7: NO_WORKFLOW.')
})

test('what nobody decided about, and what only its author may merge, is not', () => {
  expect(denial(7, judged([]))).toBe('#7: nothing was decided about it')
  expect(denial(7, judged([decision('allow', 'AUTHOR_MAY_MERGE')]))).toMatch(/merges under its own name$/)
})
