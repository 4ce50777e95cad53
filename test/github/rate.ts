import { ApiError } from './api.ts'

export type Rate = {
  readonly limit: number
  readonly used: number
  readonly remaining: number
  readonly reset: number
}

export type Rates = {
  /** How an actor stands, without a request being counted. */
  standing(actor: string): Rate
  /** Counts one request, and throws where none is left. */
  take(actor: string): void
}

const HOUR_SECONDS = 3600

/** The primary limit: so many requests an hour for each actor. https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
export function createRates(now: () => Date, limit: number): Rates {
  const windows = new Map<string, { used: number; readonly reset: number }>()

  const windowOf = (actor: string) => {
    const seconds = Math.floor(now().getTime() / 1000)
    const known = windows.get(actor)
    if (known && known.reset > seconds) return known
    const fresh = { used: 0, reset: seconds + HOUR_SECONDS }
    windows.set(actor, fresh)
    return fresh
  }
  const standing = (actor: string): Rate => {
    const { used, reset } = windowOf(actor)
    return { limit, used, remaining: limit - used, reset }
  }

  return {
    standing,
    take(actor) {
      if (standing(actor).remaining <= 0) throw new ApiError(403, `API rate limit exceeded for ${actor}.`)
      windowOf(actor).used++
    },
  }
}
