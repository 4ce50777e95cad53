import { readFileSync } from 'node:fs'

/** How often each rule was said of a corpus, and of how many of its files. */
export type Said = {
  readonly files: number
  readonly findings: number
  readonly silent: number
  readonly rules: readonly { readonly rule: string; readonly findings: number; readonly files: number }[]
}

/** Counts what a program wrote: ours and squawk's are both a list of findings with their file. */
export function count(output: string, files: number): Said {
  const all = JSON.parse(readFileSync(output, 'utf8')) as readonly {
    readonly file: string
    readonly rule?: string
    readonly rule_name?: string
  }[]
  const by = Map.groupBy(all, ({ rule, rule_name }) => rule ?? rule_name ?? '')
  const rules = [...by].map(([rule, found]) => ({
    ...{ rule, findings: found.length },
    files: new Set(found.map(({ file }) => file)).size,
  }))
  return {
    files,
    findings: all.length,
    silent: files - new Set(all.map(({ file }) => file)).size,
    rules: rules.sort((one, other) => other.files - one.files || (one.rule < other.rule ? -1 : 1)),
  }
}
