import { testRule } from '../testing.ts'
import { alterCopiesTable } from './alter-copies-table.ts'

const wait = 'writers of a wait until that has ended, the longer the larger it is.'
const may = 'may copy a: writers of a wait then, the longer the larger it is.'

const quiet = {
  'what is instant':
    "ALTER TABLE a ADD b INT, ADD c INT NOT NULL DEFAULT 5 AFTER d, DROP e, ALTER f SET DEFAULT 1, COMMENT = 'x'",
  'a virtual column': 'ALTER TABLE a ADD b INT AS (c + 1), ADD d INT AS (c + 2) VIRTUAL',
  'the time of the statement': 'ALTER TABLE a ADD b DATETIME NOT NULL DEFAULT NOW() ON UPDATE NOW()',
  'literals of every kind':
    "ALTER TABLE a ADD b BIT DEFAULT b'1', ADD c DATE DEFAULT DATE '2020-01-01', ADD d INT DEFAULT -1, ADD e INT DEFAULT NULL, ADD f BOOLEAN DEFAULT TRUE",
  'what goes on beside writers': 'ALTER TABLE a FORCE; ALTER TABLE b ROW_FORMAT=DYNAMIC; OPTIMIZE TABLE c',
  'what the server would refuse':
    'ALTER TABLE a ADD CHECK (b > 0), LOCK=NONE; ALTER TABLE a ADD CHECK (b > 0), ALGORITHM=INPLACE',
  'a new partition for new values': 'ALTER TABLE a ADD PARTITION (PARTITION p VALUES LESS THAN (30))',
  'words in texts and names':
    "ALTER TABLE a ADD b INT COMMENT 'default (uuid()) stored auto_increment', ADD `check` INT, ADD `stored` INT",
  'a table born in the same file': 'CREATE TABLE a (b INT); ALTER TABLE a ADD CHECK (b > 0)',
}

testRule(
  alterCopiesTable,
  {
    reports: {
      'each command at its own place': [
        'ALTER TABLE a\n  ADD b INT AS (c + 1) STORED,\n  ADD d INT,\n  ADD CONSTRAINT k CHECK (e > 0)',
        `2: Adding b as a stored generated column copies a: ${wait}`,
        `4: Adding the CHECK k copies a: ${wait}`,
      ],
      'a default that may be another one in each row': [
        'ALTER TABLE a ADD b CHAR(36) DEFAULT (UUID())',
        `1: Adding b with an expression as its default ${may}`,
      ],
      'numbers for the rows that are there': [
        'ALTER TABLE a ADD id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY FIRST',
        `1: Adding id with AUTO_INCREMENT goes through a: ${wait}`,
      ],
      'a serial': [
        'ALTER TABLE a ADD COLUMN IF NOT EXISTS (b INT, id SERIAL)',
        `1: Adding a column with AUTO_INCREMENT goes through a: ${wait}`,
      ],
      'what stands among columns in parentheses': [
        'ALTER TABLE a ADD (b INT, INDEX (b), c INT AS (b) STORED, CONSTRAINT k FOREIGN KEY (b) REFERENCES c (id))',
        `1: Adding a column as a stored generated column copies a: ${wait.replace('of a', 'of a and c')}`,
      ],
      'a virtual column among others': [
        'ALTER TABLE a ADD b INT AS (c + 1), ADD d INT',
        `1: Adding the virtual column b together with other changes ${may}`,
      ],
      partitions: [
        'ALTER TABLE a PARTITION BY HASH (id) PARTITIONS 4;\nALTER TABLE a COALESCE PARTITION 2;\nALTER TABLE a REBUILD PARTITION p;\nALTER TABLE a ADD b INT REMOVE PARTITIONING',
        `1: A change of how the table is partitioned copies a: ${wait}`,
        `2: Moving rows between partitions copies a: ${wait}`,
        `3: Rebuilding partitions copies a: ${wait}`,
        `4: A change of how the table is partitioned copies a: ${wait}`,
      ],
      'an order of rows': ['ALTER TABLE a ORDER BY b', `1: ORDER BY copies a: ${wait}`],
      'rows that go unnoticed': [
        'ALTER IGNORE TABLE a ADD UNIQUE (b)',
        `1: A UNIQUE key by ALTER IGNORE deletes rows that are equal in it, and copies a: ${wait}`,
      ],
      'a lock that is asked for': [
        'ALTER TABLE a ADD INDEX (b),\n  LOCK=SHARED;\nALTER TABLE a RENAME INDEX i TO j,\n  ALGORITHM=COPY, LOCK=EXCLUSIVE',
        `2: LOCK=SHARED goes through a: ${wait}`,
        '4: ALGORITHM=COPY copies a: readers and writers of a wait until that has ended, the longer the larger it is.',
      ],
      'what is asked for beside what copies anyway, once': [
        'ALTER TABLE a ADD CHECK (b > 0), ALGORITHM=COPY, LOCK=SHARED',
        `1: Adding a CHECK copies a: ${wait}`,
      ],
      'a clause that a column has the name of': [
        'ALTER TABLE a CHANGE `lock` none INT, ADD CHECK (b > 0)',
        `1: Adding a CHECK copies a: ${wait}`,
      ],
      'the weaker of two clauses': [
        'ALTER TABLE a ADD CHECK (b > 0), LOCK=NONE, LOCK=DEFAULT',
        `1: Adding a CHECK copies a: ${wait}`,
      ],
      'a virtual column with an index on it, which is built in place under a lock': [
        'ALTER TABLE a ADD b INT AS (c + 1), ADD INDEX (b), ALGORITHM=NOCOPY',
        `1: Adding the virtual column b together with other changes ${may}`,
      ],
      'in-place, where that takes a lock too': [
        'ALTER TABLE a ADD id INT AUTO_INCREMENT KEY, ALGORITHM=INPLACE',
        `1: Adding id with AUTO_INCREMENT goes through a: ${wait}`,
      ],
      'one in a procedure that the file calls': [
        'CREATE PROCEDURE p()\nALTER TABLE a ADD CHECK (b > 0);\nCALL p()',
        `2: Adding a CHECK copies a: ${wait}`,
      ],
      'a table that may have been there': [
        'CREATE TABLE IF NOT EXISTS a (b INT);\nALTER TABLE a ADD CHECK (b > 0)',
        `2: Adding a CHECK copies a: ${wait}`,
      ],
    },
    allows: {
      ...quiet,
      'a CHECK of a new column': 'ALTER TABLE a ADD b INT CHECK (b > 0)',
      'ALTER ONLINE TABLE': 'ALTER ONLINE TABLE a ADD CHECK (b > 0)',
      'a lock for what is over at once': 'ALTER TABLE a ADD b INT, LOCK=EXCLUSIVE',
      'one in a procedure that nothing here calls': 'CREATE PROCEDURE p() ALTER TABLE a ADD CHECK (b > 0)',
    },
  },
  { engine: 'mariadb' },
)

