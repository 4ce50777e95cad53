import { EventEmitter } from 'node:events'
import { ConfigError } from '@dbward/protocol/errors'
import Database from 'better-sqlite3'
import type { Store } from './open.ts'

/** The store beside a server that runs: nothing can be written through it. */
export function openForReading(path: string): Store {
  try {
    return { db: new Database(path, { readonly: true, fileMustExist: true }), bell: new EventEmitter() }
  } catch (cause) {
    const why = (cause as { code?: string }).code ?? 'an error'
    throw new ConfigError([`${path}: expected the store of a dbward server, got ${why}`], { cause })
  }
}
