import { isSymbol, isWord, lex, significant, type Token } from './lex.ts'
import { isRecord } from './tree.ts'

/**
 * Whether a parse tree names the schema `dbward`, where the ledger is, or one of its roles.
 *
 * Names are compared as the parser decoded them (U&"d\0062ward" is no way round). Any object of just that name
 * counts too, for the same word may mean the schema. A literal counts where it can become a name: in the
 * arguments of a function, a setting, a cast, a body.
 */
export function namesLedger(tree: unknown): boolean {
  return found(tree, false)
}

/**
 * Whether the tree of a text may name it at all, at little cost: a name or a literal that is in a tree and not in
 * its text was escaped, or put together of literals that follow each other.
 */
export function mayNameLedger(bytes: Uint8Array, tokens: readonly Token[]): boolean {
  const from = tokens[0]?.off ?? 0
  if (/dbward|\\|u&/i.test(latin1.decode(bytes))) return true
  let before: Token['kind'] | undefined
  return tokens.some((token) => {
    if (!significant(token)) return false
    // A literal with a letter before its quote and all that goes on behind it are one token.
    const joined = token.kind === 'string' && (before === 'string' || bytes[token.off - from] !== 0x27)
    before = token.kind
    return joined
  })
}

const latin1 = new TextDecoder('latin1')

const nameKeys = new Set(['schemaname', 'newschema', 'local_schema', 'newname', 'subname'])
const roleKeys = new Set(['rolename', 'priv_name', 'role'])
const becomesName = new Set([
  'FuncCall',
  'TypeCast',
  'VariableSetStmt',
  'DoStmt',
  'CreateFunctionStmt',
  'ExecuteStmt',
])

function found(value: unknown, literals: boolean): boolean {
  if (Array.isArray(value)) return value.some((item) => found(item, literals))
  if (!isRecord(value)) return false
  for (const key in value) {
    const inner = value[key]
    if (typeof inner === 'string') {
      if (nameKeys.has(key) && inner === 'dbward') return true
      if (roleKeys.has(key) && /^dbward(_|$)/.test(inner)) return true
    } else if (key === 'String') {
      if (isRecord(inner) && typeof inner.sval === 'string' && isLedgerText(inner.sval, literals)) return true
    } else if (key === 'A_Const') {
      const text = isRecord(inner) && isRecord(inner.sval) ? inner.sval.sval : undefined
      if (literals && typeof text === 'string' && isLedgerText(text, true)) return true
    } else if (found(inner, literals || becomesName.has(key))) return true
  }
  return false
}

function isLedgerText(text: string, mayBeSql: boolean): boolean {
  if (text === 'dbward') return true
  return mayBeSql && textNamesLedger(encoder.encode(text), 0)
}

// A text inside a text inside a text: three levels are more than any function that somebody wrote by hand.
const maxNesting = 4

function textNamesLedger(bytes: Uint8Array, nesting: number): boolean {
  if (!/dbward/i.test(decoder.decode(bytes))) return false
  const tokens = lex(bytes).filter(significant)
  return tokens.some((token, i) => {
    if (token.kind === 'string' || token.kind === 'dollar' || token.kind === 'bad') {
      return nesting >= maxNesting || textNamesLedger(unquoted(bytes, token), nesting + 1)
    }
    if (!isLedgerName(bytes, token)) return false
    const before = tokens[i - 1]
    return (
      tokens.length === 1 ||
      isSymbol(tokens[i + 1], '.') ||
      isWord(before, 'schema') ||
      isWord(before, 'exists')
    )
  })
}

function isLedgerName(bytes: Uint8Array, token: Token): boolean {
  if (token.kind === 'word') return token.text === 'dbward'
  return (
    token.kind === 'quoted' &&
    decoder.decode(bytes.subarray(token.off, token.end)).toLowerCase() === '"dbward"'
  )
}

function unquoted(bytes: Uint8Array, token: Token): Uint8Array {
  const raw = bytes.subarray(token.off, token.end)
  if (token.kind === 'dollar') {
    const mark = raw.indexOf(0x24, 1) + 1
    return raw.subarray(mark, raw.length - mark)
  }
  const open = raw.indexOf(0x27)
  return open === -1
    ? new Uint8Array()
    : raw.subarray(open + 1, token.kind === 'bad' ? raw.length : raw.length - 1)
}

const decoder = new TextDecoder()
const encoder = new TextEncoder()
