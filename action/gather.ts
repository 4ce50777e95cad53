import type { Severity } from '@dbward/rules/rule'

type Gathered = { readonly severity: Exclude<Severity, 'off'>; readonly targets: readonly string[] }

const weights = { block: 2, warn: 1, note: 0 } as const

/** The same finding of several environments is one, at its strictest and with the targets where it is so. */
export function gathering<T extends Gathered>() {
  const found = new Map<string, T>()
  return {
    all: (): readonly T[] => [...found.values()],
    /** All that was found for some targets; what is there twice stays there twice. */
    add(all: readonly T[]): void {
      const seen = new Map<string, number>()
      for (const one of all) {
        const { severity, targets, ...rest } = one
        const alike = JSON.stringify(rest, (key, value) => (key === 'severity' ? undefined : value))
        const nth = seen.get(alike) ?? 0
        seen.set(alike, nth + 1)
        const key = `${nth} ${alike}`
        const before = found.get(key)
        const more = before === undefined ? 1 : weights[severity] - weights[before.severity]
        if (more > 0) found.set(key, one)
        else if (before !== undefined && more === 0)
          found.set(key, { ...before, targets: [...before.targets, ...targets] })
      }
    },
  }
}
