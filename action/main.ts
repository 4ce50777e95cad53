import { appendFileSync, readFileSync } from 'node:fs'
import * as core from '@actions/core'
import { annotationCommand, logLine } from '@dbward/rules/annotation'
import type { ReviewWorld } from './review.ts'
import { run } from './run.ts'
import { mostBytes } from './summary.ts'

/** The world as a runner of GitHub Actions makes it. */
function realWorld(signal: AbortSignal): ReviewWorld {
  const { env } = process
  let left = mostBytes
  return {
    env,
    workspace: env.GITHUB_WORKSPACE ?? '',
    event: readEvent(env.GITHUB_EVENT_PATH),
    input: (name) => core.getInput(name),
    setOutput: (name, value) => core.setOutput(name, value),
    // GitHub drops a whole summary that is too large, so what would make it so is left out.
    summary: (markdown) => {
      const size = Buffer.byteLength(markdown) + 2
      if (size > left || !env.GITHUB_STEP_SUMMARY) return
      left -= size
      appendFileSync(env.GITHUB_STEP_SUMMARY, `${markdown}\n\n`)
    },
    mask: (secret) => {
      if (secret !== '') core.setSecret(secret)
    },
    say: (line) => void process.stdout.write(`${logLine(line)}\n`),
    warn: (line) => core.warning(logLine(line)),
    fail: (line) => core.error(logLine(line)),
    annotate: (one) => void process.stdout.write(`${annotationCommand(one)}\n`),
    idToken: (audience) => core.getIDToken(audience),
    fetch: globalThis.fetch,
    now: Date.now,
    monotonic: () => performance.now(),
    signal,
  }
}

function readEvent(path: string | undefined): unknown {
  if (path === undefined || path === '') return null
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
}

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
process.exitCode = await run(realWorld(stop.signal))
