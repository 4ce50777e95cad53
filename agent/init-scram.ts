import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'

/**
 * The form in which PostgreSQL stores a password for SCRAM-SHA-256 (RFC 5802, RFC 7677). Sent instead of the password,
 * it keeps the password out of the server's log.
 */
export function scramVerifier(password: string, salt: Uint8Array, iterations = 4096): string {
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, 32, 'sha256')
  const stored = createHash('sha256').update(keyed(salted, 'Client Key')).digest('base64')
  const server = keyed(salted, 'Server Key').toString('base64')
  return `SCRAM-SHA-256$${iterations}:${Buffer.from(salt).toString('base64')}$${stored}:${server}`
}

function keyed(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
