import { versionOf } from '@dbward/rules/engine'
import { costOf } from '@dbward/rules/mysql/online'
import type { Online } from '@dbward/rules/mysql/work'
import { readFile } from '@dbward/rules/read'
import { review } from '@dbward/rules/review'
import type { Mysql } from '../mysql/mysql.ts'

const algorithms = ['instant', 'nocopy', 'inplace', 'copy'] as const
const locks = ['none', 'shared', 'exclusive'] as const

const encode = (sql: string) => new TextEncoder().encode(sql)

/** "10.11.19-MariaDB-0+deb12u1" -> "10.11.19" */
function plain({ version }: Mysql): string {
  return /^[\d.]+/.exec(version)?.[0] ?? ''
}

/** The least and the most that a statement costs, as the review's table has it for this server. */
export function saidOf(sql: string, server: Mysql): { readonly best: Online; readonly worst: Online } {
  const at = { engine: server.engine, version: versionOf(plain(server)) }
  const works = readFile(encode(sql), server.engine).read.flatMap(({ lowered }) =>
    lowered.flatMap((one) => (one.kind === 'table-work' ? one.works : [])),
  )
  const costs = works.map((work) => costOf(work, at))
  return { best: most(costs.map(({ best }) => best)), worst: most(costs.map(({ worst }) => worst)) }
}

function most(all: readonly Online[]): Online {
  const one = (rank: readonly number[]) => Math.max(0, ...rank)
  return {
    algorithm: algorithms[one(all.map(({ algorithm }) => algorithms.indexOf(algorithm)))] ?? 'copy',
    lock: locks[one(all.map(({ lock }) => locks.indexOf(lock)))] ?? 'exclusive',
  }
}

/** Whether what happened is no less than the one and no more than the other. */
export function isBetween(real: Online, best: Online, worst: Online): boolean {
  const within = <Value>(order: readonly Value[], value: Value, from: Value, to: Value) =>
    order.indexOf(from) <= order.indexOf(value) && order.indexOf(value) <= order.indexOf(to)
  return (
    within(algorithms, real.algorithm, best.algorithm, worst.algorithm) &&
    within(locks, real.lock, best.lock, worst.lock)
  )
}

const rules = new Set([
  ...['alter-copies-table', 'alter-column-type', 'charset-conversion', 'engine-change'],
  ...['primary-key-change', 'add-foreign-key', 'create-index-not-concurrently'],
])

/** Whether the review says that writers wait. */
export async function reports(sql: string, server: Mysql): Promise<boolean> {
  const files = [{ path: '1_x.sql', bytes: encode(sql) }]
  const [reviewed] = await review(files, { engine: server.engine, serverVersion: plain(server) })
  return reviewed?.findings.some(({ rule }) => rules.has(rule)) === true
}
