import { createHash } from 'node:crypto'
import { plainName } from './ids.ts'

/** What people ask of dbward in a comment: only what the server may do by itself. */
export type CommentCommand =
  | { readonly name: 'help' | 'plan' | 'review' | 'retry' }
  | { readonly name: 'why'; readonly login: string | null }
  | { readonly name: 'promote'; readonly environment: string }

/** What people ask by the body of a review, which the server's App can neither write nor edit. */
export type ReviewCommand =
  | { readonly name: 'hold' | 'unhold' | 'cancel' }
  | { readonly name: 'skip'; readonly path: string; readonly reason: Reason }

/** The words themselves stay on GitHub: they may quote what no log is to hold. Letters and digits are what is counted. */
export type Reason = { readonly length: number; readonly sha256: string }

/** `elsewhere`: it is a command, and it is for the other place. `unclear` says what was expected. */
export type Asked<Command> =
  | { readonly kind: 'none' }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'elsewhere'; readonly name: string }
  | { readonly kind: 'unclear'; readonly why: string }

export const usage = {
  help: '/dbward help',
  plan: '/dbward plan',
  why: '/dbward why [@user]',
  review: '/dbward review',
  retry: '/dbward retry',
  promote: '/dbward promote ENV',
  hold: '/dbward hold',
  unhold: '/dbward unhold',
  cancel: '/dbward cancel',
  skip: '/dbward skip FILE --reason "..."',
} as const

export function parseComment(body: string): Asked<CommentCommand> {
  return parse(body, commentCommands, reviewCommands)
}

export function parseReviewBody(body: string): Asked<ReviewCommand> {
  return parse(body, reviewCommands, commentCommands)
}

type Word = { readonly text: string; readonly quoted: boolean }
/** The command, or what is wrong with its words. */
type Read<Command> = (words: readonly Word[]) => Command | string
type Reads<Command> = { readonly [name: string]: Read<Command> }

const commentCommands: Reads<CommentCommand> = {
  help: bare('help'),
  plan: bare('plan'),
  review: bare('review'),
  retry: bare('retry'),
  why: (words) => {
    if (words.length === 0) return { name: 'why', login: null }
    const login = /^@([A-Za-z0-9][A-Za-z0-9-]{0,38})$/.exec(only(words)?.text ?? '')?.[1]
    return login === undefined ? expected('why') : { name: 'why', login }
  },
  promote: (words) => {
    const environment = name(only(words))
    return environment === null ? expected('promote') : { name: 'promote', environment }
  },
}

const reviewCommands: Reads<ReviewCommand> = {
  hold: bare('hold'),
  unhold: bare('unhold'),
  cancel: bare('cancel'),
  skip: (words) => {
    const [file, flag, said, ...more] = words
    const path = file?.text ?? ''
    if (path === '' || path.length > 1_000 || isFlag(file) || more.length > 0) return expected('skip')
    const reason = reasonIn(flag, said)
    return typeof reason === 'string' ? reason : { name: 'skip', path, reason }
  },
}

/** Only the first line counts, from its first character on; what is near a command is not taken for one. */
function parse<Command>(body: string, reads: Reads<Command>, others: Reads<unknown>): Asked<Command> {
  const line = (/^[^\r\n]*/.exec(body)?.[0] ?? '').trimEnd()
  if (!/^\s*\/\s*dbward(\s|$)/i.test(line)) return { kind: 'none' }
  if (line.length > 2_000) return unclear('expected a line of at most 2,000 characters')
  const rest = /^\/dbward(?: +(.*))?$/.exec(line)
  if (rest === null) return unclear('expected /dbward in lower case at the very start of the first line')
  const words = wordsOf(rest[1] ?? '')
  if (typeof words === 'string') return unclear(words)
  const [first, ...args] = words
  const asked = first === undefined || first.quoted ? '' : first.text
  if (Object.hasOwn(others, asked)) return { kind: 'elsewhere', name: asked }
  const read = Object.hasOwn(reads, asked) ? reads[asked] : undefined
  if (read === undefined) {
    return unclear(`expected one of ${Object.keys(reads).join(', ')} after /dbward`)
  }
  const command = read(args)
  return typeof command === 'string' ? unclear(command) : { kind: 'command', command }
}

/** Words between spaces; between straight double quotes spaces are part of the word. Or what is wrong. */
function wordsOf(text: string): readonly Word[] | string {
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)) return 'expected no control or invisible characters'
  if (/[\u201c\u201d\u201e\u00ab\u00bb]/u.test(text)) return 'expected straight quotes (")'
  if (!/^(?:(?:"[^"]*"|[^" ]+)(?: +|$))*$/.test(text))
    return 'expected each quote (") to be closed, and a space behind it'
  return [...text.matchAll(/"([^"]*)"|([^" ]+)/g)].map(([, quoted, plain]) => {
    return { text: quoted ?? plain ?? '', quoted: quoted !== undefined }
  })
}

function bare<Name extends string>(name: Name): Read<{ readonly name: Name }> {
  return (words) => (words.length === 0 ? { name } : `expected /dbward ${name} and nothing behind it`)
}

function only(words: readonly Word[]): Word | undefined {
  return words.length === 1 ? words[0] : undefined
}

function name(word: Word | undefined): string | null {
  try {
    return word === undefined || word.quoted ? null : plainName(word.text, 'name')
  } catch {
    return null
  }
}

function isFlag(word: Word | undefined): boolean {
  return word?.quoted === false && word.text.startsWith('-')
}

function reasonIn(flag: Word | undefined, said: Word | undefined): Reason | string {
  if (flag?.text !== '--reason' || flag.quoted || said?.quoted !== true)
    return 'expected --reason "..." at the end'
  const length = said.text.match(/[\p{L}\p{N}]/gu)?.length ?? 0
  if (length === 0) return 'expected a reason in words'
  return { length, sha256: createHash('sha256').update(said.text).digest('hex') }
}

function expected(command: keyof typeof usage): string {
  return `expected ${usage[command]}`
}

function unclear(why: string): { readonly kind: 'unclear'; readonly why: string } {
  return { kind: 'unclear', why }
}
