import { testRule } from '../testing.ts'
import { addForeignKey } from './add-foreign-key.ts'

const wait = 'wait until that has ended, the longer the larger it is.'

testRule(
  addForeignKey,
  {
    reports: {
      one: [
        'ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c (id)',
        `1: Adding a foreign key copies a: writers of a ${wait}`,
      ],
      'one with a name': [
        'ALTER TABLE a ADD CONSTRAINT k FOREIGN KEY (b) REFERENCES d.c (id) ON DELETE CASCADE',
        `1: Adding the foreign key k copies a: writers of a ${wait}`,
      ],
    },
    allows: {
      'a reference that means nothing': 'ALTER TABLE a ADD b INT REFERENCES c (id)',
      'what the server would refuse':
        'ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c (id), ALGORITHM=INPLACE',
      'one that goes': 'ALTER TABLE a DROP FOREIGN KEY k',
      'a table born in the same file':
        'CREATE TABLE a (b INT); ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c (id)',
    },
  },
  { engine: 'mysql', serverVersion: '8.4' },
)

testRule(
  addForeignKey,
  {
    reports: {
      'one of a new column, which may count': [
        'ALTER TABLE a ADD b INT REFERENCES c (id)',
        '1: Adding b with a foreign key may copy a: writers of a wait then, the longer the larger it is.',
      ],
    },
    allows: { none: 'ALTER TABLE a ADD b INT' },
  },
  { engine: 'mysql' },
)

testRule(
  addForeignKey,
  {
    reports: {
      'a new column with one': [
        'ALTER TABLE a ADD b INT REFERENCES c (id)',
        `1: Adding b with a foreign key copies a: writers of a and c ${wait}`,
      ],
    },
    allows: {
      'what the server would refuse': 'ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c (id), LOCK=NONE',
    },
  },
  { engine: 'mariadb' },
)

testRule(
  addForeignKey,
  {
    reports: {
      'one whose other table is locked, whatever is asked': [
        'ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c (id), LOCK=NONE',
        `1: Adding a foreign key copies a: writers of a and c ${wait}`,
      ],
    },
    allows: { none: 'ALTER TABLE a ADD b INT' },
  },
  { engine: 'mariadb', serverVersion: '11.4' },
)
