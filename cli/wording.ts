import type { Exit } from './world.ts'

/** Wraps what a command does, so that its exit code reaches the process. */
export type Ends = <A extends readonly unknown[]>(
  command: (...args: A) => Exit,
) => (...args: A) => Promise<void>

export function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}\n`).join('')}`
}

/** For an option that may be given more than once; one that took several values would take the file behind it too. */
export function repeated(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value]
}

/** For an option with a list in one value. */
export function listed(value: string): readonly string[] {
  return value
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
}
