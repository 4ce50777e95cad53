import type { Grant } from '../security.ts'
import { type Name, show } from '../statement.ts'
import { accountsAt, accountText } from './accounts.ts'
import {
  byCommas,
  find,
  identifier,
  nameAt,
  type Piece,
  skip,
  symbol,
  unquoted,
  word,
  words,
} from './piece.ts'

/** GRANT and REVOKE, of rights or of roles; undefined where it is neither. */
export function grant(piece: Piece): Grant | undefined {
  const revoke = word(piece, 0) === 'revoke'
  if (!revoke && word(piece, 0) !== 'grant') return
  const count = piece.tokens.length
  const target = find(piece, 1, count, revoke ? 'from' : 'to')
  const on = find(piece, 1, target, 'on')
  const first = words(piece, 1, 'if', 'exists') ? 3 : 1
  const rights = byCommas(piece, first, on).map(([from, to]) => rightText(piece, from, to, on === target))
  const object = on === target ? undefined : objectAt(piece, on + 1, target)
  const accounts = accountsAt(piece, target + 1)
  if (accounts.length === 0) return
  const option = find(piece, target, count, 'with')
  const passesOn = ['grant', 'admin'].find((one) => words(piece, option + 1, one, 'option'))
  const all = rights.some((one) => /^ALL( PRIVILEGES)?$/.test(one))
  const powers = rights.filter((one) => powerful.test(one))
  const everyone = accounts.some(({ user, host }) => host === undefined && user.toLowerCase() === 'public')
    ? 'public'
    : accounts.some(({ user }) => user === '')
      ? 'anonymous'
      : all && accounts.some(({ host }) => host === '%')
        ? 'any-host'
        : undefined
  return {
    kind: 'grant',
    revoke,
    rights,
    ...(object === undefined ? {} : { on: object.text }),
    tables: object?.tables ?? [],
    to: accounts.map(accountText),
    ...(everyone === undefined ? {} : { everyone }),
    ...(passesOn === undefined || revoke ? {} : { passesOn: `WITH ${passesOn.toUpperCase()} OPTION` }),
    powers,
    // That it reaches the ledger among all else always blocks.
    ...(!revoke && object?.text === '*.*' && powers.length === 0 ? { quiet: true as const } : {}),
  }
}

// https://dev.mysql.com/doc/refman/8.4/en/privileges-provided.html https://mariadb.com/docs/server/reference/sql-statements/account-management-sql-statements/grant
const powerful =
  /^(SUPER|FILE|PROCESS|RELOAD|SHUTDOWN|PROXY|GRANT OPTION|CREATE USER|(CREATE|DROP) ROLE|CREATE TABLESPACE|REPLICATION SLAVE|SET USER|DELETE HISTORY|BINLOG (ADMIN|REPLAY)|REPLICATION (SLAVE|MASTER) ADMIN|(CONNECTION|FEDERATED|READ_ONLY) ADMIN|SET_USER_ID|SET_ANY_DEFINER|SYSTEM_USER|ALLOW_NONEXISTENT_DEFINER|\w+_ADMIN)$/

function rightText(piece: Piece, from: number, to: number, isRole: boolean): string {
  let text = ''
  for (let i = from; i < to; i++) {
    const sign = symbol(piece, i)
    if (sign === '(') {
      const columns = byCommas(piece, i + 1, to - 1).map(([at]) => show(identifier(piece, at) ?? ''))
      return `${text} (${columns.join(', ')})`
    }
    if (sign === '@') text += '@'
    else text += `${text === '' || text.endsWith('@') ? '' : ' '}${nameText(piece, i, isRole)}`
  }
  return text
}

// ALL PRIVILEGES and GRANT OPTION are taken back without ON too.
const rightWords = new Set(['all', 'privileges', 'grant', 'option', 'admin', 'proxy'])

function nameText(piece: Piece, i: number, isRole: boolean): string {
  const token = piece.tokens[i]
  if (token?.kind === 'string') return show(unquoted(piece.bytes, token))
  const isName = token?.kind !== 'word' || (isRole && !rightWords.has(token.text))
  return isName ? show(identifier(piece, i) ?? '') : token.text.toUpperCase()
}

function objectAt(
  piece: Piece,
  from: number,
  to: number,
): { readonly text: string; readonly tables: readonly Name[] } {
  const at = skip(piece, from, 'table', 'function', 'procedure', 'package', 'body')
  const noun =
    at === from
      ? ''
      : `${piece.tokens
          .slice(from, at)
          .map(({ text }) => text.toUpperCase())
          .join(' ')} `
  const found = nameAt(piece, at)
  const isTable = found?.next === to && (noun === '' || noun === 'TABLE ')
  let text = ''
  for (let i = at; i < to; i++) text += symbol(piece, i) || show(identifier(piece, i) ?? '')
  return { text: `${noun}${text}`, tables: isTable && found !== undefined ? [found.name] : [] }
}
