/** The locks that PostgreSQL takes on a table, from the weakest: https://www.postgresql.org/docs/current/explicit-locking.html */
export const lockModes = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const
export type LockMode = (typeof lockModes)[number]

export function strongest(modes: readonly LockMode[]): LockMode | undefined {
  const at = Math.max(...modes.map((mode) => lockModes.indexOf(mode)))
  return lockModes[at]
}

/** Who waits while it is held: nobody, those who write, or everybody. */
export function keepsOut(mode: LockMode): 'nobody' | 'writers' | 'everybody' {
  if (mode === 'ACCESS EXCLUSIVE') return 'everybody'
  return lockModes.indexOf(mode) >= lockModes.indexOf('SHARE') ? 'writers' : 'nobody'
}
