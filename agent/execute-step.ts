import { channel } from 'node:diagnostics_channel'

/** Where an execution stands, in order. Tests listen and kill the process at each; nothing in production listens. */
export const steps = [
  'agent.claimed',
  'agent.token-verified',
  'agent.evidence',
  'agent.connected',
  'agent.locked',
  'agent.attempt-recorded',
  'agent.ledger-open',
  'agent.started',
  'agent.intent',
  'agent.statement-done',
  'agent.before-commit',
  'agent.after-commit',
  'agent.read-back',
  'agent.executed',
  'agent.spooled',
  'agent.delivered',
  'agent.reported',
] as const
/** Where the progress of a statement is written down on MySQL and MariaDB, besides the steps above. */
export const progressSteps = ['agent.before-progress', 'agent.progress'] as const
export type StepName = (typeof steps)[number] | (typeof progressSteps)[number]

const passing = channel('dbward:step')

export function passed(step: StepName): void {
  if (passing.hasSubscribers) passing.publish({ step })
}
