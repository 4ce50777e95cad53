import type { Engine } from '@dbward/rules/engine'

/** What a source says about the engine: `engines` are those that it leaves possible. */
export type Said = { readonly engines: readonly Engine[]; readonly says: string }

export const family = {
  postgres: ['postgres'],
  mysql: ['mysql', 'mariadb'],
  none: [],
} as const satisfies Readonly<Record<string, readonly Engine[]>>

// Plain SERIAL is missing on purpose: MySQL has it too, for BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE.
const marks: readonly (readonly [RegExp, readonly Engine[], string])[] = [
  [/\bindex\s+concurrently\b/i, family.postgres, 'has INDEX CONCURRENTLY'],
  [/\$quoted\$/, family.postgres, 'has a dollar-quoted text'],
  [/::\s*[a-z_]/i, family.postgres, 'has a cast with ::'],
  [/\b(?:big|small)serial\b/i, family.postgres, 'has BIGSERIAL or SMALLSERIAL'],
  [/\b(?:timestamptz|jsonb|bytea)\b/i, family.postgres, 'has TIMESTAMPTZ, JSONB or BYTEA'],
  [/\bcreate\s+extension\b/i, family.postgres, 'has CREATE EXTENSION'],
  [/\blanguage\s+plpgsql\b/i, family.postgres, 'has LANGUAGE plpgsql'],
  [/`/, family.mysql, 'quotes names with backticks'],
  [/\bengine\s*=?\s*(?:innodb|myisam|aria)\b/i, family.mysql, 'has ENGINE=InnoDB or another one of MySQL'],
  [/\bauto_increment\b/i, family.mysql, 'has AUTO_INCREMENT'],
  [/^\s*delimiter\s+\S/im, family.mysql, 'has a DELIMITER line'],
  [/\/\*!/, family.mysql, 'has a comment that MySQL executes (/*! ... */)'],
  [/\butf8mb[34]\b/i, family.mysql, 'has the character set utf8mb4'],
  [/\bautoincrement\b/i, family.none, "has AUTOINCREMENT, which is SQLite's"],
  [/\bengine\s*=\s*\w*mergetree\b/i, family.none, "has ENGINE = MergeTree, which is ClickHouse's"],
  [/\bnvarchar\s*\(\s*max\s*\)|\bidentity\s*\(\s*1\s*,\s*1\s*\)/i, family.none, "has a type of SQL Server's"],
]

/** What only one kind of engine would take, in the order of the table. Comments and literals say nothing. */
export function sqlSays(sql: string): readonly Said[] {
  const code = bare(sql)
  const found = marks.filter(([mark]) => mark.test(code))
  // One mark of each kind is enough to say why.
  return found
    .filter(([, engines], i) => found.findIndex(([, other]) => other === engines) === i)
    .map(([, engines, says]) => ({ engines, says }))
}

/**
 * The text without comments and literals. What a quote or a comment means depends on the engine that is yet to be
 * found; where the engines part (a backslash in a literal, one that does not end) the rest of the text is left out,
 * so that a word in a literal is never taken for SQL.
 */
function bare(sql: string): string {
  const client = /^\s*delimiter\s+\S+/im.test(sql)
  const opener = client ? /--|^\s*#|\/\*|['"`]/gm : /--|^\s*#|\/\*|['"`]|(?<!\w)\$(?:[a-z_]\w*)?\$/gim
  const parts: string[] = []
  let at = 0
  for (let found = opener.exec(sql); found !== null; found = opener.exec(sql)) {
    const [sign] = found
    const opened = found.index + sign.length
    parts.push(sql.slice(at, found.index))
    const { end, left } = skipped(sql, sign, opened)
    parts.push(left)
    if (end === null) return parts.join('')
    at = end
    opener.lastIndex = at
  }
  parts.push(sql.slice(at))
  return parts.join('')
}

function skipped(
  sql: string,
  sign: string,
  from: number,
): { readonly end: number | null; readonly left: string } {
  if (sign === '--' || sign.trim() === '#') return { end: after(sql, '\n', from, 0), left: ' ' }
  if (sign === '/*') return { end: after(sql, '*/', from, 2), left: sql[from] === '!' ? ' /*! ' : ' ' }
  if (sign.startsWith('$')) return { end: after(sql, sign, from, sign.length), left: ' $quoted$ ' }
  const end = after(sql, sign, from, 1)
  const body = end === null ? '' : sql.slice(from, end - 1)
  if (sign === '`') return /^[\w$ -]+$/.test(body) ? { end, left: ' `x` ' } : { end: null, left: ' ' }
  return { end: body.includes('\\') ? null : end, left: ' ' }
}

function after(sql: string, mark: string, from: number, more: number): number | null {
  const found = sql.indexOf(mark, from)
  return found === -1 ? null : found + more
}
