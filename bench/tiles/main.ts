// `npm run fuzz:tiles [-- --cases N --seed N]`: 100,000 made-up files, each read as PostgreSQL and as MySQL.
import { parseArgs } from 'node:util'
import { fuzz } from './fuzz.ts'

const { values } = parseArgs({
  options: { cases: { type: 'string', default: '100000' }, seed: { type: 'string', default: '20260403' } },
})
const started = performance.now()
const found = await fuzz(Number(values.cases), Number(values.seed), (done) =>
  process.stderr.write(`${done}\n`),
)
process.stdout.write(
  '| read as, made of | files | accepted | statements in them | the same to libpg-query |\n|---|---|---|---|---|\n',
)
for (const [name, { cases, accepted, statements, parsed }] of Object.entries(found.tally).sort()) {
  process.stdout.write(
    `| ${name} | ${cases} | ${accepted} | ${statements} | ${name.startsWith('postgres') ? parsed : ''} |\n`,
  )
}
process.stdout.write(`seed ${values.seed}, ${Math.round((performance.now() - started) / 1000)} s\n`)
if ('failed' in found) {
  process.stdout.write(
    `failed: ${found.failed}\n${JSON.stringify(new TextDecoder().decode(found.bytes))}\n[${found.bytes}]\n`,
  )
  process.exitCode = 1
}
