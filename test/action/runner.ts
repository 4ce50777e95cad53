import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'yaml'
import { root } from '../house/tree.ts'

export type Command = {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly text: string
}
export type Ran = {
  readonly code: number | null
  readonly log: string
  /** What a runner takes for commands in the log, in order. */
  readonly commands: readonly Command[]
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
}
export type Job = {
  readonly workspace: string
  readonly event: { readonly name: string; readonly payload: unknown }
  /** GITHUB_SHA: the commit that GitHub made the run for. */
  readonly sha: string
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  /** Cancels the run, as a runner does, once this file is there. */
  readonly cancelAt?: string
}

/**
 * The Action as a runner has it: action.yml and action/dist alone, in a folder with nothing beside them, started with
 * the files and the variables that a runner gives a step. Nothing of this process's environment reaches it.
 */
export function openRunner() {
  const folder = mkdtempSync(join(tmpdir(), 'dbward-runner-'))
  const action = join(folder, 'action-copy')
  mkdirSync(join(action, 'action'), { recursive: true })
  cpSync(join(root, 'action.yml'), join(action, 'action.yml'))
  cpSync(join(root, 'action', 'dist'), join(action, 'action', 'dist'), { recursive: true })
  const manifest = parse(readFileSync(join(action, 'action.yml'), 'utf8')) as {
    inputs: Record<string, { default?: string }>
    runs: { using: string; main: string }
  }
  let steps = 0

  async function run({ workspace, event, sha, inputs = {}, env = {}, cancelAt }: Job): Promise<Ran> {
    const files = join(folder, `step-${++steps}`)
    mkdirSync(files)
    const file = (name: string, text: string) => {
      writeFileSync(join(files, name), text)
      return join(files, name)
    }
    const given = Object.entries(manifest.inputs).map(([name, { default: otherwise = '' }]) => [
      `INPUT_${name.toUpperCase()}`,
      inputs[name] ?? otherwise,
    ])
    const [output, summary] = [file('output', ''), file('summary', '')]
    const child = spawn(process.execPath, [join(action, manifest.runs.main)], {
      cwd: workspace,
      env: {
        PATH: process.env.PATH ?? '',
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_EVENT_NAME: event.name,
        GITHUB_EVENT_PATH: file('event.json', JSON.stringify(event.payload)),
        GITHUB_OUTPUT: output,
        GITHUB_SHA: sha,
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_WORKSPACE: workspace,
        ...Object.fromEntries(given),
        ...env,
      },
    })
    let log = ''
    child.stdout.on('data', (part) => (log += part))
    child.stderr.on('data', (part) => (log += part))
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
    while (cancelAt !== undefined && child.exitCode === null && !existsSync(cancelAt)) await sleep(20)
    if (cancelAt !== undefined) child.kill('SIGINT')
    const code = await ended
    return {
      code,
      log,
      commands: commandsIn(log),
      outputs: outputsIn(readFileSync(output, 'utf8')),
      summary: readFileSync(summary, 'utf8'),
    }
  }

  return {
    folder,
    run,
    using: manifest.runs.using,
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/**
 * As the runner reads a line (actions/runner, ActionCommand.cs): `::name key=value,...::text` behind white space, or
 * `##[name key=value;...]text` anywhere. .NET ends a line at CR, LF or both.
 */
function commandsIn(log: string): readonly Command[] {
  return log.split(/\r\n|\r|\n/).flatMap((line) => {
    const now = /^\s*::([^ :]+)(?: (.*?))?::(.*)$/s.exec(line)
    const old = /##\[([^\] ]+)(?: ([^\]]*))?\](.*)$/s.exec(line)
    const [, name = '', properties = '', text = ''] = now ?? old ?? []
    if (name === '') return []
    const pairs = properties.split(now === null ? ';' : ',').filter((one) => one.includes('='))
    const read = pairs.map((one) => [
      one.slice(0, one.indexOf('=')),
      unescaped(one.slice(one.indexOf('=') + 1)),
    ])
    return [{ name, properties: Object.fromEntries(read), text: unescaped(text) }]
  })
}

function unescaped(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%')
}

function outputsIn(text: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {}
  const lines = text.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const [, name, mark] = /^([^=<]+)<<(.+)$/.exec(lines[at] ?? '') ?? []
    if (name === undefined || mark === undefined) continue
    const end = lines.indexOf(mark, at + 1)
    found[name] = lines.slice(at + 1, end).join('\n')
    at = end
  }
  return found
}
