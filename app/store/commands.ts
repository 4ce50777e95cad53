import type { Store } from './open.ts'
import type { CommandRow, PressRow } from './rows.ts'

/** What was asked on one pull request and is answered, the oldest first. */
export function commandsOf({ db }: Store, repoId: number, pr: number): readonly CommandRow[] {
  return db
    .prepare<[number, number], CommandRow>(
      'select * from command where repo_id = ? and pr = ? order by at, key',
    )
    .all(repoId, pr)
}

/** Buttons of one pull request that were pressed and not answered yet, the oldest first. */
export function pressesOf({ db }: Store, repoId: number, pr: number): readonly PressRow[] {
  return db
    .prepare<[number, number], PressRow>(
      `select press.* from press left join command on command.key = 'press:' || press.guid
       where press.repo_id = ? and press.pr = ? and command.key is null order by press.received_at, press.guid`,
    )
    .all(repoId, pr)
}
