import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withoutMysql } from '../mysql/skip.ts'
import { seen } from '../stage/seen.ts'
import { examplePolicy } from '../stage/setting.ts'
import { type Stage, serverReady, stage } from '../stage/stage.ts'

describe.skipIf(withoutMysql)('on MariaDB', () => {
  let on: Stage
  let look: ReturnType<typeof seen>
  beforeAll(async () => {
    const policy = examplePolicy
      .replace('engine: postgres', 'engine: mariadb')
      .replace(/ *server_version.*\n/, '')
    on = await stage({ engine: 'mariadb', policy })
    look = seen(on)
    await on.query('create table Users (id bigint primary key, state enum("canary-7f3a", "b")) engine=innodb')
    await on.query('insert into Users select seq, "b" from seq_1_to_300000')
    await on.query(
      'create table orders (id bigint, user_id bigint, foreign key (user_id) references Users (id) on delete cascade)',
    )
    await on.query('analyze table Users')
    on.server.start()
    await serverReady(on)
    on.agent.start()
  }, 120_000)
  afterAll(async () => on?.stop())

  it('the check run of a pull request shows rows, size and age of what it touches', async () => {
    const { ann } = on.people
    await on.until('a schema', async () => look.kept('select n from schema_version').length > 0)
    const sql = 'alter table Users add column nick varchar(20);\n'
    const { pr, head } = await look.propose(ann, 'nick', { 'db/migrate/20260101000001_nick.sql': sql })
    await look.gate(pr, /./)
    const text = (await look.check(head, 'dbward/gate'))?.output.summary ?? ''
    expect(text).toContain('`app@production`: risk medium** · sizes by a schema snapshot')
    expect(text).toMatch(/: about \d{3},000 rows, \d+(\.\d)? MB, referenced by 1 foreign key/)
    expect(text).toMatch(/schema seen (just now|\d minutes? ago) by `agent-1`/)
    const [kept] = look.kept<{ envelope: string }>('select envelope from schema_version')
    const payload = Buffer.from(JSON.parse(kept?.envelope ?? '{}').payload, 'base64').toString()
    expect(payload).toContain('"enum(2)"')
    expect(payload).not.toContain('canary-7f3a')
  })
})
