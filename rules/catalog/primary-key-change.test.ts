import { testRule } from '../testing.ts'
import { primaryKeyChange } from './primary-key-change.ts'

const may = 'may copy a: writers of a wait then, the longer the larger it is'

for (const engine of ['mysql', 'mariadb'] as const) {
  testRule(
    primaryKeyChange,
    {
      reports: {
        'one that goes': [
          'ALTER TABLE a DROP PRIMARY KEY;\nDROP INDEX `PRIMARY` ON a',
          `1: Dropping the primary key ${may}, unless another UNIQUE key of NOT NULL columns takes its place.`,
          `2: Dropping the primary key ${may}, unless another UNIQUE key of NOT NULL columns takes its place.`,
        ],
        'a new one': [
          'ALTER TABLE a ADD CONSTRAINT k PRIMARY KEY (b)',
          `1: Adding a primary key ${may}, unless its columns are NOT NULL already.`,
        ],
        'another one, once': [
          'ALTER TABLE a DROP PRIMARY KEY,\n  ADD PRIMARY KEY (b, c)',
          `2: Replacing the primary key ${may}, unless its columns are NOT NULL already.`,
        ],
      },
      allows: {
        'what the server would refuse':
          'ALTER TABLE a DROP PRIMARY KEY, ADD PRIMARY KEY (b), ALGORITHM=INPLACE, LOCK=NONE',
        'a key over new numbers, which is told once':
          'ALTER TABLE a DROP PRIMARY KEY, ADD id INT AUTO_INCREMENT, ADD PRIMARY KEY (id)',
        'other keys': 'ALTER TABLE a ADD UNIQUE (b), ADD INDEX (c), DROP INDEX d',
        'a table born in the same file': 'CREATE TABLE a (b INT); ALTER TABLE a ADD PRIMARY KEY (b)',
      },
    },
    { engine },
  )
}
