import { testRule } from '../testing.ts'
import { lockTimeoutOff } from './lock-timeout-off.ts'

testRule(lockTimeoutOff, {
  reports: {
    zero: [
      `SET lock_timeout = 0;
ALTER TABLE t ADD a int;`,
      '2: Line 1 has switched lock_timeout off, or set it to more than a minute: whoever comes after this statement waits as long as it waits for t.',
    ],
    'zero as a text': [
      `SET lock_timeout = '0ms';
ALTER TABLE t ADD a int;`,
      '2: Line 1 has switched lock_timeout off, or set it to more than a minute: whoever comes after this statement waits as long as it waits for t.',
    ],
    'zero again': [
      `SET lock_timeout = '2s';
SET LOCAL lock_timeout TO '0';
CREATE INDEX i ON t (a);`,
      '3: Line 2 has switched lock_timeout off, or set it to more than a minute: whoever comes after this statement waits as long as it waits for t.',
    ],
    RESET: [
      `RESET lock_timeout;
DROP TABLE t;`,
      '2: Line 1 has switched lock_timeout off, or set it to more than a minute: whoever comes after this statement waits as long as it waits for t.',
    ],
    DEFAULT: [
      `SET lock_timeout TO DEFAULT;
DROP TABLE t;`,
      '2: Line 1 has switched lock_timeout off, or set it to more than a minute: whoever comes after this statement waits as long as it waits for t.',
    ],
    'an hour': [
      "SET lock_timeout = '1h';\nDROP TABLE t;",
      '2: Line 1 has switched lock_timeout off, or set it to more than a minute: whoever comes after this statement waits as long as it waits for t.',
    ],
    set_config: [
      "SELECT set_config('lock_timeout', '0', true);\nDROP TABLE t;",
      '2: Line 1 has switched lock_timeout off, or set it to more than a minute: whoever comes after this statement waits as long as it waits for t.',
    ],
    'what is rounded to zero': [
      `SET lock_timeout = '100us';
ALTER TABLE t ADD a int;`,
      '2: Line 1 has switched lock_timeout off, or set it to more than a minute: whoever comes after this statement waits as long as it waits for t.',
    ],
    'set_config with a value that is computed': [
      `SELECT set_config('lock_timeout', 0::text, true);
ALTER TABLE t ADD a int;`,
      '2: Line 1 has switched lock_timeout off, or set it to more than a minute: whoever comes after this statement waits as long as it waits for t.',
    ],
    'RESET ALL': [
      `RESET ALL;
ALTER TABLE t ADD a int;`,
      '2: Line 1 has switched lock_timeout off, or set it to more than a minute: whoever comes after this statement waits as long as it waits for t.',
    ],
    'a limit that may never be set': [
      `SET lock_timeout = 0;
DO $$ BEGIN IF false THEN SET lock_timeout = 500; END IF; END $$;
ALTER TABLE t ADD a int;`,
      '3: Line 1 has switched lock_timeout off, or set it to more than a minute: whoever comes after this statement waits as long as it waits for t.',
    ],
    'a limit of later sessions': [
      `SET lock_timeout = 0;
ALTER ROLE app SET lock_timeout = '5s';
ALTER TABLE t ADD a int;`,
      '3: Line 1 has switched lock_timeout off, or set it to more than a minute: whoever comes after this statement waits as long as it waits for t.',
    ],
  },
  allows: {
    'a minute': "SET lock_timeout = '1min';\nALTER TABLE t ADD a int;",
    'a limit by set_config': "SELECT set_config('lock_timeout', '2s', true);\nALTER TABLE t ADD a int;",
    'a limit of later sessions that is switched off': `ALTER ROLE app SET lock_timeout = 0;
ALTER TABLE t ADD a int;`,
    'half a second': `SET lock_timeout = '0.5s';
ALTER TABLE t ADD a int;`,
    'a limit': `SET lock_timeout = '2s';
ALTER TABLE t ADD a int;`,
    'a limit after none': `SET lock_timeout = 0;
SET lock_timeout = 500;
ALTER TABLE t ADD a int;`,
    'no lock that anybody waits for': `SET lock_timeout = 0;
INSERT INTO t VALUES (1);`,
    'a table born in the same file': `SET lock_timeout = 0;
CREATE TABLE t (a int);
ALTER TABLE t ADD b int;`,
  },
})
