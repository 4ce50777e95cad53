import { describe, expect, test } from 'vitest'
import type { Engine } from './engine.ts'
import { type Finding, review } from './review.ts'
import type { Rule } from './rule.ts'

type Options = { readonly engine?: Engine; readonly serverVersion?: string }

/**
 * The table of a rule: what it reports, as `line: message` in order, and what it allows. Only findings of this rule
 * are looked at, and the rule is switched on whatever its default is.
 */
export function testRule(
  rule: Rule,
  table: {
    readonly reports: Readonly<Record<string, readonly [sql: string, ...findings: string[]]>>
    readonly allows: Readonly<Record<string, string>>
  },
  options: Options = {},
): void {
  describe(rule.id, () => {
    test.each(Object.entries(table.reports))('reports %s', async (_name, [sql, ...findings]) => {
      expect(findings).not.toEqual([])
      expect(
        (await findingsOf(rule, sql, options)).map(({ line, message }) => `${line}: ${message}`),
      ).toEqual(findings)
    })

    test.each(Object.entries(table.allows))('allows %s', async (_name, sql) => {
      expect(await findingsOf(rule, sql, options)).toEqual([])
    })
  })
}

async function findingsOf(
  rule: Rule,
  sql: string,
  { engine = 'postgres', ...options }: Options,
): Promise<Finding[]> {
  const severities = { [rule.id]: rule.severity === 'off' ? 'warn' : rule.severity }
  const [reviewed] = await reviewSql(sql, { engine, severities, ...options })
  return (reviewed?.findings ?? []).filter((finding) => finding.rule === rule.id)
}

/** Reviews one text as a file. */
export async function reviewSql(
  sql: string | Uint8Array,
  options: Parameters<typeof review>[1] = { engine: 'postgres' },
) {
  const bytes = typeof sql === 'string' ? new TextEncoder().encode(sql) : sql
  return review([{ path: 'db/migrate/1_x.sql', bytes }], options)
}

/** The findings of one text with the default severities, as `line:column-line:column rule`. */
export async function places(sql: string | Uint8Array): Promise<readonly string[]> {
  const [reviewed] = await reviewSql(sql)
  return (reviewed?.findings ?? []).map(
    (found) => `${found.line}:${found.column}-${found.end_line}:${found.end_column} ${found.rule}`,
  )
}

/** The processor time of what was done since, in milliseconds: a machine that is busy with more does not lengthen it. */
export function stopwatch(): () => number {
  const started = process.cpuUsage()
  return () => process.cpuUsage(started).user / 1000
}
