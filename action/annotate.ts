import { type Annotation, annotationOf } from '@dbward/rules/annotation'
import { plain } from '@dbward/rules/markdown'
import type { Note } from './report.ts'

/** GitHub shows so many of each level for a step. */
const most = 10

/**
 * The annotations that GitHub will show: what blocks first, each level up to its limit, and a notice that counts the
 * rest where there is one. `errors` are those that the step shows already.
 */
export function annotate(notes: readonly Note[], errors: number): readonly Annotation[] {
  const of = (severity: Note['severity'], room: number) =>
    notes.filter((one) => one.severity === severity).slice(0, Math.max(0, room))
  const shown = [...of('block', most - errors), ...of('warn', most)]
  const hidden = notes.filter((one) => !shown.includes(one))
  const [first] = hidden
  const annotations = shown.map(toAnnotation)
  if (first === undefined) return annotations
  const message = `${hidden.length} more findings are in the job's summary; GitHub shows ten of each level`
  return [...annotations, { ...toAnnotation(first), level: 'notice', title: 'dbward', message }]
}

function toAnnotation(note: Note): Annotation {
  const one = annotationOf(note.path, note)
  const where = note.targets.length === 0 ? '' : ` (${note.targets.join(', ')})`
  return {
    ...one,
    path: plain(one.path),
    title: plain(one.title).slice(0, 255),
    message: plain(`${one.message}${where}`).slice(0, 4_000),
  }
}
