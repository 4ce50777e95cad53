import { testRule } from '../testing.ts'
import { grantsToEveryone } from './grants-to-everyone.ts'

testRule(grantsToEveryone, {
  reports: {
    'GRANT SELECT ON invoices TO PUBLIC': [
      'GRANT SELECT ON invoices TO PUBLIC',
      '1: PUBLIC gets SELECT on invoices: that is everybody who can log in, also each role to come.',
    ],
    'GRANT ALL ON ALL TABLES IN SCHEMA app, b TO PUBLIC, accounting': [
      'GRANT ALL ON ALL TABLES IN SCHEMA app, b TO PUBLIC, accounting',
      '1: PUBLIC gets ALL on ALL TABLES IN SCHEMA app, b: that is everybody who can log in, also each role to come.',
    ],
    'GRANT CREATE ON SCHEMA public TO PUBLIC': [
      'GRANT CREATE ON SCHEMA public TO PUBLIC',
      '1: PUBLIC gets CREATE on SCHEMA public: that is everybody who can log in, also each role to come.',
    ],
    'GRANT USAGE ON SCHEMA app TO PUBLIC': [
      'GRANT USAGE ON SCHEMA app TO PUBLIC',
      '1: PUBLIC gets USAGE on SCHEMA app: that is everybody who can log in, also each role to come.',
    ],
    'GRANT SELECT (id, "Name"), UPDATE ON app.invoices TO PUBLIC': [
      'GRANT SELECT (id, "Name"), UPDATE ON app.invoices TO PUBLIC',
      '1: PUBLIC gets SELECT (id, "Name"), UPDATE on app.invoices: that is everybody who can log in, also each role to come.',
    ],
    'ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO PUBLIC': [
      'ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO PUBLIC',
      '1: PUBLIC gets SELECT on TABLES to come: that is everybody who can log in, also each role to come.',
    ],
    'ALTER DEFAULT PRIVILEGES FOR ROLE a GRANT ALL ON SEQUENCES TO PUBLIC': [
      'ALTER DEFAULT PRIVILEGES FOR ROLE a GRANT ALL ON SEQUENCES TO PUBLIC',
      '1: PUBLIC gets ALL on SEQUENCES to come: that is everybody who can log in, also each role to come.',
    ],
    'GRANT ALL ON DATABASE d TO PUBLIC': [
      'GRANT ALL ON DATABASE d TO PUBLIC',
      '1: PUBLIC gets ALL on DATABASE d: that is everybody who can log in, also each role to come.',
    ],
    'GRANT USAGE ON FOREIGN SERVER s TO PUBLIC': [
      'GRANT USAGE ON FOREIGN SERVER s TO PUBLIC',
      '1: PUBLIC gets USAGE on FOREIGN SERVER s: that is everybody who can log in, also each role to come.',
    ],
    'GRANT SELECT ON invoices TO PUBLIC WITH GRANT OPTION': [
      'GRANT SELECT ON invoices TO PUBLIC WITH GRANT OPTION',
      '1: PUBLIC gets SELECT on invoices: that is everybody who can log in, also each role to come.',
    ],
    'DO $$ BEGIN GRANT SELECT ON invoices TO PUBLIC; END $$': [
      'DO $$ BEGIN GRANT SELECT ON invoices TO PUBLIC; END $$',
      '1: PUBLIC gets SELECT on invoices: that is everybody who can log in, also each role to come.',
    ],
    'CREATE TABLE t (a int); GRANT SELECT ON t TO PUBLIC': [
      'CREATE TABLE t (a int); GRANT SELECT ON t TO PUBLIC',
      '1: PUBLIC gets SELECT on t: that is everybody who can log in, also each role to come.',
    ],
    'CREATE SCHEMA s CREATE TABLE t (a int) GRANT SELECT ON t TO PUBLIC': [
      'CREATE SCHEMA s CREATE TABLE t (a int) GRANT SELECT ON t TO PUBLIC',
      '1: PUBLIC gets SELECT on t: that is everybody who can log in, also each role to come.',
    ],
  },
  allows: {
    'GRANT USAGE ON TYPE t TO PUBLIC': 'GRANT USAGE ON TYPE t TO PUBLIC',
    'GRANT EXECUTE ON FUNCTION f(int) TO PUBLIC': 'GRANT EXECUTE ON FUNCTION f(int) TO PUBLIC',
    'GRANT USAGE ON SCHEMA public TO PUBLIC': 'GRANT USAGE ON SCHEMA public TO PUBLIC',
    'GRANT CONNECT, TEMP ON DATABASE d TO PUBLIC': 'GRANT CONNECT, TEMP ON DATABASE d TO PUBLIC',
    'REVOKE ALL ON t FROM PUBLIC': 'REVOKE ALL ON t FROM PUBLIC',
    'GRANT SELECT ON t TO "public_reader"': 'GRANT SELECT ON t TO "public_reader"',
    'GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC': 'GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC',
  },
})

testRule(
  grantsToEveryone,
  {
    reports: {
      "GRANT ALL ON shop.* TO 'app'@'%'": [
        "GRANT ALL ON shop.* TO 'app'@'%'",
        '1: app@"%" gets ALL on shop.*, and may log in from any host.',
      ],
      "GRANT ALL PRIVILEGES ON `shop`.* TO app@'%', b@localhost": [
        "GRANT ALL PRIVILEGES ON `shop`.* TO app@'%', b@localhost",
        '1: app@"%", b@localhost get ALL PRIVILEGES on shop.*, and may log in from any host.',
      ],
      "GRANT SELECT ON shop.* TO ''@'localhost'": [
        "GRANT SELECT ON shop.* TO ''@'localhost'",
        '1: An account without a name gets SELECT on shop.*: that is whoever logs in.',
      ],
      'GRANT SELECT ON shop.* TO PUBLIC': [
        'GRANT SELECT ON shop.* TO PUBLIC',
        '1: PUBLIC gets SELECT on shop.*: that is everybody who can log in, also each role to come.',
      ],
    },
    allows: {
      "GRANT ALL ON shop.* TO 'app'@'10.0.0.5'": "GRANT ALL ON shop.* TO 'app'@'10.0.0.5'",
      "GRANT SELECT ON shop.* TO 'app'@'%'": "GRANT SELECT ON shop.* TO 'app'@'%'",
      "GRANT ALL ON *.* TO 'app'@'%'": "GRANT ALL ON *.* TO 'app'@'%'",
      "INSERT INTO t VALUES ('GRANT ALL ON a.* TO b@''%''')":
        "INSERT INTO t VALUES ('GRANT ALL ON a.* TO b@''%''')",
    },
  },
  { engine: 'mysql' },
)
