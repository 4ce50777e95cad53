import type { TrustBundle } from '@dbward/protocol/bundle'
import type { LocalSigner } from '@dbward/protocol/keys'
import { schemaContent, signSchema } from '@dbward/protocol/schema'
import type { ServerClient } from './client.ts'
import { ServerRefused } from './client.ts'
import type { DatabaseTarget } from './config.ts'
import { fitSchema, type SeenSchema } from './schema-fit.ts'
import { OtherEngine, seeMysql } from './schema-mysql.ts'
import { seePostgres } from './schema-postgres.ts'

export type SchemaDeps = {
  readonly id: string
  readonly signer: LocalSigner
  readonly client: Pick<ServerClient, 'schema'>
  readonly targets: ReadonlyMap<DatabaseTarget, string>
  readonly trust: () => TrustBundle
  readonly minutes: number
  readonly now: () => number
  readonly log: (level: 'info' | 'warn' | 'error', fields: object, message: string) => void
}

/** What the loop says to whoever looks at the databases: work begins, and work has ended. */
export type SchemaTurns = {
  hold(): void
  release(): void
  stop(): Promise<void>
}

/** After a failure; from there on twice as long each time, up to the usual time. */
const firstRetryMs = 60_000

/**
 * Tells the server what each database looks like: at the start, after each execution where something has changed, and
 * every `minutes` in any case. It runs beside the work and never in its way: what is being looked at when work comes in
 * is cut off, and a failure is a line in the log.
 */
export function startSchemas(deps: SchemaDeps): SchemaTurns {
  const stopped = new AbortController()
  const sent = new Map<string, { readonly content: string; readonly at: number }>()
  let current = new AbortController()
  let working = 0
  let failures = 0
  let wake = () => {}

  const running = (async () => {
    while (!stopped.signal.aborted) {
      const pauseMs = working > 0 ? null : await turn()
      if (stopped.signal.aborted) break
      await new Promise<void>((resolve) => {
        const timer = pauseMs === null ? undefined : setTimeout(resolve, pauseMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
        if (stopped.signal.aborted || (pauseMs === null && working === 0)) wake()
      })
    }
  })()

  /** How long to wait for the next one; null where work has come in between. */
  async function turn(): Promise<number | null> {
    current = new AbortController()
    let failed = false
    for (const [name, target, url] of distinct(deps.targets)) {
      if (current.signal.aborted) return null
      try {
        await tell(deps, target, url, current.signal, sent, name)
      } catch (error) {
        if (current.signal.aborted) return null
        failed = true
        deps.log(
          'warn',
          { database: name, why: reason(error) },
          'the schema could not be told and is tried again',
        )
      }
    }
    failures = failed ? failures + 1 : 0
    const usual = deps.minutes * 60_000
    return failed ? Math.min(usual, firstRetryMs * 2 ** (failures - 1)) : usual
  }

  return {
    hold() {
      working++
      current.abort()
    },
    release() {
      working--
      wake()
    },
    async stop() {
      stopped.abort()
      current.abort()
      wake()
      await running
    },
  }
}

/** Two repositories may share a database and environment; it is one database to the server. */
function distinct(targets: SchemaDeps['targets']): readonly (readonly [string, DatabaseTarget, string])[] {
  const all = [...targets].map(([one, url]) => [`${one.database}@${one.environment}`, one, url] as const)
  return [...new Map(all.map((one) => [one[0], one])).values()]
}

async function tell(
  deps: SchemaDeps,
  target: DatabaseTarget,
  url: string,
  stop: AbortSignal,
  sent: Map<string, { readonly content: string; readonly at: number }>,
  name: string,
): Promise<void> {
  const aud = serverOf(deps.trust())
  const taken = deps.now()
  const schema = { db: target.database, env: target.environment, ...fitSchema(await see(target, url, stop)) }
  const content = schemaContent(schema)
  const before = sent.get(name)
  const fresh = before !== undefined && taken - before.at < deps.minutes * 60_000 * 0.9
  if (fresh && before.content === content) return
  stop.throwIfAborted()
  const statement = await signSchema({ ...schema, aud, agent: deps.id, taken }, deps.signer)
  await deps.client.schema(statement, stop)
  sent.set(name, { content, at: taken })
  const { truncated, tables } = schema
  deps.log('info', { database: name, tables: tables.length, truncated }, 'schema told')
}

function see(target: DatabaseTarget, url: string, stop: AbortSignal): Promise<SeenSchema> {
  return target.engine === 'postgres' ? seePostgres(url, stop) : seeMysql(url, target.engine, stop)
}

/** The bundle says which server this agent works for; nothing else here is asked, least of all the server. */
function serverOf({ keys }: TrustBundle): string {
  const [id, other] = new Set(keys.filter((one) => one.role === 'exec').map((one) => one.id))
  if (id !== undefined && other === undefined) return id
  throw new ManyServers('expected a trust bundle with the exec keys of one server')
}

class ManyServers extends Error {
  override readonly name = 'ManyServers'
}

/** Codes only: what a database or a server says in words may quote what no log should have. */
function reason(error: unknown): string {
  if (error instanceof ServerRefused) return `the server refused it (${error.code.slice(0, 40)})`
  if (error instanceof ManyServers || error instanceof OtherEngine) return error.message
  const code = (error as { readonly code?: unknown } | null)?.code
  if (typeof code === 'string' && /^[A-Z0-9_]{2,40}$/.test(code)) return code
  return error instanceof Error ? error.name : 'unknown'
}
