import { testRule } from '../testing.ts'
import { hiddenCode } from './hidden-code.ts'

testRule(hiddenCode, {
  reports: {
    'CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION f()': [
      'CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION f()',
      '1: CREATE EVENT TRIGGER e has a function run at every later change of definitions in this database, or stops it.',
    ],
    'CREATE RULE keep AS ON DELETE TO app.invoices DO INSTEAD NOTHING': [
      'CREATE RULE keep AS ON DELETE TO app.invoices DO INSTEAD NOTHING',
      '1: CREATE RULE keep has every DELETE of app.invoices rewritten, so that it does something else than it says.',
    ],
    'CREATE RULE more AS ON INSERT TO a DO ALSO DELETE FROM b': [
      'CREATE RULE more AS ON INSERT TO a DO ALSO DELETE FROM b',
      '1: CREATE RULE more has every INSERT of a rewritten, so that it does more than it says.',
    ],
    "SELECT cron.schedule('0 3 * * *', 'DELETE FROM a')": [
      "SELECT cron.schedule('0 3 * * *', 'DELETE FROM a')",
      '1: cron.schedule has SQL run later, again and again, when nobody looks.',
    ],
    'CREATE EXTENSION pg_cron': [
      'CREATE EXTENSION pg_cron',
      '1: CREATE EXTENSION pg_cron lets SQL run later, when nobody looks.',
    ],
    "INSERT INTO cron.job (command) VALUES ('x')": [
      "INSERT INTO cron.job (command) VALUES ('x')",
      '1: A change of cron.job has SQL run later, again and again, when nobody looks.',
    ],
  },
  allows: {
    'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f()':
      'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f()',
    'DROP RULE keep ON a': 'DROP RULE keep ON a',
    'SELECT * FROM cron.job': 'SELECT * FROM cron.job',
    'DELETE FROM cron.job WHERE jobid = 1': 'DELETE FROM cron.job WHERE jobid = 1',
    'SELECT cron.unschedule(7)': 'SELECT cron.unschedule(7)',
    'ALTER EVENT TRIGGER e ENABLE': 'ALTER EVENT TRIGGER e ENABLE',
    'CREATE VIEW v AS SELECT 1': 'CREATE VIEW v AS SELECT 1',
  },
})

testRule(
  hiddenCode,
  {
    reports: {
      'CREATE EVENT shop.purge ON SCHEDULE EVERY 1 DAY DO SELECT 1': [
        'CREATE EVENT shop.purge ON SCHEDULE EVERY 1 DAY DO SELECT 1',
        '1: CREATE EVENT shop.purge has its SQL run by itself, later and often again, when nobody looks.',
      ],
      "CREATE OR REPLACE EVENT IF NOT EXISTS e ON SCHEDULE AT '2030-01-01' DO SELECT 1": [
        "CREATE OR REPLACE EVENT IF NOT EXISTS e ON SCHEDULE AT '2030-01-01' DO SELECT 1",
        '1: CREATE EVENT e has its SQL run by itself, later and often again, when nobody looks.',
      ],
      'ALTER EVENT e ENABLE': [
        'ALTER EVENT e ENABLE',
        '1: ALTER EVENT e has its SQL run by itself, later and often again, when nobody looks.',
      ],
      'ALTER EVENT e ON SCHEDULE EVERY 1 HOUR': [
        'ALTER EVENT e ON SCHEDULE EVERY 1 HOUR',
        '1: ALTER EVENT e has its SQL run by itself, later and often again, when nobody looks.',
      ],
    },
    allows: {
      'DROP EVENT e': 'DROP EVENT e',
      'ALTER EVENT e DISABLE': 'ALTER EVENT e DISABLE',
      'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1':
        'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1',
      'CREATE VIEW event AS SELECT 1': 'CREATE VIEW event AS SELECT 1',
    },
  },
  { engine: 'mysql' },
)
