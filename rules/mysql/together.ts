import type { Work } from './work.ts'

/** The works of the commands of one ALTER TABLE, as they are where all of them happen at once. */
export function together(
  commands: readonly (readonly Work[])[],
  ignore: boolean,
): readonly (readonly Work[])[] {
  const all = new Set(commands.flat())
  const numbers = all.has('add-column-auto-increment')
  const keyed = all.has('add-primary-key') || numbers
  const alone = [...all].every((work) => work === 'add-column-virtual')
  // A column comes and goes at once only if nothing else takes longer: with an index the table is built anew.
  const anew = [...all].some((work) => columns.has(work)) && [...all].some((work) => indexes.has(work))
  return commands.map((works) => [
    ...works.flatMap((work): readonly Work[] => {
      if (work === 'add-column-virtual') return [alone ? work : 'add-column-virtual-among-others']
      // With a new primary key the table is built anew once, and that is told of the new one.
      if (work === 'drop-primary-key' && keyed) return []
      if (work === 'add-primary-key')
        return numbers ? [] : [all.has('drop-primary-key') ? 'replace-primary-key' : work]
      return ignore && work === 'add-index' ? [work, 'ignore-duplicates'] : [work]
    }),
    ...(anew && works.some((work) => indexes.has(work)) ? (['rebuild'] as const) : []),
  ])
}

const columns = new Set<Work>(['add-column', 'add-column-inside', 'add-column-checked', 'drop-column'])
const indexes = new Set<Work>([
  ...(['add-index', 'add-fulltext-index', 'add-spatial-index', 'add-vector-index'] as const),
])
