import { readFileSync } from 'node:fs'
import { schemaLimits } from '@dbward/protocol/schema'
import { riskLimits } from '@dbward/rules/risk'
import { mostReached } from '@dbward/rules/sizes'
import { expect, it } from 'vitest'
import { oldMs } from '../../app/flow/take-schema.ts'
import { keptSchemas } from '../../app/store/schemas.ts'

const page = readFileSync(new URL('../../docs/schema.md', import.meta.url), 'utf8').replaceAll(/\s+/g, ' ')
const n = (number: number) => number.toLocaleString('en-US')

it.each([
  `*Large* is from ${n(riskLimits.rows)} rows or ${riskLimits.bytes / 1024 ** 3} GiB`,
  `*very large* from ${n(riskLimits.manyRows)} rows or ${riskLimits.manyBytes / 1024 ** 3} GiB`,
  `high from ${riskLimits.cascade} deep, from ${mostReached} tables`,
  `more than ${riskLimits.touches} things, or a name may mean more than ${riskLimits.meanings} tables`,
  `At most ${n(schemaLimits.tables)} tables and ${n(schemaLimits.bytes)} bytes`,
  `The last ${keptSchemas} versions of each database and environment are kept, at most ${keptSchemas} new ones in an hour`,
  `the snapshot is older than ${oldMs / 3_600_000} hours`,
])('docs/schema.md says: %s', (sentence) => expect(page).toContain(sentence))
