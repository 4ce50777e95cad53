import type { Dialect } from './dialect.ts'
import type { Engine } from './engine.ts'
import { mysqlText } from './mysql/text.ts'
import { postgresText } from './postgres/boundaries.ts'

export function dialectOf(engine: Engine, bytes: Uint8Array): Dialect {
  return engine === 'postgres' ? postgresText(bytes) : mysqlText(bytes)
}
