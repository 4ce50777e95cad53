import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { catalog } from '@dbward/rules/catalog'
import { type SarifFinding, sarif } from '@dbward/rules/sarif'
import { Ajv } from 'ajv'
import formatsOf from 'ajv-formats'
import { beforeAll, expect, test } from 'vitest'
import { dbward, folder } from '../../cli/testing.ts'

// The schema of SARIF 2.1.0 by OASIS, as https://json.schemastore.org/sarif-2.1.0.json has it.
const file = createRequire(import.meta.url).resolve('schemastore/schemas/json/sarif-2.1.0.json')
let valid: ReturnType<Ajv['compile']>

beforeAll(() => {
  const schema = JSON.parse(readFileSync(file, 'utf8'))
  expect(schema.$id).toContain('oasis-tcs/sarif-spec')
  // One of its patterns is none with the flag `u`.
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false })
  // The package is CommonJS, and Node gives its one function under this name as well.
  formatsOf.default(ajv)
  valid = ajv.compile(schema)
})

const finding = (change: Partial<SarifFinding>): SarifFinding => ({
  ...{ path: 'db/1_a.sql', rule: 'drop-table', severity: 'block', message: 'It goes.', instead: 'Keep it.' },
  ...{ line: 1, column: 1, end_line: 1, end_column: 5 },
  ...change,
})

function check(log: unknown): void {
  expect(valid(JSON.parse(JSON.stringify(log))), JSON.stringify(valid.errors?.slice(0, 5))).toBe(true)
}

test('whatever is in it, it is SARIF 2.1.0', () => {
  check(sarif([], '0.1.0'))
  check(
    sarif(
      [
        finding({}),
        finding({ severity: 'warn', rule: 'drop-view', allowed: 'nobody reads it' }),
        finding({ severity: 'note', allowed: '\ud800 \u202e "' }),
        finding({ rule: 'odd-path', path: 'a b/ü:?#%\n\ud800.sql', instead: '' }),
        finding({ rule: 'policy', path: '.dbward.yml' }),
        ...catalog.map(({ id }) => finding({ rule: id })),
      ],
      '0.1.0',
    ),
  )
})

test('the schema is one that can be missed', () => {
  for (const change of [{ line: 0 }, { column: 0 }, { end_line: -1 }]) {
    expect(valid(sarif([finding(change)], '0.1.0'))).toBe(false)
  }
  expect(valid({ ...sarif([], '0.1.0'), version: '2.0.0' })).toBe(false)
  expect(valid({ version: '2.1.0', runs: [{ tool: {} }] })).toBe(false)
})

test('dbward review --format sarif prints it', async () => {
  const cwd = folder()
  const sql = '-- dbward: allow truncate: it is a log\ntruncate a;\ndrop table b;\n-- dbward: allow x\n'
  writeFileSync(join(cwd, '1 a.sql'), `${sql}alter table c alter d drop not null;\n`)
  const { code, out } = await dbward(['review', '--engine', 'postgres', '--format', 'sarif', '1 a.sql'], {
    cwd,
  })
  expect(code).toBe(1)
  check(JSON.parse(out))
  const [{ results }] = JSON.parse(out).runs
  expect(results.map((one: { readonly ruleId: string }) => one.ruleId)).toEqual(
    expect.arrayContaining(['truncate', 'drop-table', 'suppression', 'drop-not-null']),
  )
})
