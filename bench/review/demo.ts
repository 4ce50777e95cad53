import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { review } from '@dbward/rules/review'

const folder = fileURLToPath(new URL('../../demo', import.meta.url))

export type DemoFile = { readonly path: string; readonly rules: readonly string[] }

/** What the review says of each file that somebody pushes in the demo, in the order of its chapters' files. */
export async function demoFindings(): Promise<readonly DemoFile[]> {
  const found: DemoFile[] = []
  for (const chapter of readdirSync(folder).sort()) {
    const source = readFileSync(join(folder, chapter), 'utf8')
    const engine = chapter === 'mariadb.ts' ? 'mariadb' : 'postgres'
    const paths = new Map(
      [...source.matchAll(/const (\w+) = '(db\/.+\.sql)'/g)].map(([, name, path]) => [name, path]),
    )
    for (const [, name, quoted = ''] of source.matchAll(/\[(\w+)\]:\s*(`[^`]*`|"[^"\n]*"|'[^'\n]*')/g)) {
      const path = paths.get(name)
      if (path === undefined) continue
      const text = quoted.slice(1, -1).replaceAll('\\n', '\n')
      const [read] = await review([{ path, bytes: new TextEncoder().encode(text) }], { engine })
      found.push({ path, rules: read?.findings.map(({ rule }) => rule) ?? [] })
    }
  }
  return found
}