testRule(
  alterCopiesTable,
  {
    reports: {
      'a virtual column among others': [
        'ALTER TABLE a ADD b INT AS (c + 1), ADD d INT',
        `1: Adding the virtual column b together with other changes ${may}`,
      ],
    },
    allows: { 'what is instant': 'ALTER TABLE a ADD b INT' },
  },
  { engine: 'mariadb', serverVersion: '11.1' },
)

testRule(
  alterCopiesTable,
  {
    reports: {
      'what takes a lock all the same': [
        'ALTER TABLE a ORDER BY b;\nALTER TABLE a ADD id SERIAL;\nALTER TABLE a ADD b INT DEFAULT (NEXT VALUE FOR s)',
        `1: ORDER BY copies a: ${wait}`,
        `2: Adding id with AUTO_INCREMENT goes through a: ${wait}`,
        `3: Adding b with an expression as its default copies a: ${wait}`,
      ],
    },
    allows: {
      'what copies without a lock':
        'ALTER TABLE a ADD b INT AS (c + 1) STORED, ADD CHECK (d > 0), ADD e CHAR(36) DEFAULT (UUID()); ALTER TABLE a ADD b INT, ALGORITHM=COPY',
    },
  },
  { engine: 'mariadb', serverVersion: '11.4' },
)

testRule(
  alterCopiesTable,
  {
    reports: {
      'any expression as a default': [
        "ALTER TABLE a ADD b JSON DEFAULT ('[]')",
        `1: Adding b with an expression as its default copies a: ${wait}`,
      ],
      'a CHECK of a new column': [
        'ALTER TABLE a ADD b INT CHECK (b > 0)',
        `1: Adding b with a CHECK copies a: ${wait}`,
      ],
      'a CHECK that counts from now on': [
        'ALTER TABLE a ALTER CHECK k ENFORCED;\nALTER TABLE a ALTER CONSTRAINT k ENFORCED',
        `1: Enforcing a CHECK copies a: ${wait}`,
        `2: Enforcing a CHECK copies a: ${wait}`,
      ],
      encryption: ["ALTER TABLE a ENCRYPTION='Y'", `1: A change of ENCRYPTION copies a: ${wait}`],
      'a lock for what has none': [
        'ALTER TABLE a ADD b INT, LOCK=SHARED',
        `1: LOCK=SHARED goes through a: ${wait}`,
      ],
    },
    allows: {
      ...quiet,
      'a CHECK that does not count':
        'ALTER TABLE a ADD CHECK (b > 0) NOT ENFORCED, ADD c INT CHECK (c > 0) NOT ENFORCED',
      'a column that may be seen': 'ALTER TABLE a ALTER b SET VISIBLE, ALTER INDEX i INVISIBLE',
    },
  },
  { engine: 'mysql', serverVersion: '8.0.36' },
)
