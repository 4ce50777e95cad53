import { destination, type Logger, pino } from 'pino'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/**
 * JSON lines on standard output. Of an error come its name, message, code and status: never its other members, which
 * may hold a webhook's payload or a request with its credential.
 */
export function createLog(level: LogLevel): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: brief, error: brief },
    },
    destination({ fd: 1, sync: true }),
  )
}

type Brief = {
  readonly name: string
  readonly message: string
  readonly code?: string
  readonly status?: number
  readonly at?: string
  readonly causes: readonly Brief[]
}

function brief(error: unknown): Brief | string {
  if (!(error instanceof Error)) return clean(String(error))
  const { code, status } = error as { code?: unknown; status?: unknown }
  const at = error.stack?.split('\n')[1]?.trim()
  const causes =
    error instanceof AggregateError ? error.errors : error.cause === undefined ? [] : [error.cause]
  return {
    name: error.name,
    message: clean(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    ...(at === undefined ? {} : { at }),
    causes: causes.slice(0, 5).flatMap((one: unknown) => {
      const inner = brief(one)
      return typeof inner === 'string' ? [] : [inner]
    }),
  }
}

/** An address may carry a password, and a message a token. */
function clean(message: string): string {
  return message
    .replace(/\/\/[^@/\s]*@/g, '//***@')
    .replace(/\b(?:gh[a-z]_|github_pat_|dba_)[\w.-]+/g, '***')
    .slice(0, 1_000)
}
