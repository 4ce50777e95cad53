import type { Store } from './open.ts'

/** How much waits, for the metrics. */
export type Backlog = {
  readonly dirty: number
  readonly surfaces: number
  readonly deliveries: number
}

export function backlog({ db }: Store): Backlog {
  const found = db
    .prepare<[], Backlog>(
      `select (select count(*) from dirty) as dirty,
         (select count(*) from surface where posted_hash is not hash) as surfaces,
         (select count(*) from delivery) as deliveries`,
    )
    .get()
  if (found === undefined) throw new Error('expected one row of counts, got none')
  return found
}

/** Takes the lock of a writer and lets go: throws where the store cannot be written. */
export function probeWritable({ db }: Store): void {
  db.exec('begin immediate; rollback')
}
