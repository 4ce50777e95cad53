import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../test/stage/program.ts'
import type { Stage } from '../test/stage/stage.ts'
import { expect, type Timeline } from './timeline.ts'

/** The audit log, taken out and verified as an auditor does: from files alone, against the anchor of a comment. */
export async function audit(stage: Stage, told: Timeline, result: string): Promise<void> {
  const file = (name: string) => join(stage.folder, name)
  const command = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(root, 'cli', 'dbward.mjs'), ...args], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
      maxBuffer: 64 * 1024 * 1024,
    })
  const verify = (log: string) =>
    command(
      'audit',
      'verify',
      log,
      '--key',
      stage.keys.path('checkpoint', 'public'),
      '--anchor',
      file('result.md'),
    )

  told.chapter('The audit log')
  await told.step('exported, and verified offline against the anchor in the result comment', async () => {
    const exported = command('audit', 'export', '--store', stage.storePath)
    expect(exported.status === 0, 'an export', exported.stderr)
    writeFileSync(file('log.jsonl'), exported.stdout)
    writeFileSync(file('result.md'), result)
    const done = verify(file('log.jsonl'))
    expect(done.status === 0, 'a log that verifies', `${done.status} ${done.stdout}${done.stderr}`)
    const entries = exported.stdout.split('\n').filter((line) => line.startsWith('{"entry"')).length
    return { facts: { entries, exit: done.status }, lines: done.stdout.trim().split('\n') }
  })
  await told.step('the same log with its tail cut off is found out', async () => {
    const exported = command('audit', 'export', '--store', stage.storePath).stdout.trimEnd().split('\n')
    const cut = exported.slice(0, Math.floor(exported.length / 3))
    writeFileSync(file('cut.jsonl'), `${cut.join('\n')}\n`)
    const done = verify(file('cut.jsonl'))
    expect(done.status === 5, 'exit code 5, truncated', `${done.status} ${done.stdout}${done.stderr}`)
    return { facts: { exit: done.status }, lines: `${done.stdout}${done.stderr}`.trim().split('\n') }
  })
}
