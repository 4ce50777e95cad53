import { testRule } from '../testing.ts'
import { charsetConversion } from './charset-conversion.ts'

const may =
  'CONVERT TO CHARACTER SET may copy a: writers of a wait then, the longer the larger it is, unless its text is in that character set already.'

for (const engine of ['mysql', 'mariadb'] as const) {
  testRule(
    charsetConversion,
    {
      reports: {
        one: ['ALTER TABLE a CONVERT TO CHARACTER SET utf8mb4', `1: ${may}`],
        'one with a collation': [
          'ALTER TABLE a ADD b INT,\nCONVERT TO CHARSET utf8mb4 COLLATE utf8mb4_bin',
          `2: ${may}`,
        ],
        'one that is asked to copy': [
          'ALTER TABLE a CONVERT TO CHARACTER SET utf8mb4, ALGORITHM=COPY, LOCK=SHARED',
          '1: CONVERT TO CHARACTER SET copies a: writers of a wait until that has ended, the longer the larger it is.',
        ],
      },
      allows: {
        'the default of new columns': 'ALTER TABLE a DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
        'what the server would refuse': 'ALTER TABLE a CONVERT TO CHARACTER SET utf8mb4, LOCK=NONE',
        'a table born in the same file':
          'CREATE TABLE a (b INT); ALTER TABLE a CONVERT TO CHARACTER SET utf8mb4',
      },
    },
    { engine },
  )
}
