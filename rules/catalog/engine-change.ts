import { toldOf } from '../mysql/told.ts'
import type { Work } from '../mysql/work.ts'
import type { Rule } from '../rule.ts'

export const engineChange: Rule = {
  id: 'engine-change',
  engines: ['mysql', 'mariadb'],
  severity: 'warn',
  title: 'ALTER TABLE ... ENGINE',
  why: 'A table that gets another engine is copied while writers wait, which grows with the table. Other engines than InnoDB have neither transactions nor foreign keys. A table of InnoDB that gets InnoDB again is built anew while writers go on.',
  instead:
    'End it with ALGORITHM=INPLACE, LOCK=NONE, which the server refuses for a change of the engine; then use a tool that changes the schema online.',
  bad: 'ALTER TABLE visits ENGINE=InnoDB;',
  good: 'ALTER TABLE visits ENGINE=InnoDB, ALGORITHM=INPLACE, LOCK=NONE;',

  check: (statement, file) => toldOf(statement, file, works),
}

const works: ReadonlySet<Work> = new Set(['engine-innodb', 'engine-other'] as const)
