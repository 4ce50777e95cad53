import { setTimeout as sleep } from 'node:timers/promises'
import type { Program } from '../stage/program.ts'
import type { Stage } from '../stage/stage.ts'
import type { Engine } from '../stage/targets.ts'
import { approved, type Change, type MergedChange, merged, type OpenChange, proposed } from './change.ts'
import { alone, counted } from './kill-stage.ts'
import { appliedOnce } from './once.ts'

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export type Round = { readonly kills: number; readonly attempts: number }

/**
 * Takes `size` changes at once from their opening to the database while server and agent are killed at random moments,
 * as often as `kills`, and then holds all of them to having been applied once. `from` is the first number of a change.
 */
export async function round(
  it: Stage,
  from: number,
  size: number,
  kills: number,
  random: () => number,
): Promise<Round> {
  const over = new AbortController()
  const killing = killAtRandom(it, kills, random, over.signal)
  try {
    const changes = Array.from({ length: size }, (_, i) => changeOf(from + i, random, it.targets[0]?.engine))
    const done: MergedChange[] = []
    for (const change of await inOrder(changes, (one) => proposed(it, one))) {
      done.push(await merged(it, await approved(it, change)))
    }
    const killed = await killing
    let attempts = 0
    for (const change of done) attempts += (await appliedOnce(it, change)).attempts.length
    return { kills: killed, attempts }
  } finally {
    over.abort()
    await killing
  }
}

function changeOf(n: number, random: () => number, engine?: Engine): Change {
  return random() < 0.3 ? alone(n, engine) : counted(n)
}

async function inOrder(
  changes: readonly Change[],
  job: (change: Change) => Promise<OpenChange>,
): Promise<readonly OpenChange[]> {
  const opened: OpenChange[] = []
  for (const change of changes) opened.push(await job(change))
  return opened
}

/** Kills one of the two after the other and starts it again at once. Both are running when this ends. */
async function killAtRandom(
  it: Stage,
  kills: number,
  random: () => number,
  over: AbortSignal,
): Promise<number> {
  let done = 0
  while (done < kills && !over.aborted) {
    await sleep(200 + random() * 2_500, undefined, { signal: over }).catch(() => undefined)
    const victim: Program = random() < 0.5 ? it.server : it.agent
    await victim.kill()
    victim.start()
    done += 1
  }
  return done
}
