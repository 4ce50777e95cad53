import { inMarkdown } from './escape.ts'
import type { Ending } from './execute-end.ts'
import type { OwnReceipt } from './execute-record.ts'

const mostRows = 200

/** The job's summary as Markdown: how it ended, and each statement that took effect. */
export function summarize(end: Ending, receipt: OwnReceipt | null): string {
  const head = `### dbward: ${inMarkdown(end.outcome)}\n\n${inMarkdown(end.why, 1_000)}\n`
  if (receipt === null) return head
  const { statements, error } = receipt
  const rows = statements.slice(0, mostRows).map(({ file, i, kind, command, rows: count, ms }) => {
    const cells = [
      inMarkdown(file),
      String(i + 1),
      inMarkdown(kind),
      inMarkdown(command),
      count === null ? '' : String(count),
      String(ms),
    ]
    return `| ${cells.join(' | ')} |`
  })
  const table =
    rows.length === 0
      ? []
      : ['| file | statement | kind | command | rows | ms |', '|---|---|---|---|---|---|', ...rows]
  const more =
    statements.length > mostRows ? [`${statements.length - mostRows} more statements took effect.`] : []
  const failed =
    error === null
      ? []
      : [
          `Failed${error.file === null ? '' : ` in ${inMarkdown(error.file)}`}${error.i === null ? '' : `, statement ${error.i + 1}`}: ${inMarkdown(error.class)}: ${inMarkdown(error.message, 1_000)}`,
        ]
  const named = `Request ${inMarkdown(receipt.request)}, attempt ${inMarkdown(receipt.attempt)}.`
  return [head, named, '', ...table, '', ...more, ...failed, ''].join('\n')
}
