import { refusalCodes } from '@dbward/protocol/errors'
import { Counter, Gauge, Registry } from 'prom-client'
import { agents } from './store/agents.ts'
import { auditHead } from './store/audit.ts'
import { backlog } from './store/backlog.ts'
import type { Store } from './store/open.ts'
import { oldestIn, requestsByState } from './store/requests.ts'

export type Metrics = {
  readonly read: () => Promise<{ readonly contentType: string; readonly text: string }>
  readonly claimed: (kind: 'execute' | 'probe' | 'none') => void
  readonly refused: (code: string) => void
  readonly delivered: (event: string) => void
}

/** Numbers for Prometheus. What the store knows is read when it is asked for; the others count since the start. */
export function createMetrics(store: Store, now: () => Date): Metrics {
  const registry = new Registry()
  const gauge = (name: string, help: string, labels: readonly string[], collect: (gauge: Gauge) => void) =>
    new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [registry],
      collect() {
        this.reset()
        collect(this)
      },
    })
  gauge('dbward_requests', 'Requests by state.', ['state'], (own) => {
    for (const { state, count } of requestsByState(store)) own.set({ state }, count)
  })
  gauge('dbward_queue_age_seconds', 'How long the oldest queued request has waited.', [], (own) => {
    const oldest = oldestIn(store, ['queued', 'ready'])
    own.set(oldest === null ? 0 : Math.max(0, (now().getTime() - Date.parse(oldest)) / 1_000))
  })
  gauge('dbward_dirty', 'Pull requests that are to be looked at.', [], (own) => own.set(backlog(store).dirty))
  gauge('dbward_surfaces_pending', 'Checks and comments that are not posted yet.', [], (own) =>
    own.set(backlog(store).surfaces),
  )
  gauge('dbward_deliveries_kept', 'Webhook deliveries that are remembered.', [], (own) =>
    own.set(backlog(store).deliveries),
  )
  gauge('dbward_audit_seq', 'The number of the last audit entry.', [], (own) => own.set(auditHead(store).seq))
  gauge('dbward_agent_seen_seconds', 'Unix time at which an agent last asked.', ['agent'], (own) => {
    for (const { id, seen_at, revoked_at } of agents(store)) {
      if (seen_at !== null && revoked_at === null) own.set({ agent: id }, Date.parse(seen_at) / 1_000)
    }
  })
  const claims = new Counter({
    name: 'dbward_claims_total',
    help: 'Claims of agents by what they were given.',
    labelNames: ['kind'],
    registers: [registry],
  })
  const refusals = new Counter({
    name: 'dbward_refusals_total',
    help: 'Refusals of agents by code.',
    labelNames: ['code'],
    registers: [registry],
  })
  const deliveries = new Counter({
    name: 'dbward_deliveries_total',
    help: 'Verified webhook deliveries by event.',
    labelNames: ['event'],
    registers: [registry],
  })
  return {
    read: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
    claimed: (kind) => claims.inc({ kind }),
    // A label for every word that an agent may think of would be without end.
    refused: (code) => refusals.inc({ code: refusalCodes.find((one) => one === code) ?? 'OTHER' }),
    delivered: (event) => deliveries.inc({ event }),
  }
}
