import { type Engine, engines } from '@dbward/rules/engine'
import { sources } from './engine-sources.ts'
import { type Said, sqlSays } from './engine-sql.ts'

/** Reads a file by its path from the root: null where there is none, undefined where it cannot be read. */
export type ReadSource = (path: string) => string | null | undefined
export type Evidence = Said & { readonly where: string }

export type Guess =
  | { readonly engine: Engine; readonly reasons: readonly string[] }
  | { readonly engine: null; readonly why: string; readonly reasons: readonly string[] }

/** What the files of these folders say; a folder is a path from the root, '' the root itself. */
export function evidenceIn(folders: readonly string[], read: ReadSource): readonly Evidence[] {
  return [...new Set(folders)].flatMap((folder) =>
    Object.entries(sources).flatMap(([name, says]): readonly Evidence[] => {
      const where = folder === '' ? name : `${folder}/${name}`
      const text = read(where)
      if (text === null) return []
      // It may say anything, so nothing is certain until somebody has read it.
      if (text === undefined) return [{ where, engines: [], says: 'cannot be read' }]
      const said = says(text)
      return said === null ? [] : [{ where, ...said }]
    }),
  )
}

const mostSql = 8 * 1024 * 1024

/** What the SQL itself says, each thing with the first file that says it. */
export function evidenceOfSql(
  files: readonly { readonly path: string; readonly bytes: Uint8Array }[],
): readonly Evidence[] {
  const found = new Map<string, Evidence>()
  let read = 0
  for (const { path, bytes } of files) {
    read += bytes.length
    if (read > mostSql) break
    for (const said of sqlSays(new TextDecoder().decode(bytes))) {
      const key = said.engines.join()
      if (!found.has(key)) found.set(key, { where: path, ...said })
    }
  }
  return [...found.values()]
}

/** The one engine that all evidence leaves possible. With none, several or contradictory evidence there is no guess. */
export function guessEngine(evidence: readonly Evidence[]): Guess {
  const left = engines.filter((one) => evidence.every((said) => said.engines.includes(one)))
  const reasons = evidence.map(({ where, says }) => `${where} ${says}`)
  const [engine] = left
  if (evidence.length === 0) return { engine: null, why: 'nothing here says which', reasons }
  if (engine === undefined) return { engine: null, why: 'what is here does not agree', reasons }
  if (left.length > 1) return { engine: null, why: `it may be ${left.join(' or ')}`, reasons }
  const telling = evidence.filter((said) => said.engines.length < engines.length)
  return { engine, reasons: telling.map(({ where, says }) => `${where} ${says}`) }
}
