// `npm run bench:review [-- --rounds N --files N --seed N --no-slope --json]`: the review against squawk, on the same
// files in the same run. It is a measurement and no test: how fast a machine is proves nothing about the code.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measure } from './measure.ts'
import { report } from './report.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    files: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    slope: { type: 'boolean', default: true },
    json: { type: 'boolean', default: false },
  },
  allowNegative: true,
})
const folder = mkdtempSync(join(tmpdir(), 'dbward-bench-'))
try {
  const { files, rounds, seed, slope, json } = values
  const wish = { files: Number(files), rounds: Number(rounds), seed: Number(seed), slope }
  const measured = await measure(folder, wish, (text) => process.stderr.write(`${text}\n`))
  process.stdout.write(json ? `${JSON.stringify(measured, null, 2)}\n` : report(measured))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
