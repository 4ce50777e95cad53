import { expect, test } from 'vitest'
import { reviewSql, testRule } from '../testing.ts'
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
    'triggers off while a function runs': [
      'ALTER FUNCTION f() SET session_replication_role = replica;',
      '1: SET SESSION_REPLICATION_ROLE switches off triggers and foreign keys, those of the ledger included.',
    ],
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

testRule(
  transactionControl,
  {
    reports: Object.fromEntries(
      [
        ['BEGIN', 'BEGIN takes the transaction out of the hands of whoever runs the file'],
        ['BEGIN WORK', 'BEGIN takes the transaction out of the hands of whoever runs the file'],
        ['START TRANSACTION', 'START takes the transaction out of the hands of whoever runs the file'],
        ['COMMIT AND CHAIN', 'COMMIT takes the transaction out of the hands of whoever runs the file'],
        ['ROLLBACK', 'ROLLBACK takes the transaction out of the hands of whoever runs the file'],
        ['SAVEPOINT a', 'SAVEPOINT takes the transaction out of the hands of whoever runs the file'],
        [
          'RELEASE SAVEPOINT a',
          'RELEASE SAVEPOINT takes the transaction out of the hands of whoever runs the file',
        ],
        ["XA START 'a'", 'XA takes the transaction out of the hands of whoever runs the file'],
        [
          'LOCK TABLES a READ',
          'LOCK TABLES takes or gives up locks on tables, and ends the transaction that the file runs in',
        ],
        [
          'UNLOCK TABLES',
          'UNLOCK TABLES takes or gives up locks on tables, and ends the transaction that the file runs in',
        ],
        [
          'FLUSH TABLES WITH READ LOCK',
          'FLUSH ... WITH READ LOCK takes or gives up locks on tables, and ends the transaction that the file runs in',
        ],
        ['USE d', 'USE changes the database that the rest of the file means'],
        ['KILL 5', 'KILL ends connections, which may be the one that runs the file'],
        ['SHUTDOWN', 'SHUTDOWN stops the server'],
        ['HANDLER a OPEN', 'HANDLER reads a table outside of any transaction and holds it open'],
        ['SET autocommit = 0', 'SET AUTOCOMMIT ends the transaction that the file runs in'],
        ['SET @@session.autocommit = 0', 'SET AUTOCOMMIT ends the transaction that the file runs in'],
        [
          'SET @a = 1, SESSION sql_log_bin = 0',
          'SET SQL_LOG_BIN hides what follows from the binary log, so that replicas differ',
        ],
        [
          'SET foreign_key_checks = 0',
          'SET FOREIGN_KEY_CHECKS switches off foreign keys, and what is written meanwhile is never checked',
        ],
        [
          'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE',
          'SET TRANSACTION changes the transaction that the file runs in',
        ],
        [
          'SET SESSION TRANSACTION READ ONLY',
          'SET TRANSACTION changes the transaction that the file runs in',
        ],
        [
          'SET lock_wait_timeout = 1000',
          'SET LOCK_WAIT_TIMEOUT changes how long the file may wait for a lock, which the policy says',
        ],
        [
          'SET @@session.innodb_lock_wait_timeout = 1000',
          'SET INNODB_LOCK_WAIT_TIMEOUT changes how long the file may wait for a lock, which the policy says',
        ],
        ...[
          'ALTER TABLE a WAIT 1000 ADD b INT',
          'DROP TABLE a WAIT 1000',
          'SELECT 1 FROM a FOR UPDATE WAIT 1000',
        ].map((sql) => [sql, 'WAIT changes how long the file may wait for a lock, which the policy says']),
        ['SET ROLE a', 'SET ROLE changes the role that the file runs as'],
        ["SET PASSWORD FOR a = 'b'", 'SET PASSWORD changes how an account logs in'],
        [
          'SET GLOBAL max_connections = 1',
          'SET GLOBAL MAX_CONNECTIONS changes the whole server, and no transaction undoes it',
        ],
        [
          'SET @@persist.max_connections := 1',
          'SET PERSIST MAX_CONNECTIONS changes the whole server, and no transaction undoes it',
        ],
        [
          'SET timestamp = 1',
          'SET TIMESTAMP is not known to leave the session as whoever runs the file needs it',
        ],
        ['DO RELEASE_ALL_LOCKS()', 'RELEASE_ALL_LOCKS may give up the lock that keeps two migrations apart'],
        ["SELECT release_lock ('a')", 'RELEASE_LOCK may give up the lock that keeps two migrations apart'],
        [
          "UPDATE a SET b = `GET_LOCK`('c', 1) WHERE d = 1",
          'GET_LOCK may give up the lock that keeps two migrations apart',
        ],
        [
          'CREATE PROCEDURE p() BEGIN DO RELEASE_ALL_LOCKS(); END',
          'RELEASE_ALL_LOCKS may give up the lock that keeps two migrations apart',
        ],
        ...['INSERT INTO a VALUES (ROW_COUNT())', 'CREATE VIEW a AS SELECT row_count ()'].map((sql) => [
          sql,
          'ROW_COUNT counts the rows of a statement of the executor, which runs some between those of the file',
        ]),
        [
          'SET @a = FOUND_ROWS()',
          'FOUND_ROWS counts the rows of a statement of the executor, which runs some between those of the file',
        ],
        ["SELECT a FROM b INTO OUTFILE '/c'", 'INTO OUTFILE writes a file on the server'],
        ["SELECT a INTO DUMPFILE '/c' FROM b", 'INTO DUMPFILE writes a file on the server'],
        ["INSTALL PLUGIN a SONAME 'b'", 'INSTALL changes the whole server, and no transaction undoes it'],
        [
          'INSERT INTO mysql.user (user) VALUES (1)',
          'A change in the database mysql changes accounts, functions or settings of the server behind its back',
        ],
        [
          'UPDATE a JOIN performance_schema.setup_consumers s ON 1 SET s.enabled = 1 WHERE 2 = a.b',
          'A change in the database performance_schema changes accounts, functions or settings of the server behind its back',
        ],
        [
          'DROP TABLE `MySQL`.proc',
          'A change in the database mysql changes accounts, functions or settings of the server behind its back',
        ],
        [
          "CREATE FUNCTION f RETURNS INTEGER SONAME 'f.so'",
          'CREATE FUNCTION ... SONAME runs code of a library in the server',
        ],
        [
          "CREATE AGGREGATE FUNCTION f RETURNS INTEGER SONAME 'f.so'",
          'CREATE FUNCTION ... SONAME runs code of a library in the server',
        ],
      ].map(([sql = '', message]) => [sql, [sql, `1: ${message}.`] as const]),
    ),
    allows: Object.fromEntries(
      [
        'SELECT * FROM mysql.user',
        'CREATE FUNCTION f() RETURNS INT RETURN 1',
        'SET @a = 1, @b := 2',
        'SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci',
        'SET SESSION max_statement_time = 5, sort_buffer_size = 1000000',
        'SELECT a INTO @b FROM c',
        'SELECT a FROM b FOR UPDATE',
        'SELECT get_lock FROM a',
        'SELECT row_count FROM a',
        'SELECT wait, 5 FROM a FOR UPDATE NOWAIT',
        'CREATE PROCEDURE p() BEGIN UPDATE a SET b = 1 WHERE c = 2; SELECT ROW_COUNT(), FOUND_ROWS(); END',
        'FLUSH PRIVILEGES',
        "INSERT INTO a VALUES ('BEGIN; COMMIT; RELEASE_ALL_LOCKS()')",
        'CREATE PROCEDURE p() BEGIN START TRANSACTION; COMMIT; END',
      ].map((sql) => [sql, sql]),
    ),
  },
  { engine: 'mysql' },
)

test.each([
  ['SET lock_wait_timeout = 1000', 'Set lock_timeout under execution in the policy.'],
  [
    'SET @a = ROW_COUNT()',
    'Count the rows with SELECT COUNT(*), or do both in the body of a stored procedure.',
  ],
  ['COMMIT', 'Leave it out.'],
])('%s: what to do instead', async (sql, instead) => {
  const [reviewed] = await reviewSql(sql, { engine: 'mysql' })
  expect(reviewed?.findings.map((one) => one.instead)).toEqual([instead])
})
