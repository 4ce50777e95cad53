import { expect, test } from 'vitest'
import { catalog } from './catalog.ts'
import { type SarifFinding, sarif } from './sarif.ts'

const finding = (change: Partial<SarifFinding>): SarifFinding => ({
  path: 'db/1_a.sql',
  rule: 'drop-table',
  severity: 'block',
  line: 1,
  column: 1,
  end_line: 1,
  end_column: 5,
  message: 'It goes.',
  instead: 'Keep it.',
  ...change,
})
type Log = {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } }
      readonly results: readonly {
        readonly ruleId: string
        readonly ruleIndex: number
        readonly level: string
        readonly message: { readonly text: string }
        readonly suppressions: readonly { readonly kind: string; readonly justification: string }[]
        readonly locations: readonly {
          readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } }
        }[]
      }[]
    },
  ]
}
const made = (findings: readonly SarifFinding[]) => sarif(findings, '0.1.0') as Log

test('lists every rule of the catalogue, and each result points at its own', () => {
  const rules = made([]).runs[0].tool.driver.rules
  expect(rules.map((one) => one.id)).toEqual(catalog.map((one) => one.id))
  const [{ tool, results }] = made([finding({ rule: 'odd-path' }), finding({})]).runs
  expect(results.map((one) => tool.driver.rules[one.ruleIndex]?.id)).toEqual(['odd-path', 'drop-table'])
})

test('says what a finding says, and no text in it becomes a link', () => {
  const [one] = made([finding({ message: 'Dropping "[x](https://evil.example)" goes.', severity: 'warn' })])
    .runs[0].results
  expect(one?.level).toBe('warning')
  expect(one?.message.text).toBe('Dropping "[x] (https://evil.example)" goes. Keep it.')
})

test('a note is a note, and either every result says whether it is suppressed or none does', () => {
  const [{ results }] = made([finding({ severity: 'note', allowed: 'so\u202e' }), finding({})]).runs
  expect(results.map(({ level, suppressions }) => [level, suppressions])).toEqual([
    ['note', [{ kind: 'inSource', justification: 'soU+202E' }]],
    ['error', []],
  ])
})

test('a path is an address relative to the repository', () => {
  const [one] = made([finding({ path: 'https://x/a b?.sql' })]).runs[0].results
  expect(one?.locations[0]?.physicalLocation.artifactLocation.uri).toBe('https%3A//x/a%20b%3F.sql')
})
