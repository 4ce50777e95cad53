import { EventEmitter } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { ConfigError } from '@dbward/protocol/errors'
import Database from 'better-sqlite3'
import { migrations } from './schema.ts'

/**
 * The server's memory. `bell` rings `dirty` when a pull request is to be looked at again, and `surface` when there is
 * something to post: an ear spares the wait for the next poll and is never needed for correctness.
 */
export type Store = {
  readonly db: Database.Database
  readonly bell: EventEmitter<{ readonly dirty: []; readonly surface: [] }>
}

/** Opens the file, or makes it. Refuses a damaged store, and one that a newer dbward has written. */
export function openStore(path: string): Store {
  makePrivate(path)
  const db = new Database(path)
  try {
    db.pragma('journal_mode = wal')
    // better-sqlite3 is compiled with synchronous=NORMAL for WAL, where a power cut may undo a committed transaction.
    db.pragma('synchronous = full')
    db.pragma('foreign_keys = on')
    db.pragma('busy_timeout = 5000')
    check(db, path)
    migrate(db, path)
    return { db, bell: new EventEmitter() }
  } catch (error) {
    db.close()
    throw error
  }
}

export function closeStore(store: Store): void {
  store.db.close()
}

/** Tokens and evidence are nobody else's to read; SQLite gives its side files the mode of this one. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600))
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code
    throw new ConfigError([
      `store.path: expected a file that can be written at ${path}, got ${why}; make its folder and check its owner`,
    ])
  }
}

function check(db: Database.Database, path: string): void {
  let found: unknown
  try {
    found = db.pragma('quick_check(1)', { simple: true })
  } catch (error) {
    found = (error as { code?: string }).code
  }
  if (found === 'ok') return
  throw new ConfigError([
    `store.path: expected a sound SQLite database at ${path}, got ${found}; restore it from a backup and verify the audit log`,
  ])
}

function migrate(db: Database.Database, path: string): void {
  const version = Number(db.pragma('user_version', { simple: true }))
  if (version > migrations.length) {
    throw new ConfigError([
      `store.path: expected a store of version ${migrations.length} or older at ${path}, got ${version}; run the newer dbward that wrote it`,
    ])
  }
  migrations.forEach((sql, index) => {
    if (index < version) return
    const step = db.transaction(() => {
      db.exec(sql)
      db.pragma(`user_version = ${index + 1}`)
    })
    step.exclusive()
  })
}
