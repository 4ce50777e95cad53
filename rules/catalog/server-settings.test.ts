import { testRule } from '../testing.ts'
import { serverSettings } from './server-settings.ts'

testRule(serverSettings, {
  reports: {
    "ALTER DATABASE shop SET work_mem = '1GB'": [
      "ALTER DATABASE shop SET work_mem = '1GB'",
      '1: ALTER DATABASE shop SET work_mem changes a setting for every session to come, that of the executor included.',
    ],
    'ALTER ROLE anna SET search_path = app': [
      'ALTER ROLE anna SET search_path = app',
      '1: ALTER ROLE anna SET search_path changes a setting for every session to come, that of the executor included.',
    ],
    'ALTER ROLE anna SET lock_timeout = 0': [
      'ALTER ROLE anna SET lock_timeout = 0',
      '1: ALTER ROLE anna SET lock_timeout changes a setting for every session to come, that of the executor included.',
    ],
    'ALTER ROLE ALL IN DATABASE d RESET ALL': [
      'ALTER ROLE ALL IN DATABASE d RESET ALL',
      '1: ALTER ROLE ALL RESET ALL changes a setting for every session to come, that of the executor included.',
    ],
    'SELECT pg_reload_conf()': [
      'SELECT pg_reload_conf()',
      '1: pg_reload_conf has the whole server read its configuration again.',
    ],
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity': [
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity',
      '1: pg_terminate_backend ends connections of others, and what they were doing is lost.',
    ],
    'SELECT pg_cancel_backend(5)': [
      'SELECT pg_cancel_backend(5)',
      '1: pg_cancel_backend stops statements of others.',
    ],
    'SELECT pg_sleep(60)': [
      'SELECT pg_sleep(60)',
      '1: pg_sleep makes the transaction wait, and all that wait for its locks wait with it.',
    ],
    "SELECT pg_sleep_for('5 min')": [
      "SELECT pg_sleep_for('5 min')",
      '1: pg_sleep_for makes the transaction wait, and all that wait for its locks wait with it.',
    ],
    "SELECT pg_create_logical_replication_slot('a', 'pgoutput')": [
      "SELECT pg_create_logical_replication_slot('a', 'pgoutput')",
      '1: pg_create_logical_replication_slot makes, moves or drops a replication slot, which keeps WAL on the disk or loses it for a replica.',
    ],
    "SELECT pg_drop_replication_slot('a')": [
      "SELECT pg_drop_replication_slot('a')",
      '1: pg_drop_replication_slot makes, moves or drops a replication slot, which keeps WAL on the disk or loses it for a replica.',
    ],
    'SELECT pg_switch_wal()': [
      'SELECT pg_switch_wal()',
      '1: pg_switch_wal ends a segment of the WAL of the whole server.',
    ],
    'SELECT pg_promote()': ['SELECT pg_promote()', '1: pg_promote makes a primary of a standby.'],
    'SELECT pg_stat_reset()': [
      'SELECT pg_stat_reset()',
      '1: pg_stat_reset throws away what the server counted, which others watch.',
    ],
    "UPDATE pg_catalog.pg_class SET relname = 'a' WHERE relname = 'b'": [
      "UPDATE pg_catalog.pg_class SET relname = 'a' WHERE relname = 'b'",
      '1: A change of pg_catalog.pg_class changes the catalogue behind the back of the server, which can leave the database unreadable.',
    ],
    'DELETE FROM pg_attribute WHERE attnum = 5': [
      'DELETE FROM pg_attribute WHERE attnum = 5',
      '1: A change of pg_attribute changes the catalogue behind the back of the server, which can leave the database unreadable.',
    ],
    'INSERT INTO pg_enum VALUES (1)': [
      'INSERT INTO pg_enum VALUES (1)',
      '1: A change of pg_enum changes the catalogue behind the back of the server, which can leave the database unreadable.',
    ],
  },
  allows: {
    "ALTER SYSTEM SET work_mem = '1GB'": "ALTER SYSTEM SET work_mem = '1GB'",
    'ALTER ROLE a SET session_replication_role = replica':
      'ALTER ROLE a SET session_replication_role = replica',
    "SELECT nextval('s'), setval('s', 5)": "SELECT nextval('s'), setval('s', 5)",
    'SELECT * FROM pg_class': 'SELECT * FROM pg_class',
    "LISTEN a; NOTIFY a, 'b'": "LISTEN a; NOTIFY a, 'b'",
    "UPDATE pg_settings SET setting = 'a' WHERE name = 'work_mem'":
      "UPDATE pg_settings SET setting = 'a' WHERE name = 'work_mem'",
    'UPDATE app.pg_things SET a = 1 WHERE b = 2': 'UPDATE app.pg_things SET a = 1 WHERE b = 2',
    'ALTER DATABASE d RENAME TO e': 'ALTER DATABASE d RENAME TO e',
    'CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; PERFORM pg_sleep(1); END $$':
      'CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; PERFORM pg_sleep(1); END $$',
  },
})

testRule(
  serverSettings,
  {
    reports: {
      'SELECT SLEEP(60)': [
        'SELECT SLEEP(60)',
        '1: SLEEP makes the migration wait, and all that wait for its locks wait with it.',
      ],
      "DO BENCHMARK(1000000, SHA2('a', 256))": [
        "DO BENCHMARK(1000000, SHA2('a', 256))",
        '1: BENCHMARK makes the migration wait, and all that wait for its locks wait with it.',
      ],
      'UPDATE a SET b = SLEEP(5) WHERE c = 1': [
        'UPDATE a SET b = SLEEP(5) WHERE c = 1',
        '1: SLEEP makes the migration wait, and all that wait for its locks wait with it.',
      ],
    },
    allows: {
      'CREATE TABLE sleep (a INT)': 'CREATE TABLE sleep (a INT)',
      'INSERT INTO sleep (a) VALUES (1)': 'INSERT INTO sleep (a) VALUES (1)',
      'SELECT sleep FROM a': 'SELECT sleep FROM a',
      'CREATE PROCEDURE p() BEGIN DO SLEEP(1); END': 'CREATE PROCEDURE p() BEGIN DO SLEEP(1); END',
      'SELECT shop.sleep(1)': 'SELECT shop.sleep(1)',
    },
  },
  { engine: 'mysql' },
)
