/**
 * A text by which an author could get something past a reviewer. `happens` is what a real server did with it, as the
 * world around it looks different afterwards; `reports` are all the rules that speak up, by their names, in order.
 */
export type Trick = {
  readonly sql: string | Uint8Array
  readonly reports: string
} & (Run | Read)

type Run = {
  /** SQL of an earlier migration, which this one has behind it */
  readonly given?: string
  /** an expression whose value in the same session is a part of what happens */
  readonly shows?: string
  /** it goes through the client `mariadb`, which splits it by rules of its own */
  readonly by?: 'client'
  readonly happens: string
}

/** No server runs it here, for the reason given. */
type Read = { readonly read: string }

export type Tricks = Readonly<Record<string, Trick>>

// Reasons that stand at many tricks.
export const client = 'a client would run it, and no server'
export const outside = 'it would reach the machine around the server'
export const tooMuch = 'it would keep the server busy and nothing else'
