import { testRule } from '../testing.ts'
import { dbwardSchema } from './dbward-schema.ts'

testRule(dbwardSchema, {
  reports: {
    'DELETE FROM dbward.ledger': [
      'DELETE FROM dbward.ledger;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'SELECT * FROM dbward.ledger': [
      'SELECT * FROM dbward.ledger;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'LOCK TABLE dbward.ledger': [
      'LOCK TABLE dbward.ledger;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'INSERT INTO "dbward".done VALUES (1)': [
      'INSERT INTO "dbward".done VALUES (1);',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'DELETE FROM U&"d\\0062ward".ledger': [
      'DELETE FROM U&"d\\0062ward".ledger;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'DROP SCHEMA dbward CASCADE': [
      'DROP SCHEMA dbward CASCADE;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'CREATE SCHEMA IF NOT EXISTS dbward': [
      'CREATE SCHEMA IF NOT EXISTS dbward;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'ALTER SCHEMA dbward RENAME TO x': [
      'ALTER SCHEMA dbward RENAME TO x;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'ALTER SCHEMA x RENAME TO dbward': [
      'ALTER SCHEMA x RENAME TO dbward;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'GRANT ALL ON SCHEMA dbward TO PUBLIC': [
      'GRANT ALL ON SCHEMA dbward TO PUBLIC;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'GRANT SELECT ON ALL TABLES IN SCHEMA dbward TO a': [
      'GRANT SELECT ON ALL TABLES IN SCHEMA dbward TO a;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'ALTER TABLE a SET SCHEMA dbward': [
      'ALTER TABLE a SET SCHEMA dbward;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'SET search_path = dbward, public': [
      'SET search_path = dbward, public;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    "SET SCHEMA 'dbward'": [
      "SET SCHEMA 'dbward';",
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    "SELECT set_config('search_path', 'dbward', false)": [
      "SELECT set_config('search_path', 'dbward', false);",
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'a name with escapes that are marked by another character': [
      'DELETE FROM u&"d!0062ward" UESCAPE \'!\'.ledger;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'a name of two literals that PostgreSQL reads as one': [
      "SELECT 'dbw'\n'ard.ledger'::regclass;",
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'the same in a body': [
      "DO 'BEGIN PERFORM ''dbw''\n''ard.ledger''::regclass; END';",
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'the same of which the first may have escapes': [
      "SELECT e'dbw'\n'ard.ledger'::regclass;",
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'a literal with escapes': [
      "SELECT E'\\x64bward.ledger'::regclass;",
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'SELECT dbward.f()': [
      'SELECT dbward.f();',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'SELECT 1::dbward.t': [
      'SELECT 1::dbward.t;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    "COMMENT ON SCHEMA dbward IS 'x'": [
      "COMMENT ON SCHEMA dbward IS 'x';",
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'GRANT dbward_owner TO me': [
      'GRANT dbward_owner TO me;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'ALTER ROLE dbward_owner LOGIN': [
      'ALTER ROLE dbward_owner LOGIN;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'REASSIGN OWNED BY dbward_owner TO me': [
      'REASSIGN OWNED BY dbward_owner TO me;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    "SELECT 'dbward.ledger'::regclass": [
      "SELECT 'dbward.ledger'::regclass;",
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'CREATE EXTENSION x SCHEMA dbward': [
      'CREATE EXTENSION x SCHEMA dbward;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'ALTER DEFAULT PRIVILEGES IN SCHEMA dbward GRANT ALL ON TABLES TO a': [
      'ALTER DEFAULT PRIVILEGES IN SCHEMA dbward GRANT ALL ON TABLES TO a;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'TRUNCATE dbward.ledger': [
      'TRUNCATE dbward.ledger;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'WITH d AS (DELETE FROM dbward.ledger RETURNING 1) SELECT 1': [
      'WITH d AS (DELETE FROM dbward.ledger RETURNING 1) SELECT 1;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'CREATE VIEW v AS SELECT * FROM dbward.ledger': [
      'CREATE VIEW v AS SELECT * FROM dbward.ledger;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM dbward.ledger; END $$': [
      'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM dbward.ledger; END $$;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DELETE FROM ' || 'dbward.ledger'; END $$":
      [
        "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DELETE FROM ' || 'dbward.ledger'; END $$;",
        '1: This names dbward, where the ledger of executed migrations is.',
      ],
    'CREATE RULE r AS ON INSERT TO a DO ALSO DELETE FROM dbward.ledger': [
      'CREATE RULE r AS ON INSERT TO a DO ALSO DELETE FROM dbward.ledger;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'DROP OWNED BY dbward_owner': [
      'DROP OWNED BY dbward_owner;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'IMPORT FOREIGN SCHEMA a FROM SERVER b INTO dbward': [
      'IMPORT FOREIGN SCHEMA a FROM SERVER b INTO dbward;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'CREATE ROLE dbward_owner': [
      'CREATE ROLE dbward_owner;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'ALTER FUNCTION f() SET SCHEMA dbward': [
      'ALTER FUNCTION f() SET SCHEMA dbward;',
      '1: This names dbward, where the ledger of executed migrations is.',
    ],
    'a DO, at its statement too': [
      `DO $$ BEGIN
  DELETE FROM dbward.ledger WHERE true;
END $$;`,
      '1: This names dbward, where the ledger of executed migrations is.',
      '2: This names dbward, where the ledger of executed migrations is.',
    ],
  },
  allows: {
    'the word in a comment of the author': "COMMENT ON TABLE a IS 'managed by dbward.io';",
    'the word among the rows': "INSERT INTO tools VALUES ('dbward'), ('https://dbward.example');",
    'longer names': `CREATE TABLE dbward_notes (a int);
SELECT * FROM app.dbwards;`,
    'a comment': `-- dbward.ledger
SELECT 1;`,
    'a comment in a body': `CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 -- not in dbward.ledger
$$;`,
  },
})

testRule(
  dbwardSchema,
  {
    reports: Object.fromEntries(
      [
        'DELETE FROM dbward.ledger WHERE a = 1',
        'DELETE FROM DbWard . ledger WHERE a = 1',
        'INSERT INTO `dbward`.`ledger` VALUES (1)',
        'DROP DATABASE dbward',
        'USE dbward',
        'SELECT * FROM a JOIN dbward.ledger USING (id)',
        'CREATE VIEW v AS SELECT * FROM dbward.ledger',
        'CREATE TRIGGER t AFTER INSERT ON a FOR EACH ROW DELETE FROM dbward.ledger',
        'RENAME TABLE a TO dbward.a',
        '/*!50000 DELETE FROM dbward.ledger */',
        '/*!80000 DELETE FROM dbward */',
        'BEGIN NOT ATOMIC DELETE FROM dbward.ledger; END',
        'GRANT ALL ON dbward.* TO a',
        'GRANT ALL ON `dbw%`.* TO a',
        'GRANT ALL ON `db\\\\_ard`.* TO a, `_bward` TO b',
        'GRANT SELECT ON a.* TO `dbward_agent`@`%`',
        'GRANT ALL ON dbw_rd.* TO a',
        'GRANT SELECT ON TABLE ______.* TO a',
        "DROP USER 'dbward_agent'@'%'",
        "CREATE DEFINER='dbward'@'%' VIEW v AS SELECT 1",
        'SHOW TABLES FROM dbward',
      ].map((sql) => [
        sql,
        [sql, '1: This names dbward, where the ledger of executed migrations is.'] as const,
      ]),
    ),
    allows: Object.fromEntries(
      [
        'SELECT * FROM dbward_notes',
        "INSERT INTO a VALUES ('dbward.ledger')",
        'SELECT 1 -- dbward.ledger',
        'GRANT ALL ON `app%`.* TO a',
        'GRANT SELECT (a_b, c), INSERT ON app_1.* TO a',
        'GRANT a_role TO b',
        'REVOKE ALL ON *.* FROM a',
        "CREATE USER 'app'@'%'",
      ].map((sql) => [sql, sql]),
    ),
  },
  { engine: 'mysql' },
)

const everywhere =
  '1: This grants rights on every database, and so on dbward, where the ledger of executed migrations is.'

testRule(
  dbwardSchema,
  {
    reports: Object.fromEntries(
      ['GRANT ALL ON *.* TO a', "GRANT SELECT, FILE ON * . * TO 'a'@'%' WITH GRANT OPTION"].map((sql) => [
        sql,
        [sql, everywhere] as const,
      ]),
    ),
    allows: {},
  },
  { engine: 'mariadb' },
)
