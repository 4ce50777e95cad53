import type { FileReview, Finding } from '@dbward/rules/review'
import type { Summary } from './review-run.ts'

/**
 * Workflow commands, which GitHub Actions turns into annotations. Their escaping is not in GitHub's documentation but
 * in its toolkit: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
 */
export function asCommands(reviews: readonly FileReview[], { block, warn }: Summary): string {
  const commands = reviews.flatMap(({ path, findings }) => findings.map((one) => command(path, one)))
  return [...commands, `dbward: ${block} blocking, ${warn} warnings`, ''].join('\n')
}

function command(path: string, finding: Finding): string {
  const { severity, rule, line, end_line, column, end_column, message, instead } = finding
  // GitHub takes columns only where the finding is on one line.
  const columns = line === end_line ? { col: column, endColumn: end_column } : {}
  const properties = { file: path, line, endLine: end_line, ...columns, title: rule }
  const written = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`)
  return `::${severity === 'block' ? 'error' : 'warning'} ${written.join(',')}::${text(`${message} ${instead}`)}`
}

/** Nothing in a finding or a file name can end the line and begin a command of its own. */
function text(value: string): string {
  return value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(value: string): string {
  return text(value).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
