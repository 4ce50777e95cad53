import type { Engine } from './engine.ts'
import type { FileContext } from './file-context.ts'
import type { Statement } from './statement.ts'

/** `note`: worth a reader's thought, and counted nowhere: neither in the risk nor by `--fail-on`. */
export type Severity = 'block' | 'warn' | 'note' | 'off'

/** One thing that the review looks for, with the words that explain it: they are the docs page too. */
export type Rule = {
  readonly id: string
  readonly engines: readonly Engine[]
  readonly severity: Severity
  /** no policy can lower it: without it the review or the execution of the file would mean nothing */
  readonly fixed?: true
  /** what it is about, a phrase */
  readonly title: string
  readonly why: string
  readonly instead: string
  /** a file that this rule reports */
  readonly bad: string
  /** the same wish, written so that no rule of the catalogue says a word */
  readonly good: string
  /** what is said otherwise of MySQL and MariaDB */
  readonly mysql?: Partial<Texts>
  /** The message of a finding, or nothing. Names of the author's are in it, literals never. */
  check(statement: Statement, file: FileContext): string | Report | undefined
}

type Texts = Pick<Rule, 'why' | 'instead' | 'bad' | 'good'>

/** The words of a rule for one engine. */
export function textsFor(rule: Rule, engine: Engine): Texts {
  const { why, instead, bad, good, mysql } = rule
  return { why, instead, bad, good, ...(engine === 'postgres' ? {} : mysql) }
}

/** A finding that says what to do instead in words of its own. */
export type Report = { readonly message: string; readonly instead: string }
