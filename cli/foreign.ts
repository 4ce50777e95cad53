import { printable } from './files.ts'

const marks: readonly (readonly [RegExp, string])[] = [
  [/^--[ \t]*\+goose[ \t]+(?:up|down)\b/im, 'goose'],
  [/^--[ \t]*\+migrate[ \t]+(?:up|down)\b/im, 'sql-migrate'],
  [/^--[ \t]*(?:up|down)[ \t]+migration\b/im, 'node-pg-migrate'],
  [/^--[ \t]*rambler[ \t]+(?:up|down)\b/im, 'rambler'],
  [/^--[ \t]*liquibase[ \t]+formatted[ \t]+sql\b/im, 'Liquibase'],
  [/^---- create above \/ drop below ----/m, 'tern'],
  [/^#[ \t]*---[ \t]*!(?:ups|downs)\b/im, 'Play evolutions'],
  [/^--[ \t]*[@+]?(?:down|undo|rollback)[ \t]*:?[ \t]*\r?$/im, 'another tool'],
]

/**
 * The tool whose lines divide this file into a way forth and a way back; null where there are none. To dbward they are
 * comments: it would run both parts, one after the other.
 */
export function foreignTool(sql: string): string | null {
  return marks.find(([mark]) => mark.test(sql))?.[1] ?? null
}

/** A line for people where a review has read both ways of a file; null where no file is divided. */
export function foreignNote(
  files: readonly { readonly path: string; readonly bytes: Uint8Array }[],
): string | null {
  const found = files.flatMap(({ path, bytes }) => {
    const tool = foreignTool(new TextDecoder().decode(bytes))
    return tool === null ? [] : [{ path, tool }]
  })
  const [first] = found
  if (first === undefined) return null
  const others = found.length === 1 ? '' : ` and ${found.length - 1} more`
  const tools = [...new Set(found.map(({ tool }) => tool))].join(' and ')
  return `note: ${printable(first.path)}${others}: to dbward the lines of ${tools} are comments, so both the way forth and the way back are reviewed`
}
