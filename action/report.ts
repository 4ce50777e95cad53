import type { Allowed, Finding } from '@dbward/rules/review'

/** What a review found, for the annotations, the summary and the SARIF file alike. */
export type Report = {
  readonly base: string
  readonly head: string
  readonly policyPath: string
  /** Of the base: whether there is one, and whether it can be read. */
  readonly policy: 'read' | 'none' | 'broken'
  /** What the change does to the policy's file. It is judged under the policy of the base all the same. */
  readonly policyChange: 'none' | 'added' | 'modified' | 'deleted'
  readonly files: readonly ReportFile[]
  /** What blocks first, then by file and line. */
  readonly notes: readonly Note[]
  /** What comments in the SQL let through, for those who approve to accept. */
  readonly allowed: readonly AllowedNote[]
  /** Why a part of it could not be judged, a sentence each. */
  readonly failures: readonly string[]
}

export type ReportFile = {
  readonly path: string
  readonly database: string | null
  readonly status: 'added' | 'modified' | 'deleted'
  /** Null where it was not reviewed. */
  readonly statements: number | null
}

/** A finding at its strictest, and the targets (`app@production`) for which it is so. */
export type Note = Finding & { readonly path: string; readonly targets: readonly string[] }

export type AllowedNote = Allowed & { readonly path: string; readonly targets: readonly string[] }

export type Counts = { readonly block: number; readonly warn: number; readonly note: number }

export function countsOf({ notes }: Pick<Report, 'notes'>): Counts {
  const of = (severity: Note['severity']) => notes.filter((one) => one.severity === severity).length
  return { block: of('block'), warn: of('warn'), note: of('note') }
}

export function sortNotes(notes: readonly Note[]): readonly Note[] {
  const rank = (one: Note) => severities.indexOf(one.severity)
  const name = (a: Note, b: Note) => (a.path === b.path ? 0 : a.path < b.path ? -1 : 1)
  return [...notes].sort((a, b) => rank(a) - rank(b) || name(a, b) || a.line - b.line || a.column - b.column)
}

const severities: readonly Note['severity'][] = ['block', 'warn', 'note']

/** A note about a file as a whole. */
export function aboutFile(path: string, rule: string, severity: Note['severity'], message: string): Note {
  const place = { line: 1, column: 1, end_line: 1, end_column: 1 }
  return { path, rule, severity, ...place, message, instead: '', targets: [] }
}
