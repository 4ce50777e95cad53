import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSession } from '@dbward/agent/mysql/session'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Mysql, startMariadb } from '../mysql/private.ts'
import { withoutMysql } from '../mysql/skip.ts'

const left = withoutMysql || process.env.DBWARD_TEST_MYSQL_URL !== undefined || !hasOpenssl()
const folder = mkdtempSync(join(tmpdir(), 'dbward-tls-'))
let server: Mysql
beforeAll(async () => {
  if (left) return
  makeCertificates()
  server = await startMariadb([
    `--ssl-ca=${join(folder, 'ca.pem')}`,
    `--ssl-cert=${join(folder, 'server.pem')}`,
    `--ssl-key=${join(folder, 'server.key')}`,
  ])
})
afterAll(async () => {
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(left)('a server whose certificate is for localhost', () => {
  it('is spoken to in TLS under that name, with the right authority', async () => {
    const session = await openSession(
      at('localhost', `ssl-mode=VERIFY_IDENTITY&ssl-ca=${join(folder, 'ca.pem')}`),
      'test',
    )
    const [row] = await session.query("show status like 'Ssl_cipher'")
    expect(String(row?.Value)).not.toBe('')
    await session.close()
  })

  it('is refused under another name', async () => {
    // Some address of this machine, under a name that the certificate does not have.
    const name = hostname()
    const opened = openSession(
      at(name, `ssl-mode=VERIFY_IDENTITY&ssl-ca=${join(folder, 'ca.pem')}`),
      'test',
    )
    await expect(opened).rejects.toMatchObject({ code: 'HANDSHAKE_SSL_ERROR' })
  })

  it('is not even asked by its number', async () => {
    const opened = openSession(at('127.0.0.1', 'ssl-mode=VERIFY_IDENTITY'), 'test')
    await expect(opened).rejects.toMatchObject({ name: 'ConfigError' })
  })

  it('is refused where its authority is not trusted', async () => {
    const opened = openSession(at('localhost', 'ssl-mode=VERIFY_IDENTITY'), 'test')
    await expect(opened).rejects.toMatchObject({ code: 'HANDSHAKE_SSL_ERROR' })
  })
})

function at(host: string, options: string): string {
  return `${server.url().replace('127.0.0.1', host)}?${options}`
}

function makeCertificates(): void {
  const run = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  const key = ['-newkey', 'rsa:2048', '-nodes', '-days', '2']
  run('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=test authority')
  run('req', ...key.slice(0, 3), '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost')
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost\n')
  const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names']
  run('x509', '-req', '-in', 'server.csr', ...signing, '-out', 'server.pem')
  // The server runs as somebody else; the key is one of a minute.
  chmodSync(folder, 0o755)
  chmodSync(join(folder, 'server.key'), 0o644)
}

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
