import { keepsOut } from '@dbward/rules/lock-mode'
import { code, type Markdown, md, table } from './markdown.ts'
import type { ChangeView, LockView } from './model.ts'
import { withRest } from './tables.ts'

/** More are counted: whoever reads on looks at the file itself. */
const most = 30

/** Whom the statements of a change keep waiting, and what grows with the table. Empty where nobody waits. */
export function locksTable(view: ChangeView): Markdown {
  const all = view.files.flatMap(({ path, locks }) => locks.map((one) => ({ path, ...one })))
  if (all.length === 0) return md``
  const sorted = [...all].sort((a, b) => weight(b) - weight(a))
  const rows = sorted
    .slice(0, most)
    .map((one) => [code(one.relation), code(`${one.path}:${one.line}`), waiting(one), time(one)])
  const shown = table(['locked', 'by', 'who waits', 'how long'], rows)
  return withRest(shown, all.length - rows.length)
}

function weight({ lock, scans, rewrites }: LockView): number {
  const long = rewrites === 'yes' ? 3 : scans === 'yes' ? 2 : scans === 'no' && rewrites === 'no' ? 0 : 1
  return long * 2 + (keepsOut(lock) === 'everybody' ? 1 : 0)
}

function waiting({ lock }: LockView): Markdown {
  return keepsOut(lock) === 'everybody' ? md`readers and writers` : md`writers`
}

function time({ scans, rewrites }: LockView): Markdown {
  if (rewrites === 'yes') return md`until every row is written anew`
  if (rewrites === 'depends') return md`until every row is written anew, where that is needed`
  if (scans === 'yes') return md`until every row is read`
  return scans === 'depends' ? md`until the rows are read, where that is needed` : md`until the file is done`
}
