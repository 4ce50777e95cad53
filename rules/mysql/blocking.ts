import type { StatementOf } from '../statement.ts'
import { asksForMore } from './asked.ts'
import { type Cost, copiesOnline, costOf, type Server } from './online.ts'
import type { Asked, Online, Work } from './work.ts'

export type TableWork = StatementOf<'table-work'>

/** A work that keeps writers waiting; `surely`, or only if the table was not as the author hopes. */
export type Blocking = { readonly work: Work; readonly surely: boolean; readonly online: Online }

/** The works of a command that keep writers waiting on this server, as the author has asked for it. */
export function blockingWorks({ works, asked, beside }: TableWork, server: Server): readonly Blocking[] {
  return works.flatMap((work) => {
    if (work === 'asked') return ownWish(asked, beside, server)
    const cost = costOf(work, server)
    const worst = worstOf(work, cost, asked, server)
    if (worst.lock === 'none') return []
    return [{ work, surely: cost.best.lock !== 'none' || asked.algorithm === 'copy', online: worst }]
  })
}

/** What is left of the worst when the server refuses what it was not asked for. */
function worstOf(work: Work, { best, worst }: Cost, asked: Asked, server: Server): Online {
  const noWay: Online = { algorithm: best.algorithm, lock: 'none' }
  // MariaDB takes ALGORITHM=INSTANT and NOCOPY for a change of the engine, and copies.
  const ignored = work.startsWith('engine-') && server.engine === 'mariadb' && asked.algorithm !== 'inplace'
  // The rows of the table that a new key points to are locked whatever is asked for the other one.
  const elsewhere = work === 'add-foreign-key' && copiesOnline(server)
  if (asked.lock === 'none') return elsewhere ? worst : noWay
  if (asked.algorithm === undefined || asked.algorithm === 'copy' || ignored) return worst
  if (asked.algorithm === 'instant') return noWay
  // With an index on it, it is built in place under a lock.
  if (work === 'add-column-virtual-among-others') return { algorithm: 'nocopy', lock: 'shared' }
  return worst.algorithm === 'copy' ? (best.algorithm === 'copy' ? noWay : best) : worst
}

/** ALGORITHM=COPY, LOCK=SHARED, LOCK=EXCLUSIVE: told where no command of the statement makes writers wait by itself. */
function ownWish(asked: Asked, beside: readonly Work[], server: Server): readonly Blocking[] {
  if (!asksForMore(asked) || beside.some((work) => costOf(work, server).worst.lock !== 'none')) return []
  const copies = asked.algorithm === 'copy'
  if (copies && asked.lock === undefined && copiesOnline(server)) return []
  // What is instant is over at once, whatever the lock; MySQL has no LOCK for it, and takes another way then.
  const atOnce = beside.every((work) => costOf(work, server).worst.algorithm === 'instant')
  if (!copies && atOnce && server.engine === 'mariadb') return []
  const lock = asked.lock ?? 'shared'
  return [{ work: 'asked', surely: true, online: { algorithm: copies ? 'copy' : 'inplace', lock } }]
}

/** Whether the server may build the table anew for it. */
export function mayRewrite({ works, asked }: TableWork, server: Server): boolean {
  if (asked.algorithm === 'copy') return works.length > 0
  if (asked.algorithm === 'instant' || asked.algorithm === 'nocopy')
    return works.some((work) => work.startsWith('engine-'))
  return works.some((work) => {
    const { algorithm } = costOf(work, server).worst
    return work !== 'asked' && (algorithm === 'copy' || algorithm === 'inplace')
  })
}
