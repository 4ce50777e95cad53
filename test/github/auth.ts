import { decodeJwt, errors, importSPKI, jwtVerify } from 'jose'
import { ApiError } from './api.ts'
import { accountByLogin } from './lookup.ts'
import type { Account, App, InstallationToken, World } from './world.ts'

export type Caller =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly account: Account }
  | { readonly kind: 'app'; readonly app: App }
  | { readonly kind: 'installation'; readonly app: App; readonly token: InstallationToken }

// https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
const LONGEST_JWT_SECONDS = 600

/** Who asks. A credential that nobody has is 401, never an anonymous caller. */
export async function authenticate(world: World, header: string | undefined): Promise<Caller> {
  const credential = credentialOf(header)
  if (credential === null) return { kind: 'anonymous' }
  if (credential.split('.').length === 3 && !credential.startsWith('gh')) {
    return { kind: 'app', app: await appOfJwt(world, credential) }
  }
  return callerOfToken(world, credential)
}

/** The account in whose name a caller acts. */
export function accountOf(caller: Caller): Account {
  if (caller.kind === 'user') return caller.account
  if (caller.kind === 'installation') return caller.app.bot
  throw new ApiError(401, 'Requires authentication')
}

export function appOf(caller: Caller): App | null {
  return caller.kind === 'installation' ? caller.app : null
}

/** The name of a caller in faults and in the record of exchanges. */
export function nameOf(caller: Caller): string {
  if (caller.kind === 'anonymous') return 'anonymous'
  return caller.kind === 'app' ? `app:${caller.app.slug}` : accountOf(caller).login
}

function credentialOf(header: string | undefined): string | null {
  if (!header) return null
  const [scheme = '', value = ''] = header.split(/ +/, 2)
  if (/^(bearer|token)$/i.test(scheme) && value) return value
  if (/^basic$/i.test(scheme)) {
    const plain = Buffer.from(value, 'base64').toString('utf8')
    return plain.slice(plain.indexOf(':') + 1)
  }
  throw badCredentials()
}

export const SUSPENDED = 'This installation has been suspended'

function callerOfToken(world: World, token: string): Caller {
  const account = world.userTokens.get(token)
  if (account) return { kind: 'user', account }
  const found = world.installationTokens.get(token)
  if (!found || found.expiresAt <= world.now() || !world.installations.has(found.installation.id)) {
    throw badCredentials()
  }
  if (found.installation.suspendedAt) throw new ApiError(403, SUSPENDED)
  return { kind: 'installation', app: found.installation.app, token: found }
}

async function appOfJwt(world: World, jwt: string): Promise<App> {
  try {
    const issuer = String(decodeJwt(jwt).iss)
    const app = [...world.apps.values()].find(
      ({ id, clientId }) => String(id) === issuer || clientId === issuer,
    )
    if (!app) throw new ApiError(404, 'Integration not found')
    const key = await importSPKI(app.publicKey, 'RS256')
    const { payload } = await jwtVerify(jwt, key, { algorithms: ['RS256'], currentDate: world.now() })
    const now = Math.floor(world.now().getTime() / 1000)
    if (typeof payload.iat !== 'number' || payload.iat > now) {
      throw new ApiError(401, "'Issued at' claim ('iat') must be an Integer representing a time in the past")
    }
    if (typeof payload.exp !== 'number' || payload.exp > now + LONGEST_JWT_SECONDS) {
      throw new ApiError(401, "'Expiration time' claim ('exp') is too far in the future")
    }
    return app
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      throw new ApiError(401, "'Expiration time' claim ('exp') must be a numeric value in the future")
    }
    if (error instanceof errors.JOSEError) {
      throw new ApiError(401, 'A JSON web token could not be decoded')
    }
    throw error
  }
}

export function badCredentials(): ApiError {
  return new ApiError(401, 'Bad credentials')
}

/** The user that a commit's email address belongs to. */
export function accountByEmail(world: World, email: string): Account | null {
  const wanted = email.toLowerCase()
  const known = [...world.accounts.values()].find((account) => account.email.toLowerCase() === wanted)
  if (known) return known
  const login = /^\d+\+(.+)@users\.noreply\.github\.com$/.exec(wanted)?.[1]
  return (login && accountByLogin(world, login)) || null
}
