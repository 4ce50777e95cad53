import { type Annotation, allowedAnnotation, annotationOf } from '@dbward/rules/annotation'
import { plain } from '@dbward/rules/markdown'
import type { AllowedNote, Note } from './report.ts'

/** GitHub shows so many of each level for a step. */
const most = 10

/**
 * The annotations that GitHub will show: what blocks first, each level up to its limit, what comments allow as notices,
 * and a notice that counts the rest where there is one. `errors` are those that the step shows already.
 */
export function annotate(
  notes: readonly Note[],
  allowed: readonly AllowedNote[],
  errors: number,
): readonly Annotation[] {
  const of = (severity: Note['severity'], room: number) =>
    notes.filter((one) => one.severity === severity).slice(0, Math.max(0, room))
  const through = allowed.slice(0, most - 1)
  const shown = [...of('block', most - errors), ...of('warn', most), ...of('note', most - 1 - through.length)]
  const hidden = notes.filter((one) => !shown.includes(one))
  const [first] = hidden
  const annotations = [...shown.map(toAnnotation), ...through.map(toNotice)]
  const rest = hidden.length + allowed.length - through.length
  const at = first === undefined ? allowed.slice(through.length).map(toNotice)[0] : toAnnotation(first)
  if (at === undefined) return annotations
  const message = `${rest} more findings are in the job's summary; GitHub shows ten of each level`
  return [...annotations, { ...at, level: 'notice', title: 'dbward', message }]
}

function toNotice(one: AllowedNote): Annotation {
  return safe(allowedAnnotation(one.path, one), one.targets)
}

function toAnnotation(note: Note): Annotation {
  return safe(annotationOf(note.path, note), note.targets)
}

function safe(one: Annotation, targets: readonly string[]): Annotation {
  const where = targets.length === 0 ? '' : ` (${targets.join(', ')})`
  return {
    ...one,
    path: plain(one.path),
    title: plain(one.title).slice(0, 255),
    message: plain(`${one.message}${where}`).slice(0, 4_000),
  }
}
