import { reconcile } from '@dbward/app/flow/reconcile'
import { tempStore } from '@dbward/app/samples'
import { repository } from '@dbward/protocol/github'
import { type Recorded, record } from './script.ts'
import { createWorlds, reviewer, signer, type World } from './world.ts'

/** The seven events: six steps of people on GitHub, and an agent that asks for work. */
export const agentAsks = 7
export const orders: readonly (readonly number[])[] = permutations([1, 2, 3, 4, 5, 6, agentAsks])

/** One server's questions at every step of the script are the record that all walks are answered from. */
export async function recordScript(): Promise<Recorded> {
  const { store, drop } = tempStore()
  try {
    return await record(async (github, pr) => {
      const about = await github.one('GET /repos/{owner}/{repo}', { owner: 'acme', repo: 'shop' })
      const { id } = repository(about, 'repository')
      const deps = {
        store,
        reviewer,
        signer,
        iss: 'dbward-1',
        now: () => new Date(),
        reader: async () => github,
      }
      await reconcile(deps, { repo: 'acme/shop', repo_id: id, pr })
    })
  } finally {
    drop()
  }
}

export type End = ReturnType<World['end']> & { readonly signed: number; readonly leased: number }

/** Deliveries in this order. What was told has happened, so that GitHub stands where the latest of them says. */
export async function walk(world: World, order: readonly number[]): Promise<End> {
  for (const one of order) {
    world.pass(1)
    if (one === agentAsks) await world.run()
    else {
      world.moveTo(one)
      world.deliver(one)
    }
    await world.work()
  }
  return rest(world)
}

/** Deliveries that are lost, doubled and late, looks that fail half-way, and a sweep in the end. */
export async function lossyWalk(world: World, random: () => number): Promise<End> {
  const coming: { readonly step: number; readonly guid: string; readonly due: number }[] = []
  for (let step = 1; step < agentAsks; step++) {
    world.pass(1)
    world.moveTo(step)
    const copies = [0, 0, 1, 1, 1, 2][Math.floor(random() * 6)] ?? 1
    for (let copy = 0; copy < copies; copy++) {
      coming.push({ step, guid: `${step}`, due: step + Math.floor(random() * 5) })
    }
    for (const { guid, due, step: told } of coming) if (due === step) world.deliver(told, guid)
    if (random() < 0.2) world.failIn(1 + Math.floor(random() * 40))
    if (random() < 0.7) await world.work()
    if (random() < 0.3) await world.run()
  }
  for (const { guid, due, step } of coming.reverse()) if (due >= agentAsks) world.deliver(step, guid)
  world.failIn(0)
  world.pass(600)
  await world.sweep()
  return rest(world)
}

/** Everybody does what is left to do. */
export async function rest(world: World): Promise<End> {
  world.moveTo(agentAsks - 1)
  do {
    world.pass(400)
    await world.work()
  } while (await world.run())
  await world.work()
  const types = world.audited()
  const count = (type: string) => types.filter((one) => one === type).length
  return { ...world.end(), signed: count('authorization.signed'), leased: count('attempt.leased') }
}

/** Makes a walk in a world of its own. */
export function walker(recorded: Recorded) {
  const open = createWorlds(recorded)
  return async (walking: (world: World) => Promise<End>): Promise<End> => {
    const world = open()
    try {
      return await walking(world)
    } finally {
      world.close()
    }
  }
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function permutations(of: readonly number[]): number[][] {
  if (of.length === 0) return [[]]
  return of.flatMap((one) => permutations(of.filter((other) => other !== one)).map((tail) => [one, ...tail]))
}
