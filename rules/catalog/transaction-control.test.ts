import { testRule } from '../testing.ts'
import { transactionControl } from './transaction-control.ts'

testRule(transactionControl, {
  reports: {
    BEGIN: ['BEGIN;', '1: BEGIN takes the transaction out of the hands of whoever runs the file.'],
    'START TRANSACTION': [
      'START TRANSACTION;',
      '1: START TRANSACTION takes the transaction out of the hands of whoever runs the file.',
    ],
    COMMIT: ['COMMIT;', '1: COMMIT takes the transaction out of the hands of whoever runs the file.'],
    END: ['END;', '1: COMMIT takes the transaction out of the hands of whoever runs the file.'],
    ROLLBACK: ['ROLLBACK;', '1: ROLLBACK takes the transaction out of the hands of whoever runs the file.'],
    ABORT: ['ABORT;', '1: ROLLBACK takes the transaction out of the hands of whoever runs the file.'],
    'SAVEPOINT a': [
      'SAVEPOINT a;',
      '1: SAVEPOINT takes the transaction out of the hands of whoever runs the file.',
    ],
    'RELEASE a': [
      'RELEASE a;',
      '1: RELEASE SAVEPOINT takes the transaction out of the hands of whoever runs the file.',
    ],
    'ROLLBACK TO a': [
      'ROLLBACK TO a;',
      '1: ROLLBACK TO SAVEPOINT takes the transaction out of the hands of whoever runs the file.',
    ],
    "PREPARE TRANSACTION 'a'": [
      "PREPARE TRANSACTION 'a';",
      '1: PREPARE TRANSACTION takes the transaction out of the hands of whoever runs the file.',
    ],
    "COMMIT PREPARED 'a'": [
      "COMMIT PREPARED 'a';",
      '1: COMMIT PREPARED takes the transaction out of the hands of whoever runs the file.',
    ],
    "ROLLBACK PREPARED 'a'": [
      "ROLLBACK PREPARED 'a';",
      '1: ROLLBACK PREPARED takes the transaction out of the hands of whoever runs the file.',
    ],
    'SET TRANSACTION READ ONLY': [
      'SET TRANSACTION READ ONLY;',
      '1: SET TRANSACTION changes the transaction that the file runs in.',
    ],
    'SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY': [
      'SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;',
      '1: SET SESSION CHARACTERISTICS changes the transaction that the file runs in.',
    ],
    "SET transaction_isolation = 'serializable'": [
      "SET transaction_isolation = 'serializable';",
      '1: SET TRANSACTION_ISOLATION changes the transaction that the file runs in.',
    ],
    'SET ROLE a': ['SET ROLE a;', '1: SET ROLE changes the role that the file runs as.'],
    'SET LOCAL ROLE a': ['SET LOCAL ROLE a;', '1: SET LOCAL ROLE changes the role that the file runs as.'],
    'RESET ROLE': ['RESET ROLE;', '1: RESET ROLE changes the role that the file runs as.'],
    'SET ROLE NONE': ['SET ROLE NONE;', '1: SET ROLE changes the role that the file runs as.'],
    'SET "ROLE" = a': ['SET "ROLE" = a;', '1: SET ROLE changes the role that the file runs as.'],
    'SET SESSION AUTHORIZATION a': [
      'SET SESSION AUTHORIZATION a;',
      '1: SET SESSION_AUTHORIZATION changes the user that the file runs as.',
    ],
    'RESET SESSION AUTHORIZATION': [
      'RESET SESSION AUTHORIZATION;',
      '1: RESET SESSION_AUTHORIZATION changes the user that the file runs as.',
    ],
    'SET session_replication_role = replica': [
      'SET session_replication_role = replica;',
      '1: SET SESSION_REPLICATION_ROLE switches off triggers and foreign keys, those of the ledger included.',
    ],
    "SELECT set_config('role', 'a', true)": [
      "SELECT set_config('role', 'a', true);",
      '1: set_config of ROLE changes the role that the file runs as.',
    ],
    "SELECT pg_catalog.set_config(E'r\\x6fle', 'a', true)": [
      "SELECT pg_catalog.set_config(E'r\\x6fle', 'a', true);",
      '1: set_config of ROLE changes the role that the file runs as.',
    ],
    "UPDATE pg_settings SET setting = 'a' WHERE name = 'role'": [
      "UPDATE pg_settings SET setting = 'a' WHERE name = 'role';",
      '1: UPDATE of pg_settings changes settings of the session unseen.',
    ],
    'SET CONSTRAINTS ALL IMMEDIATE': [
      'SET CONSTRAINTS ALL IMMEDIATE;',
      "1: SET CONSTRAINTS ALL reaches the ledger's own constraint too: name the constraints.",
    ],
    'DISCARD ALL': ['DISCARD ALL;', '1: DISCARD ALL gives up the lock and the settings of the session.'],
    "ALTER SYSTEM SET work_mem = '1GB'": [
      "ALTER SYSTEM SET work_mem = '1GB';",
      '1: ALTER SYSTEM changes the whole server, and no transaction undoes it.',
    ],
    "COPY t FROM PROGRAM 'id'": [
      "COPY t FROM PROGRAM 'id';",
      '1: COPY ... PROGRAM runs a program on the server.',
    ],
    'SELECT pg_advisory_unlock_all()': [
      'SELECT pg_advisory_unlock_all();',
      '1: pg_advisory_unlock_all may release the lock that keeps two migrations apart.',
    ],
    'ALTER ROLE ... SET role': [
      'ALTER ROLE a SET session_replication_role = replica;',
      '1: SET SESSION_REPLICATION_ROLE switches off triggers and foreign keys, those of the ledger included.',
    ],
    'COMMIT in the middle': [
      `CREATE TABLE a (i int);
COMMIT; DROP TABLE x; BEGIN;`,
      '2: COMMIT takes the transaction out of the hands of whoever runs the file.',
      '2: BEGIN takes the transaction out of the hands of whoever runs the file.',
    ],
    'COMMIT in a DO': [
      `DO $$ BEGIN
  COMMIT;
END $$;`,
      '2: COMMIT ends the transaction that the file runs in.',
    ],
    'SET ROLE in a DO': [
      `DO $$ BEGIN
  SET LOCAL ROLE a;
END $$;`,
      '2: SET LOCAL ROLE changes the role that the file runs as.',
    ],
  },
  allows: {
    'named constraints': 'SET CONSTRAINTS a, b DEFERRED;',
    timeouts: `SET LOCAL lock_timeout = '2s';
SET statement_timeout = 0;
RESET lock_timeout;`,
    'a procedure that is only defined': 'CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;',
    'a table called role': 'ALTER TABLE role ADD COLUMN a int;',
    'DISCARD of plans': 'DISCARD PLANS;',
  },
})
