import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Account, account, binaries } from './binaries.ts'
import { existingPostgres } from './existing.ts'
import { freePort } from './port.ts'
import { doors, type Postgres } from './postgres.ts'
import { childrenOf, gone, reaped, signalIfAlive } from './processes.ts'
import { watchdog } from './watchdog.ts'

export type { Postgres } from './postgres.ts'

/**
 * A PostgreSQL 18 of our own: own port, own directory, gone when this process is gone, even by SIGKILL. With
 * `DBWARD_TEST_PG_URL` (a superuser's URL) the server behind it is used instead; that one cannot be crashed.
 */
export async function startPostgres(): Promise<Postgres> {
  const existing = process.env.DBWARD_TEST_PG_URL
  return existing === undefined ? startPrivate() : existingPostgres(existing)
}

async function startPrivate(): Promise<Postgres> {
  const who = account()
  const home = mkdtempSync(join(tmpdir(), 'dbward-pg-'))
  if (who.uid !== undefined && who.gid !== undefined) chownSync(home, who.uid, who.gid)
  const native = binaries(who, home)
  const password = randomBytes(12).toString('hex')
  makeCluster(native, home, who, password)
  const watch = watchdog(home, 'data/postmaster.pid')

  const port = await freePort()
  let server = await launch(native, home, who, port)
  const host = `127.0.0.1:${port}`
  const kill = async (signal: 'SIGINT' | 'SIGKILL') => {
    const family = signal === 'SIGKILL' ? [pidOf(server), ...childrenOf(pidOf(server))] : [pidOf(server)]
    for (const pid of family) signalIfAlive(pid, signal)
    await Promise.all([gone(family), reaped(server)])
  }
  return {
    ...doors(host, 'postgres', password),
    port,
    get pid() {
      return pidOf(server)
    },
    crash: () => kill('SIGKILL'),
    halt: () => kill('SIGINT'),
    start: async () => {
      server = await launch(native, home, who, port)
    },
    stop: async () => {
      await kill('SIGINT')
      watch.kill('SIGKILL')
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function makeCluster(native: string, home: string, who: Account, password: string): void {
  const secret = join(home, 'password')
  writeFileSync(secret, password)
  if (who.uid !== undefined && who.gid !== undefined) chownSync(secret, who.uid, who.gid)
  const options = ['-U', 'postgres', '-E', 'UTF8', '--locale=C', '--no-sync', '--auth=scram-sha-256']
  execFileSync(join(native, 'bin', 'initdb'), ['-D', join(home, 'data'), `--pwfile=${secret}`, ...options], {
    ...who,
    cwd: home,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}

const settings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  // Not zero, so that PREPARE TRANSACTION is stopped by the ledger and not by the default configuration.
  max_prepared_transactions: '5',
  shared_buffers: '16MB',
  log_min_messages: 'fatal',
  log_min_error_statement: 'panic',
}

async function launch(native: string, home: string, who: Account, port: number): Promise<ChildProcess> {
  const args = ['-D', join(home, 'data'), '-p', String(port), '-k', home]
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`)
  const server = spawn(join(native, 'bin', 'postgres'), args, {
    ...who,
    cwd: home,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  server.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4_000)
  })
  server.unref()
  const stderr = server.stderr as unknown as { unref?: () => void } | null
  stderr?.unref?.()
  await ready(home, server, () => said)
  return server
}

/** The last line of postmaster.pid says `ready` as soon as connections are taken. */
async function ready(home: string, server: ChildProcess, said: () => string): Promise<void> {
  for (let waited = 0; waited < 30_000; waited += 10) {
    if (server.exitCode !== null) throw new Error(`postgres ended with ${server.exitCode}: ${said()}`)
    const lines = pidFile(home)
    if (lines[0] === String(server.pid) && lines[7]?.trim() === 'ready') return
    await sleep(10)
  }
  throw new Error(`postgres was not ready within 30 s: ${said()}`)
}

function pidFile(home: string): readonly string[] {
  try {
    return readFileSync(join(home, 'data', 'postmaster.pid'), 'utf8').split('\n')
  } catch {
    return []
  }
}

function pidOf(server: ChildProcess): number {
  if (server.pid === undefined) throw new Error('postgres did not start')
  return server.pid
}
