import { testRule } from '../testing.ts'
import { engineChange } from './engine-change.ts'

const wait = 'writers of a wait until that has ended, the longer the larger it is.'
const may =
  'A change to InnoDB may copy a: writers of a wait then, the longer the larger it is, unless it is of InnoDB already.'

const reports = {
  'to InnoDB': ["ALTER TABLE a ENGINE='InnoDB'", `1: ${may}`],
  'to another one': [
    "ALTER TABLE a COMMENT = 'x' ENGINE MyISAM",
    `1: A change of the storage engine copies a: ${wait}`,
  ],
} as const

testRule(
  engineChange,
  {
    reports: {
      ...reports,
      'clauses that the server takes, and copies all the same': [
        'ALTER TABLE a ENGINE=Aria, ALGORITHM=INSTANT;\nALTER TABLE a ENGINE=InnoDB, ALGORITHM=NOCOPY',
        `1: A change of the storage engine copies a: ${wait}`,
        `2: ${may}`,
      ],
    },
    allows: {
      'InnoDB, which the server refuses otherwise':
        'ALTER TABLE a ENGINE=InnoDB, ALGORITHM=INPLACE; ALTER TABLE a ENGINE=InnoDB, LOCK=NONE',
      'a table born in the same file': 'CREATE TABLE a (b INT); ALTER TABLE a ENGINE=Aria',
    },
  },
  { engine: 'mariadb' },
)

testRule(
  engineChange,
  {
    reports,
    allows: {
      'what the server refuses': 'ALTER TABLE a ENGINE=MyISAM, ALGORITHM=INPLACE',
      'a column of the name': 'ALTER TABLE a ADD engine INT, DROP COLUMN `engine`',
    },
  },
  { engine: 'mysql' },
)
