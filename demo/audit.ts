import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEntry } from '@dbward/protocol/log'
import { root } from '../test/stage/program.ts'
import type { Stage } from '../test/stage/stage.ts'
import { expect, type Timeline } from './timeline.ts'

const dbward = join(root, 'cli', 'dbward.mjs')
const offline = ['--import', join(root, 'demo', 'offline.ts')]
/** What demo/offline.ts ends a program with. It is not imported, as that would take the network from the demo itself. */
const triedToConnect = 97

/** The audit log, taken out and verified as an auditor does: from files alone, against the anchor of a comment. */
export async function audit(stage: Stage, told: Timeline, result: string): Promise<void> {
  const file = (name: string) => join(stage.folder, name)
  const key = stage.keys.path('checkpoint', 'public')
  const verify = (log: string) =>
    node(...offline, dbward, 'audit', 'verify', log, '--key', key, '--anchor', file('result.md'))

  told.chapter('The audit log')
  await told.step('exported, and verified offline against the anchor in the result comment', async () => {
    const log = exportLog(stage)
    writeFileSync(file('log.jsonl'), log)
    writeFileSync(file('result.md'), result)
    const control = node(...offline, '-e', `await fetch(${JSON.stringify(stage.server.url)})`)
    expect(control.status === triedToConnect, 'a connection to be stopped', control.stderr)
    const done = verify(file('log.jsonl'))
    expect(done.status === 0, 'a log that verifies', `${done.status} ${done.stdout}${done.stderr}`)
    const entries = entriesOf(log).length
    const lines = [...done.stdout.trim().split('\n'), 'by a process that any connection would have ended']
    return { facts: { entries, exit: done.status }, lines }
  })
  await told.step('the same log with its tail cut off is found out', async () => {
    const lines = exportLog(stage).trimEnd().split('\n')
    const cut = lines.slice(0, Math.floor(lines.length / 3))
    writeFileSync(file('cut.jsonl'), `${cut.join('\n')}\n`)
    const done = verify(file('cut.jsonl'))
    expect(done.status === 5, 'exit code 5, truncated', `${done.status} ${done.stdout}${done.stderr}`)
    return { facts: { exit: done.status }, lines: `${done.stdout}${done.stderr}`.trim().split('\n') }
  })
}

/** What the log says of one pull request. */
export function auditOf(stage: Stage, pr: number) {
  return entriesOf(exportLog(stage)).filter((entry) => entry.subject.pr === pr)
}

function exportLog(stage: Stage): string {
  const exported = node(dbward, 'audit', 'export', '--store', stage.storePath)
  expect(exported.status === 0, 'an export', exported.stderr)
  return exported.stdout
}

function entriesOf(log: string) {
  const entries = log.split('\n').filter((line) => line.startsWith('{"entry"'))
  return entries.map((line) => parseEntry((JSON.parse(line) as { entry: unknown }).entry, 'entry'))
}

function node(...args: readonly string[]) {
  const env = { PATH: process.env.PATH }
  return spawnSync(process.execPath, args, { encoding: 'utf8', env, maxBuffer: 64 * 1024 * 1024 })
}
