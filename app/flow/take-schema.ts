import type { TrustBundle } from '@dbward/protocol/bundle'
import type { Envelope } from '@dbward/protocol/dsse'
import { Refusal } from '@dbward/protocol/errors'
import { openSchema, type VerifiedSchema } from '@dbward/protocol/schema'
import { commit } from '../store/commit.ts'
import { schemaSeen } from '../store/doorbell.ts'
import type { Store } from '../store/open.ts'
import { requestsFor } from '../store/requests.ts'
import type { AgentRow, AuditInput, DirtyInput, SchemaRow } from '../store/rows.ts'
import { keptSchemas, schemaVersions } from '../store/schemas.ts'
import type { State } from './next.ts'
import { targetsOf } from './queue.ts'

export type TakeSchemaDeps = {
  readonly store: Store
  readonly now: () => Date
  readonly iss: string
  /** The public keys of the configured agents. */
  readonly agentKeys: TrustBundle
}

type Sender = Pick<AgentRow, 'id' | 'databases'>

const skewMs = 30_000
/** An age that differs by less is not worth a write. */
const restMs = 10_000
const hourMs = 3_600_000
/** From this age on a snapshot is said to be old. */
export const oldMs = 24 * hourMs

/**
 * Takes an agent's signed word for what one of its databases looks like. A new content is a new version, with its audit
 * entry; the same content again only says that it is so still. `too_soon`: as many versions as are kept came within
 * this hour, so that no agent fills the log.
 */
export function takeSchema(
  { store, now, iss, agentKeys }: TakeSchemaDeps,
  agent: Sender,
  envelope: Envelope,
): 'kept' | 'same' | 'too_soon' {
  const at = now()
  const verified = openSchema(envelope, { bundle: agentKeys, now: at.getTime() / 1_000, aud: iss })
  const { schema, content } = verified
  checkSender(agent, verified)
  const versions = schemaVersions(store, schema.db, schema.env)
  const [last] = versions
  checkTime(verified, at, last)
  const row = {
    ...{ db: schema.db, env: schema.env, agent: agent.id, envelope },
    taken: new Date(schema.taken).toISOString(),
    content_sha256: content,
  }
  if (last?.content_sha256 === content) {
    if (schema.taken - Date.parse(last.taken) >= restMs) schemaSeen(store, { ...row, n: last.n })
    return 'same'
  }
  const oldest = versions[keptSchemas - 1]
  if (oldest !== undefined && at.getTime() - Date.parse(oldest.received_at) < hourMs) return 'too_soon'
  const n = (last?.n ?? 0) + 1
  commit(store, at, {
    audit: [kept(verified, n)],
    schemas: [{ ...row, n }],
    dirty: wasUseless(last, at) ? waiting(store, row) : [],
  })
  return 'kept'
}

function checkSender(agent: Sender, { schema }: VerifiedSchema): void {
  if (schema.agent !== agent.id) {
    throw refused(`expected a schema by the agent ${agent.id}, got one by ${schema.agent}`)
  }
  const serves = targetsOf(agent.databases).some((one) => one.db === schema.db && one.env === schema.env)
  if (serves) return
  const message = `the agent ${agent.id} does not serve ${schema.db} in ${schema.env}`
  throw new Refusal('NOT_ALLOWED_HERE', message)
}

function checkTime({ schema }: VerifiedSchema, now: Date, last: SchemaRow | undefined): void {
  const ahead = schema.taken - now.getTime()
  if (ahead > skewMs) throw refused(`expected a schema that was taken by now, got one from ${ahead} ms ahead`)
  if (last !== undefined && schema.taken <= Date.parse(last.taken)) {
    throw refused(`expected a schema that was taken after ${last.taken}, got an older one`)
  }
}

function kept({ schema, content, sha256 }: VerifiedSchema, n: number): AuditInput {
  return {
    type: 'schema.kept',
    actor: { kind: 'agent', id: schema.agent },
    subject: { db: schema.db, env: schema.env },
    outcome: 'kept',
    data: {
      n,
      content_sha256: content,
      statement_sha256: sha256,
      tables: schema.tables.length,
      truncated: schema.truncated,
    },
  }
}

/** Open changes are looked at every hour anyway; only what they could say nothing of before is worth a look at once. */
function wasUseless(last: SchemaRow | undefined, now: Date): boolean {
  return last === undefined || now.getTime() - Date.parse(last.taken) > oldMs
}

const open: readonly State[] = ['discovered', 'reviewing', 'blocked', 'awaiting_approval', 'approved']

function waiting(
  store: Store,
  { db, env }: { readonly db: string; readonly env: string },
): readonly DirtyInput[] {
  const changes = requestsFor(store, db, env, open).map(({ repo_id, repo, pr }) => ({ repo_id, repo, pr }))
  const distinct = new Map(changes.map((one) => [`${one.repo_id}#${one.pr}`, one]))
  return [...distinct.values()].slice(0, 100)
}

function refused(message: string): Refusal {
  return new Refusal('SCHEMA_INVALID', `schema.v1: ${message}`)
}
