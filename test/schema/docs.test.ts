import { readFileSync } from 'node:fs'
import { defaultRiskLimits } from '@dbward/protocol/policy'
import { schemaLimits } from '@dbward/protocol/schema'
import { mostTouches } from '@dbward/rules/risk'
import { mostMeanings } from '@dbward/rules/risk-factors'
import { mostReached } from '@dbward/rules/sizes'
import { expect, it } from 'vitest'
import { oldMs } from '../../app/flow/take-schema.ts'
import { keptSchemas } from '../../app/store/schemas.ts'

const limits = defaultRiskLimits
const page = readFileSync(new URL('../../docs/schema.md', import.meta.url), 'utf8').replaceAll(/\s+/g, ' ')
const n = (number: number) => number.toLocaleString('en-US')

it.each([
  `*Large* is from ${n(limits.largeRows)} rows or ${limits.largeSize / 1024 ** 3} GiB`,
  `*very large* from ${n(limits.veryLargeRows)} rows or ${limits.veryLargeSize / 1024 ** 3} GiB`,
  `high from ${limits.cascadeDepth} deep, from ${mostReached} tables`,
  `| findings that warn | medium; high from ${limits.warnings} on |`,
  `more than ${mostTouches} things, or a name may mean more than ${mostMeanings} tables`,
  `At most ${n(schemaLimits.tables)} tables and ${n(schemaLimits.bytes)} bytes`,
  `The last ${keptSchemas} versions of each database and environment are kept, at most ${keptSchemas} new ones in an hour`,
  `the snapshot is older than ${oldMs / 3_600_000} hours`,
])('docs/schema.md says: %s', (sentence) => expect(page).toContain(sentence))
