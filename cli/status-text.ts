import type { RequestStatus, StatusAnswer } from '@dbward/protocol/status'
import { printable } from './files.ts'

/** The states that say no, or that somebody has to look into; a state that is not known is one of them. */
const good = ['applied', 'already_applied', 'resolved_manually', 'superseded', 'closed']
const waiting = [
  ...['discovered', 'reviewing', 'awaiting_approval', 'approved', 'queued', 'ready'],
  ...['leased', 'running', 'cancelling'],
]

/** 0 where nothing is open, 1 where something is refused, failed or unknown, 2 where it only waits or runs. */
export function statusExitCode({ requests, more }: StatusAnswer): number {
  const states = requests.map((one) => one.state)
  if (states.some((one) => !good.includes(one) && !waiting.includes(one))) return 1
  return states.some((one) => waiting.includes(one)) || more > 0 ? 2 : 0
}

export function statusText({ at, requests, more, queues, agents }: StatusAnswer): string {
  const lines = [
    `as of ${at}`,
    ...section('requests', requests.flatMap(requestLines), 'none'),
    ...(more === 0 ? [] : [`  and ${more} more`]),
    ...section(
      'queues',
      queues.map(({ repo, target, requests: ids }) => `  ${target} of ${repo}: ${ids.join(', then ')}`),
      'empty',
    ),
    ...section('agents', agents.map(agentLine), 'none is configured'),
  ]
  return `${lines.map(printable).join('\n')}\n`
}

function section(title: string, lines: readonly string[], otherwise: string): readonly string[] {
  return lines.length === 0 ? [`${title}: ${otherwise}`] : [`${title}:`, ...lines]
}

function requestLines(one: RequestStatus): readonly string[] {
  const why = one.reason === '' ? '' : `: ${one.reason}`
  const { attempt, waits_for: before, queue_ahead: ahead } = one
  return [
    `  ${one.id}  ${one.state.replaceAll('_', ' ')}${why}`,
    ...(one.next === '' ? [] : [`    next: ${one.next}`]),
    ...(attempt === null ? [] : [`    attempt ${attempt.n} by ${attempt.agent} since ${attempt.since}`]),
    ...(before === null
      ? []
      : [
          `    waits for ${before.id} (${before.state.replaceAll('_', ' ')}${before.reason === '' ? '' : `: ${before.reason}`}), ${ahead} ahead`,
        ]),
  ]
}

function agentLine({ id, databases, job, seen, online }: StatusAnswer['agents'][number]): string {
  if (job)
    return `  ${id} (${databases.join(', ')}): a job of GitHub Actions, last heard of ${seen ?? 'never'}`
  const heard = seen === null ? 'never heard of' : online ? 'online' : `not heard of since ${seen}`
  return `  ${id} (${databases.join(', ')}): ${heard}`
}
