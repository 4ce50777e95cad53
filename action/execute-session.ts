import { askQueue, askSession, createClient, type Server, type ServerClient } from '@dbward/agent/client'
import type { QueueAnswer } from '@dbward/protocol/messages'
import { proveIdentity } from './execute-identity.ts'
import type { ExecuteInputs } from './execute-inputs.ts'
import type { ActionWorld } from './world.ts'

/** A session ends after an hour; a new one is asked for this long after it began. */
const renewMs = 45 * 60_000
const endMs = 59 * 60_000

/** The server as this job sees it, by a session that is opened when it is needed and again before it ends. */
export type JobServer = {
  readonly client: ServerClient
  readonly queue: (signal: AbortSignal) => Promise<QueueAnswer>
  /** The session is not taken any more: the next question opens another. */
  readonly forget: () => void
}

export function connect(world: ActionWorld, inputs: ExecuteInputs): JobServer {
  let current: { readonly server: Server; readonly since: number } | null = null
  const bare = { url: inputs.server, token: null, fetch: world.fetch }

  async function open(): Promise<Server> {
    const since = world.monotonic()
    const id_token = await proveIdentity(world, inputs.audience, inputs.job)
    const { session } = await askSession(bare, { id_token, agent: inputs.agent })
    world.mask(session)
    current = { server: { ...bare, token: session }, since }
    return current.server
  }

  async function server(): Promise<Server> {
    if (current === null) return open()
    const before = current
    const age = world.monotonic() - before.since
    if (age < renewMs) return before.server
    // Where no new one is to be had just now, the old one still serves.
    return open().catch((error: unknown) => {
      if (age < endMs) return before.server
      throw error
    })
  }
  const client = async (): Promise<ServerClient> => createClient(await server())

  return {
    client: {
      claim: async (...said) => (await client()).claim(...said),
      started: async (...said) => (await client()).started(...said),
      heartbeat: async (...said) => (await client()).heartbeat(...said),
      refused: async (...said) => (await client()).refused(...said),
      receipt: async (...said) => (await client()).receipt(...said),
      schema: async (...said) => (await client()).schema(...said),
      probed: async (...said) => (await client()).probed(...said),
    },
    queue: async (signal) => {
      const { database: db, environment: env } = inputs.target
      return askQueue(await server(), { db, env }, signal)
    },
    forget: () => {
      current = null
    },
  }
}
