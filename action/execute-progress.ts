import type { QueueAnswer } from '@dbward/protocol/messages'
import { oneLine } from './escape.ts'
import type { ActionWorld } from './world.ts'

const everyMs = 60_000

/** Says how it stands when that changes, and once a minute where it does not. */
export function createProgress(world: ActionWorld, target: string): (answer: QueueAnswer) => void {
  let said = ''
  let at = Number.NEGATIVE_INFINITY
  return (answer) => {
    const lines = describe(answer, target)
    const now = world.monotonic()
    if (lines.join('\n') === said && now - at < everyMs) return
    said = lines.join('\n')
    at = now
    for (const line of lines) world.say(line)
  }
}

function describe({ seen, requests }: QueueAnswer, target: string): readonly string[] {
  if (!seen) return [`${target}: the server has not seen a pull request yet whose merge is this commit`]
  if (requests.length === 0) return [`${target}: this merge has nothing for it`]
  return requests.map(({ pr, state, place, why, who }) => {
    const where = place === null ? '' : `, place ${place} of its queue`
    return oneLine(`${target} #${pr}: ${state}${where}. ${why} ${who ?? ''}`, 700)
  })
}
