import { list, matching, open, type Parsed, type Parser, text } from '@dbward/protocol/shape'

const base64url = matching(/^[A-Za-z0-9_-]{1,2048}$/, 'base64url')
const publicKey = open({ kty: text, kid: text, n: base64url, e: base64url })
/** What of a key of RSA is public; nothing else of a published key is looked at. */
export type RsaKey = Parsed<typeof publicKey>

/** The issuer's keys cannot be had: nobody can be told from anybody, and nobody comes in. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable'
}

export type JwksDeps = {
  readonly issuer: string
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds, never backwards. */
  readonly monotonic: () => number
}

const timeoutMs = 5_000
const mostBytes = 256 * 1024
const mostKeys = 100
/** A key that the issuer takes back is believed for at most this long. */
const freshMs = 10 * 60_000
/** Between two readings, whether the first brought keys or not: nobody can make this server ask more often. */
const cooldownMs = 30_000

/**
 * The keys of an issuer by their id, from its own address and from nowhere that a token names. Read when they are
 * needed, one reading at a time for all who wait. Null for a key that the issuer does not have.
 */
export function createJwks({ issuer, fetch, monotonic }: JwksDeps): (kid: string) => Promise<RsaKey | null> {
  let keys: ReadonlyMap<string, RsaKey> | null = null
  let readAt = Number.NEGATIVE_INFINITY
  let askedAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | null = null

  const known = () => (keys !== null && monotonic() - readAt < freshMs ? keys : null)

  async function read(): Promise<void> {
    askedAt = monotonic()
    const found = await ask(`${issuer}/.well-known/jwks`, fetch)
    keys = found
    readAt = monotonic()
  }

  return async (kid) => {
    const before = known()?.get(kid)
    if (before !== undefined) return before
    if (reading === null && monotonic() - askedAt >= cooldownMs) {
      reading = read().finally(() => {
        reading = null
      })
    }
    try {
      await reading
    } catch (cause) {
      if (known() === null) throw new KeysUnavailable(`the keys of ${issuer} cannot be read`, { cause })
    }
    const now = known()
    if (now === null) throw new KeysUnavailable(`the keys of ${issuer} could not be read a moment ago`)
    return now.get(kid) ?? null
  }
}

async function ask(url: string, fetch: typeof globalThis.fetch): Promise<ReadonlyMap<string, RsaKey>> {
  const answer = await fetch(url, {
    redirect: 'error',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(timeoutMs),
  })
  if (answer.status !== 200) {
    await answer.body?.cancel()
    throw new Error(`expected the keys, got status ${answer.status}`)
  }
  const { keys } = jwks(JSON.parse(await bounded(answer)), 'jwks')
  const found = new Map<string, RsaKey>()
  for (const one of keys) {
    if (one === null) continue
    // Two keys under one id: which of them signed cannot be said, so the answer as a whole is not believed.
    if (found.has(one.kid)) throw new Error(`expected every key id once, got ${one.kid} twice`)
    found.set(one.kid, one)
  }
  return found
}

/** Keys of other kinds, or for other uses, are none for us. */
const signingKey: Parser<RsaKey | null> = (value, at) => {
  const { kty, use, alg } = open({ kty: text, use: anything, alg: anything })(value, at)
  if (kty !== 'RSA' || (use ?? 'sig') !== 'sig' || (alg ?? 'RS256') !== 'RS256') return null
  return publicKey(value, at)
}
function anything(value: unknown): unknown {
  return value
}
const jwks = open({ keys: list(signingKey, mostKeys) })

async function bounded(answer: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of answer.body ?? []) {
    size += part.length
    if (size > mostBytes) throw new Error(`the keys are larger than ${mostBytes} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
