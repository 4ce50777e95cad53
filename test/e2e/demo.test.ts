import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../stage/program.ts'

type Step = { readonly name: string; readonly ok: boolean; readonly facts: Readonly<Record<string, unknown>> }

it('the demo does all that it says, and says so to machines', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'demo', 'main.ts'), '--json'], {
    encoding: 'utf8',
    cwd: root,
    timeout: 110_000,
  })
  expect(`${status} ${stderr}`).toBe('0 ')
  const told = JSON.parse(stdout) as { readonly ok: boolean; readonly steps: readonly Step[] }
  expect(told.ok).toBe(true)
  expect(told.steps.every((step) => step.ok)).toBe(true)
  const codes = told.steps.map((step) => step.facts.code).filter((code) => code !== undefined)
  expect(codes).toEqual(['TOKEN_SIGNATURE', 'TOKEN_REPLAYED', 'NOT_APPROVED'])
  expect(told.steps.map((step) => step.facts.exit).filter((exit) => exit !== undefined)).toEqual([0, 5])
})

it('the demo says how it is used, and what it does not know', () => {
  const run = (arg: string) =>
    spawnSync(process.execPath, [join(root, 'demo', 'main.ts'), arg], { encoding: 'utf8' })
  expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--keep') })
  expect(run('--what')).toMatchObject({ status: 2, stderr: expect.stringContaining('--help') })
})
