import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { catalog } from './catalog.ts'
import { type SarifFinding, sarif } from './sarif.ts'

// The part of SARIF 2.1.0 that is in use, as its specification has it (sections 3.13 to 3.30 and 3.52), and nothing else.
const text = { type: 'object', properties: { text: { type: 'string', minLength: 1 } }, required: ['text'] }
const closed = (properties: object, required: readonly string[]) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})
const level = { enum: ['none', 'note', 'warning', 'error'] }
const positive = { type: 'integer', minimum: 1 }
const rule = closed(
  {
    id: { type: 'string', minLength: 1 },
    shortDescription: text,
    fullDescription: text,
    help: text,
    defaultConfiguration: closed({ level }, ['level']),
    properties: closed({ tags: { type: 'array', uniqueItems: true, items: { type: 'string' } } }, []),
  },
  ['id'],
)
const region = closed(
  { startLine: positive, startColumn: positive, endLine: positive, endColumn: positive },
  ['startLine'],
)
const location = closed(
  {
    physicalLocation: closed(
      {
        artifactLocation: closed(
          { uri: { type: 'string', pattern: '^(?!/)[!-~]+$' }, uriBaseId: { const: '%SRCROOT%' } },
          ['uri'],
        ),
        region,
      },
      ['artifactLocation'],
    ),
  },
  ['physicalLocation'],
)
const result = closed(
  {
    ruleId: { type: 'string' },
    ruleIndex: { type: 'integer', minimum: 0 },
    level,
    message: text,
    locations: { type: 'array', minItems: 1, items: location },
    suppressions: {
      type: 'array',
      items: closed({ kind: { enum: ['inSource', 'external'] }, justification: { type: 'string' } }, [
        'kind',
      ]),
    },
  },
  ['message'],
)
const driver = closed(
  {
    name: { type: 'string' },
    semanticVersion: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+' },
    rules: { type: 'array', uniqueItems: true, items: rule },
  },
  ['name'],
)
const run = closed(
  {
    tool: closed({ driver }, ['driver']),
    columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
    results: { type: 'array', items: result },
  },
  ['tool'],
)
const valid = new Ajv({ strict: false }).compile(
  closed({ $schema: { type: 'string' }, version: { const: '2.1.0' }, runs: { type: 'array', items: run } }, [
    'version',
    'runs',
  ]),
)

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
        readonly locations: readonly {
          readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } }
        }[]
      }[]
    },
  ]
}
const made = (findings: readonly SarifFinding[]) => sarif(findings, '0.1.0') as Log

test('has the shape of SARIF 2.1.0, whatever is in it', () => {
  const all = [
    finding({}),
    finding({ severity: 'warn', rule: 'drop-view' }),
    finding({ rule: 'odd-path', path: 'a b/ü:?#%\n\ud800.sql', instead: '' }),
    finding({ rule: 'policy', path: '.dbward.yml' }),
  ]
  for (const findings of [[], all]) {
    const log: unknown = JSON.parse(JSON.stringify(sarif(findings, '0.1.0')))
    expect(valid(log), JSON.stringify(valid.errors)).toBe(true)
  }
})

test('the shape is one that can be missed', () => {
  expect(valid(sarif([finding({ line: 0 })], '0.1.0'))).toBe(false)
  expect(valid({ version: '2.1.0', runs: [{ tool: {} }] })).toBe(false)
})

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

test('a path is an address relative to the repository', () => {
  const [one] = made([finding({ path: 'https://x/a b?.sql' })]).runs[0].results
  expect(one?.locations[0]?.physicalLocation.artifactLocation.uri).toBe('https%3A//x/a%20b%3F.sql')
})
