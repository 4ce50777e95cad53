import { channel } from 'node:diagnostics_channel'

/** Where the server stands, in order. Tests listen and kill the process at each; nothing in production listens. */
export const steps = [
  'server.webhook-received',
  'server.webhook-stored',
  'server.snapshot-read',
  'server.judged',
  'server.reconcile-before',
  'server.reconcile-committed',
  'server.claim-before',
  'server.claim-committed',
  'server.started-committed',
  'server.receipt-before',
  'server.receipt-committed',
  'server.publish-before',
  'server.publish-done',
] as const
export type StepName = (typeof steps)[number]

const passing = channel('dbward:step')

export function passed(step: StepName): void {
  if (passing.hasSubscribers) passing.publish({ step })
}
