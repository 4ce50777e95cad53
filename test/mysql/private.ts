import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Account, account } from '../postgres/binaries.ts'
import { freePort } from '../postgres/port.ts'
import { gone, reaped, signalIfAlive } from '../postgres/processes.ts'
import { watchdog } from '../postgres/watchdog.ts'
import { type Binaries, binaries } from './binaries.ts'
import { existingMysql } from './existing.ts'
import { doors, type Mysql, queryOnce, versionOf } from './mysql.ts'

export type { Mysql } from './mysql.ts'

/**
 * A MariaDB of our own: own port, own directory, gone when this process is gone, even by SIGKILL. With
 * `DBWARD_TEST_MYSQL_URL` (an administrator's URL, of MySQL or MariaDB) the server behind it is used instead; that one
 * cannot be crashed, and takes none of `options`, which are for a server of our own.
 */
export async function startMariadb(options: readonly string[] = []): Promise<Mysql> {
  const existing = process.env.DBWARD_TEST_MYSQL_URL
  return existing === undefined ? startPrivate(options) : existingMysql(existing)
}

const admin = 'root'

async function startPrivate(options: readonly string[]): Promise<Mysql> {
  const programs = binaries()
  const who = account()
  const home = mkdtempSync(join(tmpdir(), 'dbward-my-'))
  own(home, who)
  const password = randomBytes(12).toString('hex')
  makeFiles(programs, home, who)
  const first = join(home, 'first.sql')
  writeFileSync(first, accounts(password), { mode: 0o600 })
  own(first, who)
  const watch = watchdog(home, 'pid')

  const port = await freePort()
  const at = doors(`127.0.0.1:${port}`, admin, password)
  const up = (more: readonly string[] = []) =>
    launch(programs, home, who, port, at.adminUrl, [...options, ...more])
  let server = await up([`--init-file=${first}`])
  rmSync(first)
  const end = async (signal: NodeJS.Signals) => {
    signalIfAlive(pidOf(server), signal)
    await Promise.all([gone([pidOf(server)]), reaped(server)])
  }
  return {
    ...at,
    ...(await versionOf(at.adminUrl)),
    port,
    get pid() {
      return pidOf(server)
    },
    crash: () => end('SIGKILL'),
    halt: () => end('SIGTERM'),
    start: async () => {
      server = await up()
    },
    stop: async () => {
      // Nobody needs what is in it, and an orderly stop takes longer.
      await end('SIGKILL')
      watch.kill('SIGKILL')
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function own(path: string, { uid, gid }: Account): void {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid)
}

/** Small files, so that many instances fit on one machine; every commit goes to the disk, as in production. */
const storage = ['--innodb-log-file-size=16M', '--innodb-data-file-path=ibdata1:8M:autoextend']

function makeFiles({ install, base }: Binaries, home: string, who: Account): void {
  const options = [`--basedir=${base}`, `--datadir=${join(home, 'data')}`, `--tmpdir=${home}`, ...storage]
  execFileSync(
    install,
    ['--no-defaults', '--skip-test-db', '--auth-root-authentication-method=normal', ...options],
    {
      ...who,
      cwd: home,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
}

/** Before anybody can connect: one administrator with a password, who comes from this machine. One statement a line. */
function accounts(password: string): string {
  return [
    `create or replace user ${admin}@'127.0.0.1' identified by '${password}';`,
    `grant all privileges on *.* to ${admin}@'127.0.0.1' with grant option;`,
    `delete from mysql.global_priv where not (User = '${admin}' and Host = '127.0.0.1') and User <> 'mariadb.sys';`,
    'flush privileges;',
    '',
  ].join('\n')
}

async function launch(
  { server: path }: Binaries,
  home: string,
  who: Account,
  port: number,
  adminUrl: string,
  more: readonly string[],
): Promise<ChildProcess> {
  const args = [
    '--no-defaults',
    `--datadir=${join(home, 'data')}`,
    // A server that starts deletes the temporary tables that others have in a folder that they share.
    `--tmpdir=${home}`,
    `--socket=${join(home, 'socket')}`,
    `--pid-file=${join(home, 'pid')}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    '--innodb-flush-log-at-trx-commit=1',
    '--innodb-buffer-pool-size=32M',
    '--character-set-server=utf8mb4',
    ...storage,
    ...more,
  ]
  const server = spawn(path, args, { ...who, cwd: home, detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  server.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4_000)
  })
  server.unref()
  const stderr = server.stderr as unknown as { unref?: () => void } | null
  stderr?.unref?.()
  await ready(server, adminUrl, () => said)
  return server
}

async function ready(server: ChildProcess, adminUrl: string, said: () => string): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 25) {
    if (server.exitCode !== null) throw new Error(`mariadbd ended with ${server.exitCode}: ${said()}`)
    const up = await queryOnce(adminUrl, 'select 1', []).then(
      () => true,
      () => false,
    )
    if (up) return
    await sleep(25)
  }
  throw new Error(`mariadbd was not ready within 60 s: ${said()}`)
}

function pidOf(server: ChildProcess): number {
  if (server.pid === undefined) throw new Error('mariadbd did not start')
  return server.pid
}
