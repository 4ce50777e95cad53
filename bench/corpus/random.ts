/** Choices that are the same for the same seed, on every machine. */
export type Random = {
  /** from 0 to 1, without 1 */
  next(): number
  /** from the first to the second, both possible */
  int(from: number, to: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  /** different ones, in the order of the list */
  some<T>(list: readonly T[], count: number): readonly T[]
  weighted<T>(list: readonly (readonly [weight: number, one: T])[]): T
}

/** Mulberry32: small, fast, and even enough to choose words with. */
export function random(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  const pick = <T>(list: readonly T[]) => {
    const one = list[int(0, list.length - 1)]
    if (one === undefined) throw new Error('there is nothing to pick from')
    return one
  }
  return {
    next,
    int,
    pick,
    chance: (probability) => next() < probability,
    some(list, count) {
      let wanted = Math.min(count, list.length)
      return list.filter((_, i) => {
        if (next() * (list.length - i) >= wanted) return false
        wanted--
        return true
      })
    },
    weighted(list) {
      let left = next() * list.reduce((sum, [weight]) => sum + weight, 0)
      for (const [weight, one] of list) {
        left -= weight
        if (left < 0) return one
      }
      return pick(list)[1]
    },
  }
}
