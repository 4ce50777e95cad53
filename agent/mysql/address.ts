import { readFileSync } from 'node:fs'
import { ConfigError } from '@dbward/protocol/errors'

/** How to reach one account on one server. `ca` is PEM text; `tls` false sends everything in the clear. */
export type Address = {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  readonly tls: boolean
  readonly ca: string | null
}

const modes = ['VERIFY_IDENTITY', 'DISABLED'] as const

/**
 * Reads `mysql://user:password@host:port/database?ssl-mode=...&ssl-ca=...`; throws a `ConfigError` that names no part of
 * it. The driver reads its options from an address too, several statements a message among them: it never sees one.
 */
export function parseAddress(url: string): Address {
  let at: URL
  try {
    at = new URL(url)
  } catch {
    throw new ConfigError(['expected an address like mysql://user:password@host:3306/database'])
  }
  const problems: string[] = []
  const wrong = (problem: string) => void problems.push(`the address of the database: ${problem}`)
  if (!/^(mysql|mariadb):$/.test(at.protocol)) wrong('expected it to begin with mysql:// or mariadb://')
  if (at.hostname === '') wrong('expected a host')
  if (at.username === '') wrong('expected a user')
  const database = decoded(at.pathname.slice(1))
  if (database === '' || database.includes('/')) wrong('expected the name of one database after the host')
  // A NUL would end the name where the server reads it.
  if (/\p{Cc}/u.test(database) || /\p{Cc}/u.test(decoded(at.username))) {
    wrong('expected user and database without control characters')
  }
  const given = [...at.searchParams.keys()]
  // After a ? that should have been encoded comes a part of the password, so no name is said.
  if (given.some((name) => name !== 'ssl-mode' && name !== 'ssl-ca')) {
    wrong('expected ssl-mode or ssl-ca after the ?, got another option')
  }
  if (new Set(given).size < given.length) wrong('expected each option once')
  const host = at.hostname.replace(/^\[(.*)\]$/, '$1')
  const mode = at.searchParams.get('ssl-mode')
  if (mode !== null && !modes.some((one) => one === mode)) {
    wrong(`expected ssl-mode to be ${modes.join(' or ')}`)
  }
  const tls = mode === null ? !isLoopback(host) : mode !== 'DISABLED'
  // The driver compares a certificate with a name only; with a number it would take one for `localhost`.
  if (tls && isNumber(host))
    wrong('expected the name of the host, with which its certificate is compared, got its number')
  const path = at.searchParams.get('ssl-ca')
  if (path !== null && !tls) wrong('expected ssl-ca only where ssl-mode is VERIFY_IDENTITY')
  if (problems.length > 0) throw new ConfigError(problems)
  return {
    host,
    port: at.port === '' ? 3306 : Number(at.port),
    user: decoded(at.username),
    password: decoded(at.password),
    database,
    tls,
    ca: path === null ? null : pem(path),
  }
}

/**
 * What the driver is told, option by option, for every connection of ours: no file of ours is read for a server, no spaces
 * are lexed otherwise than by default, nothing is compiled from names of columns, and TLS compares the name of the host.
 */
export function driverOptions(url: string) {
  const { tls, ca, ...at } = parseAddress(url)
  return {
    ...at,
    ...(tls ? { ssl: { verifyIdentity: true, ...(ca === null ? {} : { ca }) } } : {}),
    charset: 'utf8mb4',
    multipleStatements: false,
    disableEval: true,
    supportBigNumbers: true,
    flags: ['-LOCAL_FILES', '-IGNORE_SPACE', '-FOUND_ROWS', '-ODBC'],
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function isNumber(host: string): boolean {
  return host.includes(':') || /^[\d.]+$/.test(host)
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new ConfigError([
      'the address of the database: expected user, password and name in percent-encoding',
    ])
  }
}

function pem(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    throw new ConfigError([`${path}: cannot read the certificates of ssl-ca (${code})`], { cause })
  }
}
