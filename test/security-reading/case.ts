import { review } from '@dbward/rules/review'

/**
 * A migration that opens, switches off or reaches something, and what shows that it did: what somebody gets to see, or is
 * refused, before it and after it.
 */
export type Case = {
  readonly sql: string
  /** the rule that reports it; undefined where nothing is opened, and the review rightly says nothing */
  readonly rule: string | undefined
  /** who looks, after the migration; each statement on the same connection, and what the last one gives counts */
  readonly as: string
  readonly looks: readonly string[]
  readonly before: string
  readonly after: string
  /** what is there besides the world */
  readonly given?: string
  /** it is looked at in the session that ran the migration */
  readonly sameSession?: true
}

export const refused = 'refused'

/** The rules that report a text, and all that they say. */
export async function reported(sql: string, engine: 'postgres' | 'mysql' | 'mariadb') {
  const bytes = new TextEncoder().encode(sql)
  const [reviewed] = await review([{ path: 'db/migrate/1_x.sql', bytes }], { engine })
  const findings = reviewed?.findings ?? []
  return {
    rules: findings.map(({ rule }) => rule),
    said: findings.map(({ message, instead }) => `${message} ${instead}`).join('\n'),
  }
}

export function first(row: Readonly<Record<string, unknown>> | undefined): string {
  return String(Object.values(row ?? { none: 'nothing' })[0])
}
