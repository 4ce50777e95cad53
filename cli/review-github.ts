import { annotationCommand, annotationOf } from '@dbward/rules/annotation'
import type { FileReview } from '@dbward/rules/review'
import type { Summary } from './review-run.ts'

/** Workflow commands, which GitHub Actions turns into annotations. */
export function asCommands(reviews: readonly FileReview[], { block, warn }: Summary): string {
  const commands = reviews.flatMap(({ path, findings }) =>
    findings.map((one) => annotationCommand(annotationOf(path, one))),
  )
  return [...commands, `dbward: ${block} blocking, ${warn} warnings`, ''].join('\n')
}
