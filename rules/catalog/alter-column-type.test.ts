import { testRule } from '../testing.ts'
import { alterColumnType } from './alter-column-type.ts'

const anew =
  'writes the table and its indexes anew while readers and writers wait, the longer the larger it is'

testRule(alterColumnType, {
  reports: {
    one: ['ALTER TABLE t ALTER COLUMN a TYPE bigint;', `1: Changing the type of a of t to bigint ${anew}.`],
    'one with USING': [
      `ALTER TABLE t
  ADD b int,
  ALTER a SET DATA TYPE bigint USING a::bigint;`,
      `3: Changing the type of a of t to bigint ${anew}.`,
    ],
    'a longer text': [
      'ALTER TABLE t ALTER COLUMN a TYPE varchar(50);',
      `1: Changing the type of a of t to varchar(50) ${anew}, unless it was a varchar that was not longer. It fails if a value does not fit.`,
    ],
    'a shorter text, which the file tells': [
      'ALTER TABLE t ADD COLUMN a varchar(50);\nALTER TABLE t ALTER COLUMN a TYPE varchar(10);',
      `2: Changing the type of a of t to varchar(10) ${anew}. It fails if a value does not fit.`,
    ],
    'a value that is computed': [
      'ALTER TABLE t ADD COLUMN a varchar(50);\nALTER TABLE t ALTER COLUMN a TYPE text USING lower(a);',
      `2: Changing the type of a of t to text ${anew}.`,
    ],
    'a time with a zone': [
      'ALTER TABLE t ADD COLUMN a timestamp;\nALTER TABLE t ALTER COLUMN a TYPE timestamptz;',
      `2: Changing the type of a of t to timestamptz ${anew}, unless it was a timestamp that was no more exact, and the time zone of the session is UTC.`,
    ],
    'a column that may have been there with another type': [
      'ALTER TABLE t ADD COLUMN IF NOT EXISTS a text;\nALTER TABLE t ALTER COLUMN a TYPE text;',
      `2: Changing the type of a of t to text ${anew}, unless it was a varchar or a text.`,
    ],
    'another collation, for which the indexes are built anew': [
      'ALTER TABLE t ADD COLUMN a text;\nALTER TABLE t ALTER COLUMN a TYPE text COLLATE "C";',
      `2: Changing the type of a of t ${anew}, unless the old type was the same with a smaller limit.`,
    ],
  },
  allows: {
    'a default': 'ALTER TABLE t ALTER COLUMN a SET DEFAULT 1;',
    'a longer text, which the file tells':
      'ALTER TABLE t ADD COLUMN a varchar(10);\nALTER TABLE t ALTER COLUMN a TYPE varchar(50);\nALTER TABLE t ALTER COLUMN a TYPE text USING a::text;',
    'a table born in the same file': `CREATE TABLE t (a int);
ALTER TABLE t ALTER a TYPE bigint;`,
  },
})

const unless =
  'wait then, the longer the larger it is, unless only the name, the place, the default, the comment or the end of an ENUM changes, a VARCHAR becomes longer, or the column only becomes NULL or NOT NULL.'

testRule(
  alterColumnType,
  {
    reports: {
      MODIFY: [
        'ALTER TABLE a MODIFY COLUMN b BIGINT',
        `1: Changing b of a may copy a: writers of a ${unless}`,
      ],
      CHANGE: ['ALTER TABLE a CHANGE b c BIGINT', `1: Changing b of a may copy a: writers of a ${unless}`],
      numbers: [
        'ALTER TABLE a MODIFY b BIGINT AUTO_INCREMENT',
        '1: Changing b of a to AUTO_INCREMENT may copy a: writers of a wait then, the longer the larger it is, unless the column had numbers of its own before.',
      ],
      'one that is asked to copy': [
        'ALTER TABLE a MODIFY b BIGINT, ALGORITHM=COPY',
        '1: Changing b of a copies a: writers of a wait until that has ended, the longer the larger it is.',
      ],
    },
    allows: {
      'what the server would refuse':
        'ALTER TABLE a MODIFY b BIGINT, ALGORITHM=INSTANT; ALTER TABLE a MODIFY b BIGINT, ALGORITHM=INPLACE; ALTER TABLE a MODIFY b BIGINT, LOCK=NONE',
      'another default': 'ALTER TABLE a ALTER COLUMN b SET DEFAULT 1',
      'another name': 'ALTER TABLE a RENAME COLUMN b TO c',
      'another character set, which has a rule of its own': 'ALTER TABLE a CONVERT TO CHARACTER SET utf8mb4',
      'a table born in the same file': 'CREATE TABLE a (b INT); ALTER TABLE a MODIFY b BIGINT',
    },
  },
  { engine: 'mysql' },
)
