import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { catalog, defaultSeverities, severityProblems } from './catalog.ts'
import { review, type Severity } from './review.ts'
import { textsFor } from './rule.ts'
import { reviewSql } from './testing.ts'

const everything = Object.fromEntries(
  catalog.map(({ id, severity }): [string, Severity] => [id, severity === 'off' ? 'warn' : severity]),
)

const cases = catalog.flatMap((rule) => rule.engines.map((engine) => [rule.id, engine, rule] as const))

test.each(cases)('%s reports its bad example on %s', async (id, engine, rule) => {
  const [reviewed] = await reviewSql(textsFor(rule, engine).bad, { engine, severities: everything })
  expect(reviewed?.findings.map((finding) => finding.rule)).toContain(id)
})

test.each(cases)('no rule says a word to the good example of %s on %s', async (_id, engine, rule) => {
  const [reviewed] = await reviewSql(textsFor(rule, engine).good, { engine, severities: everything })
  expect(reviewed?.findings).toEqual([])
  expect(reviewed?.statements).toBeGreaterThan(0)
})

test('a rule has its own file, its table of cases beside it, and its line in the catalogue', () => {
  const files = readdirSync(new URL('./catalog/', import.meta.url)).sort()
  const ids = catalog.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(files).toEqual(ids.flatMap((id) => [`${id}.test.ts`, `${id}.ts`]).sort())
})

test('a rule that no policy can lower blocks', () => {
  const fixed = catalog.filter((rule) => rule.fixed === true)
  expect(fixed.map(({ id }) => id)).toContain('unparsed')
  expect(fixed.filter(({ severity }) => severity !== 'block')).toEqual([])
  expect(defaultSeverities()['drop-table']).toBe('block')
})

test('a severity that is set counts', async () => {
  const sql = 'CREATE SEQUENCE s; DROP TABLE t;'
  const severities = { 'create-sequence': 'block', 'drop-table': 'off' } as const
  const [reviewed] = await reviewSql(sql, { engine: 'postgres', severities })
  expect(reviewed?.findings.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual([
    'create-sequence block',
  ])
})

test.each([
  [{ 'drop-colum': 'block' }, 'expected a rule of the catalogue, got "drop-colum"'],
  [{ 'drop-column': 'error' }, 'expected block, warn, note or off for drop-column, got "error"'],
  [{ unparsed: 'warn' }, 'the rule unparsed always blocks, and cannot be set to warn'],
  [{ 'dbward-schema': 'off' }, 'the rule dbward-schema always blocks, and cannot be set to off'],
  [{ unparsed: 'block', truncate: 'off' }, undefined],
] as const)('the severities %j', async (severities, problem) => {
  expect(severityProblems(severities)).toEqual(problem === undefined ? [] : [problem])
  const reviewed = review([], { engine: 'postgres', severities: severities as Record<string, Severity> })
  if (problem === undefined) await expect(reviewed).resolves.toEqual([])
  else await expect(reviewed).rejects.toThrow(problem)
})
