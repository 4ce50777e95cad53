import type { Store } from './open.ts'
import type { AgentRow } from './rows.ts'

type Raw = Omit<AgentRow, 'databases' | 'actions'> & { readonly databases: string; readonly actions: string }

export function agent({ db }: Store, id: string): AgentRow | null {
  const raw = db.prepare<[string], Raw>('select * from agent where id = ?').get(id)
  return raw === undefined ? null : read(raw)
}

/** Revoked ones too. */
export function agents({ db }: Store): readonly AgentRow[] {
  return db.prepare<[], Raw>('select * from agent order by id').all().map(read)
}

function read(raw: Raw): AgentRow {
  return { ...raw, databases: JSON.parse(raw.databases), actions: JSON.parse(raw.actions) }
}
