/**
 * The steps at which a run of the whole suite kills: two of four. `npm run bar:kills` takes them all.
 */
export function inSuite<T>(all: readonly T[]): readonly T[] {
  if (process.env.DBWARD_KILLS === 'all') return all
  return all.filter((_, i) => i % 4 < 2)
}
