import { allowedAnnotation, annotationCommand, annotationOf } from '@dbward/rules/annotation'
import type { FileReview } from '@dbward/rules/review'
import { countedSeverities } from '@dbward/rules/wording'
import type { Summary } from './review-run.ts'

/** Workflow commands, which GitHub Actions turns into annotations; what comments allow is a notice. */
export function asCommands(reviews: readonly FileReview[], summary: Summary): string {
  const commands = reviews.flatMap(({ path, findings, allowed }) => [
    ...findings.map((one) => annotationOf(path, one)),
    ...allowed.map((one) => allowedAnnotation(path, one)),
  ])
  const through = summary.allowed === 0 ? '' : `; ${summary.allowed} allowed by comments`
  return [...commands.map(annotationCommand), `dbward: ${countedSeverities(summary)}${through}`, ''].join(
    '\n',
  )
}
