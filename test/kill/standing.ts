import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { attemptsOf } from '@dbward/app/store/attempts'
import { closeStore, type Store } from '@dbward/app/store/open'
import { openForReading } from '@dbward/app/store/read-only'
import { requestsOf } from '@dbward/app/store/requests'
import type { AttemptRow, RequestRow } from '@dbward/app/store/rows'
import type { Stage } from '../stage/stage.ts'
import type { MergedChange } from './change.ts'

export type Standing = { readonly request: RequestRow; readonly attempts: readonly AttemptRow[] }

/** What the server's store says, read beside it. */
export function read<T>(it: Stage, look: (store: Store) => T): T {
  const store = openForReading(it.storePath)
  try {
    return look(store)
  } finally {
    closeStore(store)
  }
}

/** The only request of a pull request, or null where there is none yet. */
export function standing(it: Stage, pr: number): Standing | null {
  return read(it, (store) => {
    const [request] = requestsOf(store, it.repo.id, pr)
    return request === undefined ? null : { request, attempts: attemptsOf(store, request.id) }
  })
}

/** Waits until the request is in this state and nobody owes anybody anything: no look, no posting, no receipt. */
export async function settled(
  it: Stage,
  change: MergedChange,
  ...states: readonly [string, ...string[]]
): Promise<Standing> {
  let last = 'unseen'
  const look = async () => {
    if (readdirSync(join(it.folder, 'spool', 'receipts')).length > 0) return null
    const found = standing(it, change.pr)
    if (found !== null) last = `${found.request.state}: ${found.request.reason}`
    return found !== null && states.includes(found.request.state) && owed(it, change.pr) === 0 ? found : null
  }
  const what = `${change.name} to be ${states.join(' or ')}, and everything said`
  return it.until(what, look).catch((cause: unknown) => {
    throw new Error(`${change.name} is ${last}`, { cause })
  })
}

function owed(it: Stage, pr: number): number {
  return read(it, ({ db }) => {
    const counted = db
      .prepare<[number, number, number, number], { n: number }>(
        `select (select count(*) from surface where repo_id = ? and pr = ? and posted_hash is not hash)
              + (select count(*) from dirty where repo_id = ? and pr = ?) as n`,
      )
      .get(it.repo.id, pr, it.repo.id, pr)
    return counted?.n ?? 0
  })
}
