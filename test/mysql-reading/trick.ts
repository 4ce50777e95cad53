import type { Way } from './world.ts'

/**
 * A text that a wrong reader takes for another one. `happens` is what MariaDB 10.11 did with it: dropped the table x,
 * its column b, emptied it, or none of these. `ours` is what the review makes of it: it sees what happens, it blocks the file
 * as not understood, or says nothing, which is right only where nothing happens.
 */
export type Trick = {
  readonly sql: string
  readonly happens: 'table' | 'column' | 'rows' | 'nothing'
  readonly ours: 'seen' | 'blocked' | 'silent'
  readonly way?: Way
}
