import type { Name } from './statement.ts'

/** What a statement does to who may do what, and to what watches over it. Each comes beside the other meanings. */
export type SecurityMeaning =
  | Grant
  | Account
  /** a password in the text of the file; it is never part of the meaning */
  | { readonly kind: 'secret'; readonly what: string; readonly instead: string }
  | RowSecurity
  | {
      readonly kind: 'definer'
      /** its words and its name, CREATE FUNCTION app.f */
      readonly what: string
      /** whose rights it runs with, where the file names somebody */
      readonly account?: string
      /** what is wrong with its search_path, where the server has one */
      readonly path?: 'none' | 'temporary' | 'callers'
      /** how it is mended, ready to paste */
      readonly instead: string
    }
  | Danger
  | {
      readonly kind: 'confusable-name'
      readonly name: string
      /** the letters that it seems to have */
      readonly seems: string
      /** the code points that are not what they look like */
      readonly letters: readonly string[]
    }

export type Grant = {
  readonly kind: 'grant'
  readonly revoke: boolean
  /** SELECT, ALL; or the roles that are given */
  readonly rights: readonly string[]
  /** what stands behind ON, undefined where roles are given */
  readonly on?: string
  /** what stands before GRANT: ALTER DEFAULT PRIVILEGES ... */
  readonly before?: string
  /** the tables, where it names them one by one */
  readonly tables: readonly Name[]
  readonly to: readonly string[]
  /** who is among them that nobody named: every role, an account without a name, an account from any host */
  readonly everyone?: 'public' | 'anonymous' | 'any-host'
  /** WITH GRANT OPTION, WITH ADMIN OPTION */
  readonly passesOn?: string
  /** those of the rights that reach beyond the data of one database */
  readonly powers: readonly string[]
  /** nothing to say of it: it takes from everybody what they had by default, or a rule that always blocks says it */
  readonly quiet?: true
}

export type Account = {
  readonly kind: 'account'
  /** CREATE ROLE app, DROP OWNED BY app, ALTER TABLE t OWNER TO app */
  readonly what: string
  readonly effect: string
  readonly powers: readonly string[]
  readonly instead: string
  /** the table whose owner changes */
  readonly table?: Name
}

export type RowSecurity = {
  readonly kind: 'row-security'
  readonly table: Name
  readonly how: 'disable' | 'no-force' | 'drop' | 'open' | 'invoker-off'
  readonly policy?: string
  /** what those may do to the table whom an open policy is for: read every row of */
  readonly opens?: string
}

/** What reaches out of the database, or works unseen. `what` and `effect` make a sentence. */
export type Danger = {
  readonly kind: 'danger'
  readonly of:
    | 'native-code'
    | 'server-file'
    | 'outside'
    | 'triggers-off'
    | 'hidden-code'
    | 'server-setting'
    | 'session-setting'
  readonly what: string
  readonly effect: string
  readonly instead: string
  readonly table?: Name
  /** it matters to the file that does it, and not to one that makes a program which does it some other day */
  readonly now?: true
}

/** The rule that a grant belongs to, so that one grant is one finding. */
export function weightOf(grant: Grant): 'power' | 'everyone' | 'passes-on' | 'plain' | 'none' {
  if (grant.quiet === true) return 'none'
  if (grant.revoke) return 'plain'
  if (grant.powers.length > 0) return 'power'
  if (grant.everyone !== undefined) return 'everyone'
  return grant.passesOn === undefined ? 'plain' : 'passes-on'
}

/** What is granted, as a message says it. */
export function grantedText({ rights, on, before }: Grant): string {
  if (on === undefined) return rights.join(', ')
  return `${rights.join(', ')} on ${on}${before === undefined ? '' : ' to come'}`
}

/** `app gets`, `app, shop get` */
export function verb({ to }: Grant, singular: string): string {
  return `${to.join(', ')} ${to.length === 1 ? singular : singular.slice(0, -1)}`
}

/** The grant without the option to give it on. */
export function withoutOption({ passesOn: _option, ...plain }: Grant): Grant {
  return plain
}

/** The grant as SQL, `to` somebody else where that is said. */
export function grantSql(grant: Grant, change: Partial<Grant> = {}): string {
  const { revoke, rights, on, before, to, passesOn } = { ...grant, ...change }
  const what = on === undefined ? rights.join(', ') : `${rights.join(', ')} ON ${on}`
  const start = before === undefined ? '' : `${before} `
  if (revoke) return `${start}REVOKE ${what} FROM ${to.join(', ')};`
  return `${start}GRANT ${what} TO ${to.join(', ')}${passesOn === undefined ? '' : ` ${passesOn}`};`
}
