import { show } from '../statement.ts'
import { find, identifier, type Piece, skipIf, symbol, unquoted, word, words } from './piece.ts'

/** An account where it stands, `app@"10.0.0.5"`, and the index after it; undefined where there is none. */
export type AccountAt = { readonly user: string; readonly host: string | undefined; readonly next: number }

export function accountAt(piece: Piece, at: number): AccountAt | undefined {
  const user = nameOrString(piece, at)
  if (user === undefined) return
  if (symbol(piece, at + 1) === '(') return { user, host: undefined, next: at + 3 }
  if (symbol(piece, at + 1) !== '@') return { user, host: undefined, next: at + 1 }
  return { user, host: nameOrString(piece, at + 2) ?? '', next: at + 3 }
}

/** The accounts of a list with commas, whatever else stands behind each of them. */
export function accountsAt(piece: Piece, from: number): readonly AccountAt[] {
  const found: AccountAt[] = []
  const end = find(piece, from, piece.tokens.length, 'require', 'with')
  let at = from
  for (;;) {
    const one = accountAt(piece, at)
    if (one === undefined) return found
    found.push(one)
    at = one.next
    while (at < end && symbol(piece, at) !== ',') at++
    if (at >= end) return found
    at++
  }
}

export function accountText({ user, host }: Pick<AccountAt, 'user' | 'host'>): string {
  const name =
    /^(current_user|current_role|public)$/i.test(user) && host === undefined ? user.toUpperCase() : show(user)
  return host === undefined ? name : `${name}@${show(host)}`
}

function nameOrString(piece: Piece, at: number): string | undefined {
  const token = piece.tokens[at]
  return token?.kind === 'string' ? unquoted(piece.bytes, token) : identifier(piece, at)
}

/** Whether a password, or what is made of one, stands in the text: IDENTIFIED BY 'x', WITH p AS 'x', VIA p USING 'x'. */
export function hasPassword(piece: Piece): boolean {
  return piece.tokens.some((_, i) => word(piece, i) === 'identified' && isPasswordBehind(piece, i))
}

function isPasswordBehind(piece: Piece, identified: number): boolean {
  for (let i = identified + 1; i < piece.tokens.length && symbol(piece, i) !== ','; i++) {
    if (!['by', 'as', 'using'].includes(word(piece, i))) continue
    let at = word(piece, i + 1) === 'password' ? i + 2 : i + 1
    if (symbol(piece, at) === '(') at++
    if (piece.tokens[at]?.kind === 'string') return true
  }
  return false
}

/** CREATE, ALTER, DROP and RENAME of USER and ROLE: the words, and where the accounts begin. */
export function accountHead(piece: Piece): { readonly what: string; readonly at: number } | undefined {
  const verb = word(piece, 0)
  if (!['create', 'alter', 'drop', 'rename'].includes(verb)) return
  const noun = words(piece, 1, 'or', 'replace') ? 3 : 1
  if (word(piece, noun) !== 'user' && word(piece, noun) !== 'role') return
  return { what: `${verb.toUpperCase()} ${word(piece, noun).toUpperCase()}`, at: skipIf(piece, noun + 1) }
}
