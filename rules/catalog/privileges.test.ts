import { testRule } from '../testing.ts'
import { privileges } from './privileges.ts'

testRule(privileges, {
  reports: {
    'GRANT UPDATE ON invoices TO accounting': [
      'GRANT UPDATE ON invoices TO accounting',
      '1: accounting gets UPDATE on invoices.',
    ],
    'GRANT SELECT ON a, b.c TO x, CURRENT_USER': [
      'GRANT SELECT ON a, b.c TO x, CURRENT_USER',
      '1: x, CURRENT_USER get SELECT on a, b.c.',
    ],
    'REVOKE SELECT ON invoices FROM accounting': [
      'REVOKE SELECT ON invoices FROM accounting',
      '1: accounting loses SELECT on invoices: what still needs it fails at once.',
    ],
    'REVOKE ALL ON invoices FROM PUBLIC': [
      'REVOKE ALL ON invoices FROM PUBLIC',
      '1: PUBLIC loses ALL on invoices: what still needs it fails at once.',
    ],
    'GRANT accounting TO anna': ['GRANT accounting TO anna', '1: anna gets accounting.'],
    'REVOKE accounting FROM anna': [
      'REVOKE accounting FROM anna',
      '1: anna loses accounting: what still needs it fails at once.',
    ],
    'GRANT EXECUTE ON FUNCTION app.f(int, text[]) TO PUBLIC': [
      'GRANT EXECUTE ON FUNCTION app.f(int, text[]) TO PUBLIC',
      '1: PUBLIC gets EXECUTE on FUNCTION app.f(integer, text[]).',
    ],
    'GRANT USAGE ON SCHEMA app TO accounting': [
      'GRANT USAGE ON SCHEMA app TO accounting',
      '1: accounting gets USAGE on SCHEMA app.',
    ],
    'CREATE ROLE accounting': [
      'CREATE ROLE accounting',
      '1: CREATE ROLE accounting makes a role for the whole server.',
    ],
    'CREATE USER anna LOGIN': [
      'CREATE USER anna LOGIN',
      '1: CREATE USER anna makes a role for the whole server.',
    ],
    'ALTER ROLE anna NOLOGIN': [
      'ALTER ROLE anna NOLOGIN',
      '1: ALTER ROLE anna changes what a role of the whole server may do.',
    ],
    'DROP ROLE anna, bert': [
      'DROP ROLE anna, bert',
      '1: DROP ROLE anna, bert locks out whoever logs in with it.',
    ],
    'ALTER ROLE anna RENAME TO berta': [
      'ALTER ROLE anna RENAME TO berta',
      '1: ALTER ROLE anna RENAME TO berta locks out whoever logs in by the old name.',
    ],
    'REASSIGN OWNED BY anna TO bert': [
      'REASSIGN OWNED BY anna TO bert',
      '1: REASSIGN OWNED BY anna TO bert changes the owner of everything that it owns in this database.',
    ],
    'DROP OWNED BY anna': [
      'DROP OWNED BY anna',
      '1: DROP OWNED BY anna drops everything that it owns in this database, rows included, and takes back its rights.',
    ],
    'ALTER TABLE app.invoices OWNER TO bert': [
      'ALTER TABLE app.invoices OWNER TO bert',
      '1: ALTER TABLE app.invoices OWNER TO bert changes who may alter, drop and give away what it names.',
    ],
    'ALTER FUNCTION app.f(int) OWNER TO bert': [
      'ALTER FUNCTION app.f(int) OWNER TO bert',
      '1: ALTER FUNCTION app.f(integer) OWNER TO bert changes who may alter, drop and give away what it names.',
    ],
    'ALTER SCHEMA app OWNER TO bert': [
      'ALTER SCHEMA app OWNER TO bert',
      '1: ALTER SCHEMA app OWNER TO bert changes who may alter, drop and give away what it names.',
    ],
    'ALTER VIEW v OWNER TO CURRENT_USER': [
      'ALTER VIEW v OWNER TO CURRENT_USER',
      '1: ALTER VIEW v OWNER TO CURRENT_USER changes who may alter, drop and give away what it names.',
    ],
    'ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO accounting': [
      'ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO accounting',
      '1: accounting gets SELECT on TABLES to come.',
    ],
    'ALTER DATABASE d OWNER TO bert': [
      'ALTER DATABASE d OWNER TO bert',
      '1: ALTER DATABASE d OWNER TO bert changes who may alter, drop and give away what it names.',
    ],
    "SECURITY LABEL ON TABLE invoices IS 'x'": [
      "SECURITY LABEL ON TABLE invoices IS 'x'",
      '1: SECURITY LABEL changes what the label of an object lets others do.',
    ],
    'ALTER TYPE app.mood OWNER TO bert': [
      'ALTER TYPE app.mood OWNER TO bert',
      '1: ALTER TYPE app.mood OWNER TO bert changes who may alter, drop and give away what it names.',
    ],
    'GRANT SELECT ON LARGE OBJECT 7 TO a': [
      'GRANT SELECT ON LARGE OBJECT 7 TO a',
      '1: a gets SELECT on LARGE OBJECT 7.',
    ],
    'GRANT SET ON PARAMETER work_mem TO a': [
      'GRANT SET ON PARAMETER work_mem TO a',
      '1: a gets SET on PARAMETER work_mem.',
    ],
  },
  allows: {
    'CREATE TABLE t (a int); GRANT SELECT ON t TO accounting; ALTER TABLE t OWNER TO bert':
      'CREATE TABLE t (a int); GRANT SELECT ON t TO accounting; ALTER TABLE t OWNER TO bert',
    'CREATE SEQUENCE s; GRANT USAGE ON SEQUENCE s TO accounting':
      'CREATE SEQUENCE s; GRANT USAGE ON SEQUENCE s TO accounting',
    'REVOKE EXECUTE ON FUNCTION f(int) FROM PUBLIC': 'REVOKE EXECUTE ON FUNCTION f(int) FROM PUBLIC',
    'REVOKE CREATE ON SCHEMA public FROM PUBLIC': 'REVOKE CREATE ON SCHEMA public FROM PUBLIC',
    "COMMENT ON ROLE anna IS 'x'": "COMMENT ON ROLE anna IS 'x'",
  },
})

