import { ownPath, type Session } from './session.ts'

/**
 * What a statement on an index, run outside a transaction, has done. `not_applied`: nothing is there of it. `partial`:
 * it left something that a person must remove. `unknown`: this cannot be read from the catalogue.
 */
export type Effect = 'applied' | 'not_applied' | 'partial' | 'unknown'

type Name = { readonly schema: string | null; readonly name: string }
export type IndexStatement =
  | { readonly verb: 'create'; readonly index: Name; readonly table: Name; readonly ifNotExists: boolean }
  | { readonly verb: 'drop'; readonly index: Name; readonly ifExists: boolean }
  | { readonly verb: 'reindex'; readonly index: Name }

/**
 * Reads CREATE, DROP and REINDEX INDEX CONCURRENTLY for one named index, and null for anything else. It is asked only
 * about a statement that the server itself took or may have taken, so it need not know what is valid.
 */
export function indexStatement(sql: string): IndexStatement | null {
  const words = tokens(sql)
  const next = reader(words)
  if (next.take('create')) {
    next.take('unique')
    if (!next.take('index') || !next.take('concurrently')) return null
    const ifNotExists = next.take('if', 'not', 'exists')
    const index = next.take('on') ? null : next.name()
    if (index === null || index.schema !== null || !next.take('on')) return null
    next.take('only')
    const table = next.name()
    return table === null ? null : { verb: 'create', index, table, ifNotExists }
  }
  if (next.take('drop')) {
    if (!next.take('index') || !next.take('concurrently')) return null
    const ifExists = next.take('if', 'exists')
    const index = next.name()
    if (index === null || next.take(',')) return null
    return { verb: 'drop', index, ifExists }
  }
  if (next.take('reindex', 'index', 'concurrently')) {
    const index = next.name()
    return index === null ? null : { verb: 'reindex', index }
  }
  return null
}

/** What is there of the index: `absent`, or its object id, whether it is valid, and whether a REINDEX left something. */
export async function indexState(session: Session, statement: IndexStatement): Promise<string> {
  const beside = statement.verb === 'create' ? statement.table : statement.index
  // Names are the author's, so they are looked up the way the statement looks them up.
  await session.query("select pg_catalog.set_config('search_path', $1, false)", [session.searchPath])
  const [row] = await session.query(stateSql, [
    beside.schema,
    beside.name,
    statement.index.name,
    statement.verb === 'reindex',
  ])
  await session.query(ownPath)
  return String(row?.state)
}

const stateSql = `
with home as (
  select coalesce(
    (select c.relnamespace from pg_catalog.pg_class c where c.oid = pg_catalog.to_regclass(
      case when $1::text is null then '' else pg_catalog.quote_ident($1) || '.' end || pg_catalog.quote_ident($2::text))),
    pg_catalog.to_regnamespace(pg_catalog.quote_ident(coalesce($1, pg_catalog.current_schema()::text)))::oid
  ) as id
)
select coalesce((
  select c.oid::text || case when i.indisvalid and i.indisready then ' valid' else ' invalid' end ||
    case when $4::boolean and exists (
      select from pg_catalog.pg_index o join pg_catalog.pg_class oc on oc.oid = o.indexrelid
      where o.indrelid = i.indrelid and not o.indisvalid and oc.relname ~ '_cc(new|old)[0-9]*$'
    ) then ' leftover' else '' end
  from pg_catalog.pg_class c join pg_catalog.pg_index i on i.indexrelid = c.oid
  where c.relname = $3::name and c.relnamespace = (select id from home)
), 'absent') as state`

/** Compares what is there with what was there when the statement was about to begin. */
export function effectOf(statement: IndexStatement, before: string, now: string): Effect {
  const [oldId] = before.split(' ')
  const [id, state] = now.split(' ')
  const wasThere = before !== 'absent'
  if (statement.verb === 'drop') {
    if (now === 'absent') return wasThere || statement.ifExists ? 'applied' : 'not_applied'
    if (now === before) return 'not_applied'
    return id === oldId ? 'partial' : 'unknown'
  }
  if (now === 'absent') return wasThere ? 'unknown' : 'not_applied'
  if (statement.verb === 'create') {
    if (state === 'invalid') return now === before ? 'not_applied' : 'partial'
    if (!wasThere) return 'applied'
    if (id !== oldId) return 'unknown'
    return statement.ifNotExists ? 'applied' : 'not_applied'
  }
  if (now === before) return 'not_applied'
  if (state === 'invalid' || now.endsWith(' leftover')) return 'partial'
  return wasThere && id !== oldId ? 'applied' : 'unknown'
}

type Token = { readonly text: string; readonly quoted: boolean }

/** Words, quoted identifiers and single characters; comments, nested as PostgreSQL nests them, are left out. */
function tokens(sql: string): readonly Token[] {
  const found: Token[] = []
  let rest = sql
  while (rest.length > 0) {
    const comment = commentLength(rest)
    if (comment > 0) {
      rest = rest.slice(comment)
      continue
    }
    const quoted = /^"((?:[^"]|"")*)"/.exec(rest)
    const word = /^[\p{L}_][\p{L}\p{N}_$]*/u.exec(rest)
    const text = quoted?.[1] ?? word?.[0] ?? rest.slice(0, 1)
    if (quoted !== null) found.push({ text: text.replaceAll('""', '"'), quoted: true })
    else if (text.trim() !== '') found.push({ text: text.toLowerCase(), quoted: false })
    rest = rest.slice(quoted?.[0].length ?? text.length)
  }
  return found
}

function commentLength(text: string): number {
  if (text.startsWith('--')) return (/^[^\n]*\n?/.exec(text)?.[0] ?? '').length
  if (!text.startsWith('/*')) return 0
  let depth = 0
  let at = 0
  do {
    if (text.startsWith('/*', at)) depth += 1
    else if (text.startsWith('*/', at)) depth -= 1
    at += text.startsWith('/*', at) || text.startsWith('*/', at) ? 2 : 1
  } while (depth > 0 && at < text.length)
  return at
}

function reader(words: readonly Token[]) {
  let at = 0
  const take = (...wanted: readonly string[]) => {
    const fits = wanted.every((word, i) => words[at + i]?.text === word && words[at + i]?.quoted === false)
    if (fits) at += wanted.length
    return fits
  }
  const name = (): Name | null => {
    const first = words[at]
    if (first === undefined || !(first.quoted || /^[\p{L}_]/u.test(first.text))) return null
    at += 1
    if (!take('.')) return { schema: null, name: first.text }
    const second = words[at]
    if (second === undefined) return null
    at += 1
    return { schema: first.text, name: second.text }
  }
  return { take, name }
}
