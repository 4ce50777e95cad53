import { testRule } from '../testing.ts'
import { securityDefiner } from './security-definer.ts'

testRule(securityDefiner, {
  reports: {
    "CREATE FUNCTION app.f(a int, OUT b text, VARIADIC c text[]) LANGUAGE sql SECURITY DEFINER AS $$ SELECT 'x' $$":
      [
        "CREATE FUNCTION app.f(a int, OUT b text, VARIADIC c text[]) LANGUAGE sql SECURITY DEFINER AS $$ SELECT 'x' $$",
        '1: CREATE FUNCTION app.f runs with the rights of its owner, and finds its tables and functions by the search_path of whoever calls it, who can put others in front.',
      ],
    'CREATE OR REPLACE PROCEDURE p() LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN NULL; END $$': [
      'CREATE OR REPLACE PROCEDURE p() LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN NULL; END $$',
      '1: CREATE PROCEDURE p runs with the rights of its owner, and finds its tables and functions by the search_path of whoever calls it, who can put others in front.',
    ],
    'CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = app, public AS $$ SELECT 1 $$':
      [
        'CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = app, public AS $$ SELECT 1 $$',
        '1: CREATE FUNCTION f runs with the rights of its owner, and without pg_temp at the end of its search_path finds temporary tables of whoever calls it first.',
      ],
    'CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = "$user", public, pg_temp AS $$ SELECT 1 $$':
      [
        'CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = "$user", public, pg_temp AS $$ SELECT 1 $$',
        '1: CREATE FUNCTION f runs with the rights of its owner, and its search_path has $user in it, the schema of whoever it runs as, which need not be there yet.',
      ],
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET work_mem = '1MB' AS $$ SELECT 1 $$": [
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET work_mem = '1MB' AS $$ SELECT 1 $$",
      '1: CREATE FUNCTION f runs with the rights of its owner, and finds its tables and functions by the search_path of whoever calls it, who can put others in front.',
    ],
    'ALTER FUNCTION app.f(integer) SECURITY DEFINER': [
      'ALTER FUNCTION app.f(integer) SECURITY DEFINER',
      '1: ALTER FUNCTION app.f runs with the rights of its owner, and finds its tables and functions by the search_path of whoever calls it, who can put others in front.',
    ],
    'ALTER FUNCTION f RESET search_path': [
      'ALTER FUNCTION f RESET search_path',
      '1: ALTER FUNCTION f runs with the rights of its owner, and finds its tables and functions by the search_path of whoever calls it, who can put others in front.',
    ],
    'ALTER FUNCTION f RESET ALL': [
      'ALTER FUNCTION f RESET ALL',
      '1: ALTER FUNCTION f runs with the rights of its owner, and finds its tables and functions by the search_path of whoever calls it, who can put others in front.',
    ],
    'ALTER PROCEDURE p() SET search_path TO DEFAULT': [
      'ALTER PROCEDURE p() SET search_path TO DEFAULT',
      '1: ALTER PROCEDURE p runs with the rights of its owner, and finds its tables and functions by the search_path of whoever calls it, who can put others in front.',
    ],
  },
  allows: {
    'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$':
      'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ SELECT 1 $$":
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ SELECT 1 $$",
    'CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = app, pg_temp AS $$ SELECT 1 $$':
      'CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = app, pg_temp AS $$ SELECT 1 $$',
    'CREATE FUNCTION f() RETURNS int SECURITY DEFINER BEGIN ATOMIC SELECT 1; END':
      'CREATE FUNCTION f() RETURNS int SECURITY DEFINER BEGIN ATOMIC SELECT 1; END',
    'ALTER FUNCTION f(integer) SECURITY INVOKER': 'ALTER FUNCTION f(integer) SECURITY INVOKER',
    'ALTER FUNCTION f SECURITY DEFINER SET search_path = pg_catalog, pg_temp':
      'ALTER FUNCTION f SECURITY DEFINER SET search_path = pg_catalog, pg_temp',
    'ALTER FUNCTION f SET search_path = app': 'ALTER FUNCTION f SET search_path = app',
    'ALTER FUNCTION f STABLE': 'ALTER FUNCTION f STABLE',
  },
})

testRule(
  securityDefiner,
  {
    reports: {
      "CREATE DEFINER = 'root'@'localhost' VIEW v AS SELECT 1": [
        "CREATE DEFINER = 'root'@'localhost' VIEW v AS SELECT 1",
        '1: CREATE VIEW v runs with the rights of root@localhost, whoever uses it.',
      ],
      'CREATE OR REPLACE ALGORITHM = MERGE DEFINER = app SQL SECURITY DEFINER VIEW shop.v AS SELECT 1': [
        'CREATE OR REPLACE ALGORITHM = MERGE DEFINER = app SQL SECURITY DEFINER VIEW shop.v AS SELECT 1',
        '1: CREATE VIEW shop.v runs with the rights of app, whoever uses it.',
      ],
      'CREATE DEFINER=`root`@`%` PROCEDURE p() BEGIN SELECT 1; END': [
        'CREATE DEFINER=`root`@`%` PROCEDURE p() BEGIN SELECT 1; END',
        '1: CREATE PROCEDURE p runs with the rights of root@"%", whoever uses it.',
      ],
      'CREATE DEFINER = root@localhost TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1': [
        'CREATE DEFINER = root@localhost TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1',
        '1: CREATE TRIGGER t runs with the rights of root@localhost, whoever uses it.',
      ],
      'CREATE DEFINER = root@localhost FUNCTION f() RETURNS INT SQL SECURITY DEFINER RETURN 1': [
        'CREATE DEFINER = root@localhost FUNCTION f() RETURNS INT SQL SECURITY DEFINER RETURN 1',
        '1: CREATE FUNCTION f runs with the rights of root@localhost, whoever uses it.',
      ],
    },
    allows: {
      'CREATE DEFINER = CURRENT_USER VIEW v AS SELECT 1': 'CREATE DEFINER = CURRENT_USER VIEW v AS SELECT 1',
      'CREATE DEFINER = CURRENT_USER() PROCEDURE p() SELECT 1':
        'CREATE DEFINER = CURRENT_USER() PROCEDURE p() SELECT 1',
      'CREATE DEFINER = root@localhost PROCEDURE p() SQL SECURITY INVOKER SELECT 1':
        'CREATE DEFINER = root@localhost PROCEDURE p() SQL SECURITY INVOKER SELECT 1',
      'CREATE DEFINER = root@localhost SQL SECURITY INVOKER VIEW v AS SELECT 1':
        'CREATE DEFINER = root@localhost SQL SECURITY INVOKER VIEW v AS SELECT 1',
      'CREATE VIEW definer AS SELECT 1': 'CREATE VIEW definer AS SELECT 1',
      'CREATE TABLE t (definer INT, event INT)': 'CREATE TABLE t (definer INT, event INT)',
    },
  },
  { engine: 'mysql' },
)
