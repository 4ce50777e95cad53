import { testRule } from '../testing.ts'
import { sessionSettings } from './session-settings.ts'

testRule(sessionSettings, {
  reports: {
    'a search path that hides what the server has': [
      'SET search_path = public, pg_catalog;',
      '1: SET SEARCH_PATH puts other schemas before pg_catalog, so that their functions and operators take the place of those of the server.',
    ],
    'SET zero_damaged_pages = on': [
      'SET zero_damaged_pages = on',
      '1: SET ZERO_DAMAGED_PAGES hides that the data on the disk is broken, and may lose it.',
    ],
    'SET LOCAL synchronous_commit = off': [
      'SET LOCAL synchronous_commit = off',
      '1: SET LOCAL SYNCHRONOUS_COMMIT has a commit reported that a crash may undo, so that the record says more than the database has.',
    ],
    'SET default_transaction_read_only = on': [
      'SET default_transaction_read_only = on',
      '1: SET DEFAULT_TRANSACTION_READ_ONLY changes the transactions of the session, that of the executor included.',
    ],
    "SET session_preload_libraries = 'x'": [
      "SET session_preload_libraries = 'x'",
      '1: SET SESSION_PRELOAD_LIBRARIES loads code of a library into the server.',
    ],
    'SET transform_null_equals = on': [
      'SET transform_null_equals = on',
      '1: SET TRANSFORM_NULL_EQUALS has the server read "= NULL" as "IS NULL", so that a WHERE finds other rows than it says.',
    ],
    'SET allow_system_table_mods = on': [
      'SET allow_system_table_mods = on',
      '1: SET ALLOW_SYSTEM_TABLE_MODS lets SQL change the catalogue behind the back of the server.',
    ],
    "SET log_statement = 'none'": [
      "SET log_statement = 'none'",
      '1: SET LOG_STATEMENT hides from the log of the server what follows.',
    ],
    "SET pgaudit.log = 'none'": [
      "SET pgaudit.log = 'none'",
      '1: SET PGAUDIT.LOG changes what watches over the server.',
    ],
    "SELECT set_config('ignore_system_indexes', 'on', false)": [
      "SELECT set_config('ignore_system_indexes', 'on', false)",
      '1: set_config of ignore_system_indexes hides that the data on the disk is broken, and may lose it.',
    ],
    'SET some_new_setting = 1': [
      'SET some_new_setting = 1',
      '1: SET SOME_NEW_SETTING is not known to leave the session as whoever runs the file needs it.',
    ],
    'DO $$ BEGIN SET LOCAL synchronous_commit = off; END $$': [
      'DO $$ BEGIN SET LOCAL synchronous_commit = off; END $$',
      '1: SET LOCAL SYNCHRONOUS_COMMIT has a commit reported that a crash may undo, so that the record says more than the database has.',
    ],
  },
  allows: {
    "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET transaction_timeout = 0; SET client_encoding = 'UTF8'; SET standard_conforming_strings = on; SELECT pg_catalog.set_config('search_path', '', false); SET check_function_bodies = false; SET xmloption = content; SET client_min_messages = warning; SET row_security = off; SET default_tablespace = ''; SET default_table_access_method = heap; SET default_with_oids = false":
      "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET transaction_timeout = 0; SET client_encoding = 'UTF8'; SET standard_conforming_strings = on; SELECT pg_catalog.set_config('search_path', '', false); SET check_function_bodies = false; SET xmloption = content; SET client_min_messages = warning; SET row_security = off; SET default_tablespace = ''; SET default_table_access_method = heap; SET default_with_oids = false",
    "SET LOCAL work_mem = '64MB'; SET enable_seqscan = off; SET TIME ZONE 'UTC'; SET maintenance_work_mem = '1GB'; SET max_parallel_maintenance_workers = 4; SET jit = off":
      "SET LOCAL work_mem = '64MB'; SET enable_seqscan = off; SET TIME ZONE 'UTC'; SET maintenance_work_mem = '1GB'; SET max_parallel_maintenance_workers = 4; SET jit = off",
    "SET app.tenant = '7'; SELECT set_config('app.tenant', '7', true)":
      "SET app.tenant = '7'; SELECT set_config('app.tenant', '7', true)",
    'RESET synchronous_commit; RESET ALL; SET synchronous_commit TO DEFAULT':
      'RESET synchronous_commit; RESET ALL; SET synchronous_commit TO DEFAULT',
    'SET search_path = app, public; SET ROLE a': 'SET search_path = app, public; SET ROLE a',
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET work_mem = '1MB' AS $$ SELECT 1 $$":
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET work_mem = '1MB' AS $$ SELECT 1 $$",
  },
})
