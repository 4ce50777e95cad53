import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { createGitHub, createTokenGitHub } from '@dbward/agent/github'
import type { ClaimDeps } from '@dbward/agent/loop'
import { openSpool } from '@dbward/agent/spool'
import { ConfigError, Refusal } from '@dbward/protocol/errors'
import { heedFloor } from '@dbward/protocol/floor-read'
import { oneLine } from './escape.ts'
import { checkCheckout } from './execute-checkout.ts'
import { type Ending, ending } from './execute-end.ts'
import { type ExecuteInputs, readInputs } from './execute-inputs.ts'
import { type OwnReceipt, record } from './execute-record.ts'
import { connect } from './execute-session.ts'
import { summarize } from './execute-summary.ts'
import { openTrust } from './execute-trust.ts'
import { waitForTurn } from './execute-wait.ts'
import { type ActionWorld, type ExitCode, exits } from './world.ts'

/**
 * Execute mode: this job is an agent for once. It proves who it is by what GitHub signs about it, waits until the merge at
 * which it runs has its turn, finds the evidence by itself as every agent does, and runs it behind the ledger.
 */
export async function execute(world: ActionWorld): Promise<ExitCode> {
  let inputs: ExecuteInputs
  try {
    inputs = readInputs(world)
    // Also what is wrong with the bundle is said before anybody is asked.
    openTrust(inputs.trust, Math.floor(world.now() / 1_000))
  } catch (error) {
    if (error instanceof ConfigError) {
      for (const problem of error.problems) world.fail(oneLine(problem))
      return tell(world, ending(exits.usage, 'an input is missing or wrong'), null)
    }
    if (!(error instanceof Refusal)) throw error
    world.fail(oneLine(`${error.code}: ${error.message}`))
    return tell(world, ending(exits.cannotVerify, `${error.code}: ${error.message}`), null)
  }
  const folder = mkdtempSync(join(inputs.temporary, 'dbward-'))
  const server = connect(world, inputs)
  const recording = record(server.client, openSpool(join(folder, 'spool')), folder)
  const claims = claimDeps(world, inputs, recording)
  const end = await waitForTurn(world, { inputs, server, recording, claims })
  if (end.exit === exits.ok) world.say(end.why)
  else world.fail(end.why)
  return tell(world, end, recording.receipt())
}

function claimDeps(
  world: ActionWorld,
  inputs: ExecuteInputs,
  { client, spool }: Pick<ReturnType<typeof record>, 'client' | 'spool'>,
): ClaimDeps {
  const { github, floorRepository, job } = inputs
  const read =
    github.by === 'app'
      ? createGitHub({ ...github, fetch: world.fetch })
      : createTokenGitHub({ ...github, fetch: world.fetch })
  return {
    id: inputs.agent,
    run: `${job.runId}/${job.runAttempt}`,
    signer: inputs.signer,
    client,
    spool,
    targets: new Map([[inputs.target, inputs.url]]),
    ...(inputs.progressUrl === null ? {} : { progressUrls: new Map([[inputs.target, inputs.progressUrl]]) }),
    github: async (repository) => heedFloor(await read(repository), floorRepository),
    trust: () => openTrust(inputs.trust, Math.floor(world.now() / 1_000)),
    now: world.now,
    monotonic: world.monotonic,
    inspect: async (claims, plan) => {
      if (claims.merge_sha !== job.sha) {
        throw new Refusal(
          'NOT_ALLOWED_HERE',
          `this job runs at ${job.sha}; the token is for the merge ${claims.merge_sha}`,
        )
      }
      await checkCheckout(world.workspace, plan)
    },
    stop: world.signal,
    // What the agent logs beside its refusals is on record elsewhere; its errors are not.
    log: (level, _fields, message) => {
      if (level === 'error') world.warn(oneLine(message))
      else world.say(oneLine(message))
    },
  }
}

function tell(world: ActionWorld, end: Ending, receipt: OwnReceipt | null): ExitCode {
  world.setOutput('outcome', end.outcome)
  world.setOutput('request', receipt?.request ?? '')
  world.setOutput('attempt', receipt?.attempt ?? '')
  world.setOutput('receipt', receipt?.path ?? '')
  world.summary(summarize(end, receipt))
  return end.exit
}
