import { policyPath } from '@dbward/protocol/policy'
import { type Annotation, logLine } from '@dbward/rules/annotation'
import { sarif } from '@dbward/rules/sarif'
import { annotate } from './annotate.ts'
import { compared } from './compared.ts'
import { openCheckout } from './git.ts'
import { Halt } from './halt.ts'
import { type Inputs, readInputs } from './inputs.ts'
import { look } from './look.ts'
import { countsOf, type Report } from './report.ts'
import { sarifPlace, writeSarif } from './sarif-file.ts'
import { summary, verdictOf } from './summary.ts'
import { reviewInThread } from './thread.ts'
import { version } from './version.ts'
import { type ActionWorld, type ExitCode, exits } from './world.ts'

export type ReviewWorld = ActionWorld & { readonly annotate: (one: Annotation) => void }

/** Code scanning shows no more of one file. */
const mostResults = 5_000
const mostLines = 500
const mostFailures = 5

/**
 * Review mode: what the checked out commit changes, judged under the base branch's policy. It needs no server and no
 * secret, runs nothing of the change, and so is safe for pull requests from forks.
 */
export async function review(world: ReviewWorld): Promise<ExitCode> {
  const inputs = readInputs(world)
  const file = inputs.sarifFile === null ? null : sarifPlace(world.workspace, inputs.sarifFile)
  const git = openCheckout(world.workspace, world.env.PATH, world.signal)
  try {
    const places = await compared(git, { env: world.env, event: world.event, base: inputs.base })
    const report = await look(git, places, inputs.policy, (files, options) =>
      reviewInThread(files, options, world.signal),
    )
    if (report.policy === 'none' && report.policyChange === 'none' && inputs.policy !== policyPath) {
      const message = `policy: expected ${inputs.policy} on the base branch, found no such file`
      throw new Halt(exits.usage, message)
    }
    publish(world, report, inputs)
    if (file !== null) writeSarif(file, sarifText(report))
    world.setOutput('sarif-file', file === null ? '' : (inputs.sarifFile ?? ''))
    return exitOf(report, inputs)
  } finally {
    await git.close()
  }
}

function publish(world: ReviewWorld, report: Report, inputs: Inputs): void {
  const { notes, allowed, failures } = report
  const verdict = verdictOf(report)
  const { block, warn, note } = countsOf(report)
  for (const one of notes.slice(0, mostLines)) {
    world.say(`${one.path}:${one.line}:${one.column} ${one.severity} ${one.rule} ${one.message}`)
  }
  if (notes.length > mostLines) world.say(`and ${notes.length - mostLines} more`)
  for (const { path, line, rule, reason } of allowed.slice(0, mostLines)) {
    world.say(`${path}:${line} allowed ${rule} ${reason}`)
  }
  for (const reason of failures.slice(0, mostFailures)) world.fail(logLine(reason))
  if (inputs.annotations) {
    for (const one of annotate(notes, allowed, Math.min(failures.length, mostFailures))) world.annotate(one)
  }
  world.say(verdict)
  world.summary(summary(report, verdict))
  world.setOutput('findings', String(notes.length))
  world.setOutput('blocking', String(block))
  world.setOutput('warnings', String(warn))
  world.setOutput('notes', String(note))
  world.setOutput('allowed', String(allowed.length))
}

/** What comments allow is in it as results that are suppressed, which code scanning closes. */
function sarifText({ notes, allowed }: Report): string {
  const suppressed = allowed.map(({ path, finding, reason }) => ({ ...finding, path, allowed: reason }))
  return `${JSON.stringify(sarif([...notes, ...suppressed].slice(0, mostResults), version), null, 2)}\n`
}

/** What could not be judged is no pass, whatever `fail-on` says. */
function exitOf(report: Report, { failOn }: Inputs): ExitCode {
  if (report.failures.length > 0) return exits.cannotVerify
  const { block, warn } = countsOf(report)
  const counted = { block, warn: block + warn, never: 0 }[failOn]
  return counted > 0 ? exits.findings : exits.ok
}
