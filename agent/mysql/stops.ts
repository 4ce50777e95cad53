import { type Failure, failure, type Place } from '../failure.ts'

/** The SQL left its transaction, or undid a part of what guards it. What took effect cannot be told from here. */
export class Escaped extends Error {
  override readonly name = 'Escaped'
}

/** An earlier attempt left something that a person has to look at first. */
export class Torn extends Error {
  override readonly name = 'Torn'
}

/** The statement would change what no rollback undoes. It has not run. */
export class Unsafe extends Error {
  override readonly name = 'Unsafe'
}

/** The lock or the server is not ours any more, so that the rest is not ours to run. */
export class Displaced extends Error {
  override readonly name = 'Displaced'
}

/** What our own reasons to stop mean for the file at hand; null for every other error. */
export function stopOf(
  error: unknown,
  at: Place,
): { readonly end: 'failed' | 'unknown'; readonly failure: Failure } | null {
  if (error instanceof Escaped) return { end: 'unknown', failure: failure('escaped', error.message, at) }
  if (error instanceof Torn) return { end: 'unknown', failure: failure('effect', error.message, at) }
  if (error instanceof Unsafe) return { end: 'failed', failure: failure('effect', error.message, at) }
  if (error instanceof Displaced) return { end: 'failed', failure: failure('cancelled', error.message, at) }
  return null
}
