import { channel } from 'node:diagnostics_channel'

/** Where the server stands, in order. Tests listen and kill the process at each; nothing in production listens. */
export type StepName =
  | 'server.webhook-received'
  | 'server.webhook-stored'
  | 'server.snapshot-read'
  | 'server.judged'
  | 'server.reconcile-before'
  | 'server.reconcile-committed'
  | 'server.claim-before'
  | 'server.claim-committed'
  | 'server.started-committed'
  | 'server.receipt-before'
  | 'server.receipt-committed'
  | 'server.publish-before'
  | 'server.publish-done'

const steps = channel('dbward:step')

export function passed(step: StepName): void {
  if (steps.hasSubscribers) steps.publish({ step })
}
