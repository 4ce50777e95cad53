import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { withoutMysql } from '../mysql/skip.ts'
import { root } from '../stage/program.ts'

type Step = { readonly name: string; readonly ok: boolean; readonly facts: Readonly<Record<string, unknown>> }

it('the demo does all that it says on both engines, and says so to machines', { timeout: 400_000 }, () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'demo', 'main.ts'), '--json'], {
    encoding: 'utf8',
    cwd: root,
    timeout: 380_000,
  })
  expect(`${status} ${stderr}`).toBe('0 ')
  const told = JSON.parse(stdout) as { readonly ok: boolean; readonly steps: readonly Step[] }
  expect(told.ok).toBe(true)
  expect(told.steps.every((step) => step.ok)).toBe(true)
  const codes = told.steps.map((step) => step.facts.code).filter((code) => code !== undefined)
  expect(codes).toEqual(['TOKEN_SIGNATURE', 'TOKEN_REPLAYED', 'NOT_APPROVED'])
  const held = told.steps.flatMap((step) => step.facts.held ?? [])
  expect(held).toEqual(['MERGED_WITHOUT_APPROVAL'])
  const ledgers = told.steps.flatMap((step) => (step.facts.ledger === undefined ? [] : [step.facts.ledger]))
  expect(ledgers).toHaveLength(withoutMysql ? 1 : 2)
  const hidden = told.steps.flatMap((step) => step.facts.hidden ?? [])
  expect(hidden).toEqual(withoutMysql ? [] : ['drop-table', 'unparsed'])
  expect(told.steps.map((step) => step.facts.exit).filter((exit) => exit !== undefined)).toEqual([0, 5])
})

it('the demo says how it is used, and what it does not know', () => {
  const run = (arg: string) =>
    spawnSync(process.execPath, [join(root, 'demo', 'main.ts'), arg], { encoding: 'utf8' })
  expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--keep') })
  expect(run('--what')).toMatchObject({ status: 2, stderr: expect.stringContaining('--help') })
})

it.each([
  ['SIGINT', 130, 700],
  ['SIGHUP', 129, 6_000],
] as const)('%s ends the demo and leaves no file behind', async (signal, code, afterMs) => {
  const folder = mkdtempSync(join(tmpdir(), 'dbward-test-'))
  chmodSync(folder, 0o711)
  try {
    const env = { ...process.env, TMPDIR: folder }
    const demo = spawn(process.execPath, [join(root, 'demo', 'main.ts')], { cwd: root, env, stdio: 'ignore' })
    const ended = new Promise((resolve) => demo.once('exit', resolve))
    while (readdirSync(folder).length === 0) await sleep(20)
    await sleep(afterMs)
    demo.kill(signal)
    expect(await ended).toBe(code)
    expect(readdirSync(folder)).toEqual([])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