testRule(
  privileges,
  {
    reports: {
      "GRANT SELECT (id, `My Name`), INSERT ON shop.invoices TO 'app'@'10.0.0.%'": [
        "GRANT SELECT (id, `My Name`), INSERT ON shop.invoices TO 'app'@'10.0.0.%'",
        '1: app@"10.0.0.%" gets SELECT (id, "My Name"), INSERT on shop.invoices.',
      ],
      'REVOKE SELECT ON shop.* FROM app@localhost': [
        'REVOKE SELECT ON shop.* FROM app@localhost',
        '1: app@localhost loses SELECT on shop.*: what still needs it fails at once.',
      ],
      'GRANT accounting TO anna@localhost': [
        'GRANT accounting TO anna@localhost',
        '1: anna@localhost gets accounting.',
      ],
      'GRANT EXECUTE ON PROCEDURE shop.p TO app@localhost': [
        'GRANT EXECUTE ON PROCEDURE shop.p TO app@localhost',
        '1: app@localhost gets EXECUTE on PROCEDURE shop.p.',
      ],
      'CREATE USER IF NOT EXISTS anna@localhost': [
        'CREATE USER IF NOT EXISTS anna@localhost',
        '1: CREATE USER anna@localhost makes an account for the whole server.',
      ],
      'CREATE ROLE accounting': [
        'CREATE ROLE accounting',
        '1: CREATE ROLE accounting makes an account for the whole server.',
      ],
      'DROP USER anna@localhost, bert': [
        'DROP USER anna@localhost, bert',
        '1: DROP USER anna@localhost, bert locks out whoever logs in with it.',
      ],
      'ALTER USER anna@localhost ACCOUNT LOCK': [
        'ALTER USER anna@localhost ACCOUNT LOCK',
        '1: ALTER USER anna@localhost changes an account of the whole server.',
      ],
      'RENAME USER a@b TO c@d': [
        'RENAME USER a@b TO c@d',
        '1: RENAME USER a@b locks out whoever logs in by the old name.',
      ],
      'DROP ROLE accounting': [
        'DROP ROLE accounting',
        '1: DROP ROLE accounting locks out whoever logs in with it.',
      ],
      'REVOKE ALL PRIVILEGES, GRANT OPTION FROM anna@localhost': [
        'REVOKE ALL PRIVILEGES, GRANT OPTION FROM anna@localhost',
        '1: anna@localhost loses ALL PRIVILEGES, GRANT OPTION: what still needs it fails at once.',
      ],
    },
    allows: {
      'CREATE TABLE t (a INT); GRANT SELECT ON t TO app@localhost':
        'CREATE TABLE t (a INT); GRANT SELECT ON t TO app@localhost',
      'GRANT ALL ON *.* TO app@localhost': 'GRANT ALL ON *.* TO app@localhost',
      "SET PASSWORD FOR a = 'b'": "SET PASSWORD FOR a = 'b'",
    },
  },
  { engine: 'mysql' },
)
