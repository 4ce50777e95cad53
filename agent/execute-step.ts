import { channel } from 'node:diagnostics_channel'

/** Where an execution stands, in order. Tests listen and kill the process at each; nothing in production listens. */
export type StepName =
  | 'agent.claimed'
  | 'agent.claimed'
  | 'agent.token-verified'
  | 'agent.evidence'
  | 'agent.connected'
  | 'agent.locked'
  | 'agent.attempt-recorded'
  | 'agent.ledger-open'
  | 'agent.started'
  | 'agent.intent'
  | 'agent.statement-done'
  | 'agent.before-commit'
  | 'agent.after-commit'
  | 'agent.read-back'
  | 'agent.executed'
  | 'agent.spooled'
  | 'agent.reported'
  | 'agent.reported'

const steps = channel('dbward:step')

export function passed(step: StepName): void {
  if (steps.hasSubscribers) steps.publish({ step })
}
