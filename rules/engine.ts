/** The databases whose SQL can be reviewed. */
export const engines = ['postgres', 'mysql', 'mariadb'] as const
export type Engine = (typeof engines)[number]

/** Throws for an engine that nothing here reads: SQL that nobody read is not reviewed. */
export function requireEngine(engine: string): asserts engine is Engine {
  if (!engines.some((one) => one === engine)) {
    throw new Error(`expected an engine out of ${engines.join(', ')}, got ${JSON.stringify(engine)}`)
  }
}

/**
 * The major version of a server ("16", "16.3", "8.4", "10.11" -> 16, 16, 8, 10), or undefined where none was given.
 */
export function majorVersion(version: string | undefined): number | undefined {
  if (version === undefined) return
  const major = /^(\d{1,3})(\.\d{1,3})*$/.exec(version)?.[1]
  if (major === undefined) {
    throw new Error(`expected a server version such as "16" or "16.3", got ${JSON.stringify(version)}`)
  }
  return Number(major)
}
