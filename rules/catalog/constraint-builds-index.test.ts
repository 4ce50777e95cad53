import { testRule } from '../testing.ts'
import { constraintBuildsIndex } from './constraint-builds-index.ts'

testRule(constraintBuildsIndex, {
  reports: {
    UNIQUE: [
      'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);',
      '1: Readers and writers of users wait until the index of this UNIQUE is built, the longer the larger it is.',
    ],
    'UNIQUE without a name': [
      'ALTER TABLE app.users ADD UNIQUE (email, shop);',
      '1: Readers and writers of app.users wait until the index of this UNIQUE is built, the longer the larger it is.',
    ],
    'PRIMARY KEY': [
      'ALTER TABLE users ADD PRIMARY KEY (id);',
      '1: Readers and writers of users wait until the index of this PRIMARY KEY is built, the longer the larger it is.',
    ],
    EXCLUDE: [
      'ALTER TABLE rooms ADD EXCLUDE USING gist (during WITH &&);',
      '1: Readers and writers of rooms wait until the index of this EXCLUDE is built, the longer the larger it is.',
    ],
    'UNIQUE behind a new column': [
      'ALTER TABLE users ADD COLUMN email text UNIQUE;',
      '1: Readers and writers of users wait until the index of this UNIQUE is built, the longer the larger it is.',
    ],
  },
  allows: {
    'an index that is there': 'ALTER TABLE users ADD CONSTRAINT k UNIQUE USING INDEX users_email;',
    'a table born in the same file': `CREATE TABLE t (a int);
ALTER TABLE t ADD UNIQUE (a);`,
  },
})
