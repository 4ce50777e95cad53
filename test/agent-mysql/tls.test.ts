import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSession } from '@dbward/agent/mysql/session'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Mysql, startMariadb } from '../mysql/private.ts'
import { withoutMysql } from '../mysql/skip.ts'

const left = withoutMysql || process.env.DBWARD_TEST_MYSQL_URL !== undefined || !hasOpenssl()
const key = ['-newkey', 'rsa:2048', '-nodes']
const folder = mkdtempSync(join(tmpdir(), 'dbward-tls-'))
let server: Mysql
let other: Mysql
beforeAll(async () => {
  if (left) return
  openssl(
    'req',
    '-x509',
    ...key,
    '-days',
    '2',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=test authority',
  )
  chmodSync(folder, 0o755)
  server = await startMariadb(certificate('localhost'))
  other = await startMariadb(certificate('elsewhere.example'))
})
afterAll(async () => {
  await server?.stop()
  await other?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const trusting = `ssl-mode=VERIFY_IDENTITY&ssl-ca=${join(folder, 'ca.pem')}`

describe.skipIf(left)('a server with a certificate', () => {
  it('is spoken to in TLS under its name, with the right authority', async () => {
    const session = await openSession(at(server, 'localhost', trusting), 'test')
    const [row] = await session.query("show status like 'Ssl_cipher'")
    expect(String(row?.Value)).not.toBe('')
    await session.close()
  })

  it('for another name is refused', async () => {
    const opened = openSession(at(other, 'localhost', trusting), 'test')
    await expect(opened).rejects.toMatchObject({ code: 'HANDSHAKE_SSL_ERROR' })
  })

  it('is refused where its authority is not trusted', async () => {
    const opened = openSession(at(server, 'localhost', 'ssl-mode=VERIFY_IDENTITY'), 'test')
    await expect(opened).rejects.toMatchObject({ code: 'HANDSHAKE_SSL_ERROR' })
  })

  it('is not even asked by its number', async () => {
    const opened = openSession(at(server, '127.0.0.1', trusting), 'test')
    await expect(opened).rejects.toMatchObject({ name: 'ConfigError' })
  })
})

function at(which: Mysql, host: string, options: string): string {
  return `${which.url().replace('127.0.0.1', host)}?${options}`
}

/** The options with which a server shows a certificate for this name. */
function certificate(name: string): readonly string[] {
  openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
  writeFileSync(join(folder, 'names'), `subjectAltName=DNS:${name}\n`)
  const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names']
  openssl('x509', '-req', '-in', `${name}.csr`, ...signing, '-out', `${name}.pem`)
  // The server runs as somebody else; the key is one of a minute.
  chmodSync(join(folder, `${name}.key`), 0o644)
  return [
    `--ssl-ca=${join(folder, 'ca.pem')}`,
    `--ssl-cert=${join(folder, `${name}.pem`)}`,
    `--ssl-key=${join(folder, `${name}.key`)}`,
  ]
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
}

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
