/** The databases whose SQL can be reviewed. */
export const engines = ['postgres', 'mysql', 'mariadb'] as const
export type Engine = (typeof engines)[number]

/** Throws for an engine that nothing here reads: SQL that nobody read is not reviewed. */
export function requireEngine(engine: string): asserts engine is Engine {
  if (!engines.some((one) => one === engine)) {
    throw new Error(`expected an engine out of ${engines.join(', ')}, got ${JSON.stringify(engine)}`)
  }
}

/** "16" -> 16.0.0, "8.4" -> 8.4.0, "10.11.6" -> 10.11.6 */
export type Version = { readonly major: number; readonly minor: number; readonly patch?: number }

/** Undefined where none was given; throws for what is no version, as a typo must not pass for an old server. */
export function versionOf(version: string | undefined): Version | undefined {
  if (version === undefined) return
  const [, major, minor, patch] =
    /^(\d{1,3})(?:\.(\d{1,3}))?(?:\.(\d{1,3}))?(?:\.\d{1,3})*$/.exec(version) ?? []
  if (major === undefined) {
    throw new Error(`expected a server version such as "16" or "16.3", got ${JSON.stringify(version)}`)
  }
  return { major: Number(major), minor: Number(minor ?? 0), patch: Number(patch ?? 0) }
}

/** Whether a server is surely of this version or a later one. */
export function isSince(version: Version | undefined, major: number, minor = 0, patch = 0): boolean {
  if (version === undefined) return false
  const parts = [version.major - major, version.minor - minor, (version.patch ?? 0) - patch]
  return (parts.find((part) => part !== 0) ?? 0) >= 0
}
