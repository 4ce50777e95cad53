import { sarif } from '@dbward/rules/sarif'
import type { ReviewedFile } from './review-run.ts'
import { version } from './version.ts'

/** SARIF 2.1.0, its addresses from the root of the repository. What comments allow is in it, as suppressed. */
export function asSarif(files: readonly ReviewedFile[]): string {
  const results = files.flatMap(({ path, inside, findings, allowed }) => {
    const place = { path: inside ?? path }
    return [
      ...findings.map((one) => ({ ...one, ...place })),
      ...allowed.map(({ finding, reason }) => ({ ...finding, ...place, allowed: reason })),
    ]
  })
  return `${JSON.stringify(sarif(results, version()), null, 2)}\n`
}
