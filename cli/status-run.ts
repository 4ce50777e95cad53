import { ConfigError } from '@dbward/protocol/errors'
import { askStatus, statusPlace } from './server-status.ts'
import { statusExitCode, statusText } from './status-text.ts'
import { type Exit, toJson, UsageError, type World } from './world.ts'

export type StatusOptions = {
  readonly server?: string
  readonly pr?: string
  readonly request?: string
  readonly watch?: true
  readonly json?: true
}

const pauseMs = 2_000
/** Home, and everything behind it away: what was there before stays in the terminal's history. */
const redraw = '\u001b[H\u001b[J'

/** How things stand; with `--watch` again and again, until what was asked for has ended or somebody stops it. */
export async function showStatus(options: StatusOptions, world: World): Exit {
  const { pr, request, watch, json } = options
  if (pr !== undefined && request !== undefined) throw new UsageError('expected --pr or --request, got both')
  if (pr !== undefined && !/^[1-9]\d{0,8}$/.test(pr)) throw new UsageError('--pr: expected a number')
  if (watch && (json || !world.terminal))
    throw new UsageError('--watch draws on a terminal; leave it out elsewhere')
  const place = statusPlace(options.server, world)
  if (place === null) {
    throw new ConfigError([
      'DBWARD_SERVER_URL and DBWARD_STATUS_TOKEN are missing: set them to the address of the server and to an operator token of it',
    ])
  }
  for (;;) {
    const answer = await askStatus(place, { pr, request })
    if ((pr ?? request) !== undefined && answer.requests.length === 0) {
      throw new UsageError(
        `the server knows no request of ${pr === undefined ? 'that id' : `pull request ${pr}`}`,
      )
    }
    world.out(json ? toJson(answer) : `${watch ? redraw : ''}${statusText(answer)}`)
    const over = (pr ?? request) !== undefined && answer.requests.every((one) => one.ended)
    if (!watch || over) return statusExitCode(answer)
    await world.sleep(pauseMs)
  }
}
