import { testRule } from '../testing.ts'
import { noWhereDelete } from './no-where-delete.ts'

testRule(noWhereDelete, {
  reports: {
    'a plain one': ['DELETE FROM users;', '1: DELETE FROM users has no WHERE: it deletes every row.'],
    'one with USING only': ['DELETE FROM a USING b;', '1: DELETE FROM a has no WHERE: it deletes every row.'],
    'one with a schema and a quoted name': [
      'DELETE FROM app."Odd Name";',
      '1: DELETE FROM app."Odd Name" has no WHERE: it deletes every row.',
    ],
    'a WITH': [
      `WITH gone AS (
  DELETE FROM users RETURNING *
)
SELECT * FROM gone;`,
      '2: DELETE FROM users has no WHERE: it deletes every row.',
    ],
    'a WITH inside an INSERT': [
      'INSERT INTO log WITH d AS (DELETE FROM x RETURNING id) SELECT id FROM d;',
      '1: DELETE FROM x has no WHERE: it deletes every row.',
    ],
    'EXPLAIN ANALYZE': [
      'EXPLAIN ANALYZE DELETE FROM x;',
      '1: DELETE FROM x has no WHERE: it deletes every row.',
    ],
    'EXPLAIN with ANALYZE among its options': [
      'EXPLAIN (COSTS OFF, ANALYZE) DELETE FROM x;',
      '1: DELETE FROM x has no WHERE: it deletes every row.',
    ],
    'the body of a DO': [
      `DO $$
BEGIN
  DELETE FROM x;
END $$;`,
      '3: DELETE FROM x has no WHERE: it deletes every row.',
    ],
    'a loop in the body of a DO': [
      `DO $$
DECLARE r record;
BEGIN
  FOR r IN SELECT 1 LOOP
    IF r IS NOT NULL THEN
      DELETE FROM x;
    END IF;
  END LOOP;
END $$;`,
      '6: DELETE FROM x has no WHERE: it deletes every row.',
    ],
    'EXECUTE of a literal in a DO': [
      `DO $$ BEGIN
  EXECUTE 'DELETE FROM x';
END $$;`,
      '2: DELETE FROM x has no WHERE: it deletes every row.',
    ],
    PREPARE: ['PREPARE p AS DELETE FROM x;', '1: DELETE FROM x has no WHERE: it deletes every row.'],
    'COPY of what it returns to a file': [
      "COPY (DELETE FROM x RETURNING *) TO '/tmp/x';",
      '1: DELETE FROM x has no WHERE: it deletes every row.',
    ],
    'a WHERE that is true': [
      'DELETE FROM x WHERE true;',
      '1: DELETE FROM x has a WHERE that is always true: it deletes every row.',
    ],
    'a WHERE of equal constants': [
      "DELETE FROM x WHERE 1 = 1 AND 'a' = 'a';",
      '1: DELETE FROM x has a WHERE that is always true: it deletes every row.',
    ],
    'a WHERE with an OR that is true': [
      'DELETE FROM x WHERE id = 1 OR true;',
      '1: DELETE FROM x has a WHERE that is always true: it deletes every row.',
    ],
    "a WHERE 't'::boolean": [
      "DELETE FROM x WHERE 't'::boolean;",
      '1: DELETE FROM x has a WHERE that is always true: it deletes every row.',
    ],
    'the table of another schema': [
      `CREATE TABLE x (a int);
DELETE FROM public.x;`,
      '2: DELETE FROM public.x has no WHERE: it deletes every row.',
    ],
    'a table that a temporary one does not shadow': [
      `CREATE TEMP TABLE x (a int);
DELETE FROM public.x;`,
      '2: DELETE FROM public.x has no WHERE: it deletes every row.',
    ],
    'a table that may have been there': [
      `CREATE TABLE IF NOT EXISTS x (a int);
DELETE FROM x;`,
      '2: DELETE FROM x has no WHERE: it deletes every row.',
    ],
    'the table below a dropped temporary one': [
      `CREATE TEMP TABLE x (a int);
DROP TABLE x;
DELETE FROM x;`,
      '3: DELETE FROM x has no WHERE: it deletes every row.',
    ],
    'a table created in a DO only': [
      `DO $$ BEGIN CREATE TABLE x (a int); END $$;
DELETE FROM x;`,
      '2: DELETE FROM x has no WHERE: it deletes every row.',
    ],
    'a table after the search path changed': [
      `CREATE TABLE x (a int);
SET search_path = other;
DELETE FROM x;`,
      '3: DELETE FROM x has no WHERE: it deletes every row.',
    ],
    'a view born in the same file': [
      `CREATE VIEW v AS SELECT * FROM users;
DELETE FROM v;`,
      '2: DELETE FROM v has no WHERE: it deletes every row.',
    ],
    'a foreign table born in the same file': [
      `CREATE FOREIGN TABLE f (a int) SERVER s;
DELETE FROM f;`,
      '2: DELETE FROM f has no WHERE: it deletes every row.',
    ],
    'a new parent of old rows': [
      `CREATE TABLE p (a int);
ALTER TABLE users INHERIT p;
DELETE FROM p;`,
      '3: DELETE FROM p has no WHERE: it deletes every row.',
    ],
    'a new partitioned table with an old partition': [
      `CREATE TABLE p (a int) PARTITION BY LIST (a);
ALTER TABLE p ATTACH PARTITION users DEFAULT;
DELETE FROM p;`,
      '3: DELETE FROM p has no WHERE: it deletes every row.',
    ],
    'a new table with a rule': [
      `CREATE TABLE x (a int);
CREATE RULE r AS ON DELETE TO x DO INSTEAD DELETE FROM users;
DELETE FROM x;`,
      '2: DELETE FROM users has no WHERE: it deletes every row.',
      '3: DELETE FROM x has no WHERE: it deletes every row.',
    ],
    'a rule that nothing fires yet': [
      'CREATE RULE r AS ON INSERT TO x DO ALSO (UPDATE z SET a = 1 WHERE b = 2;\nDELETE FROM y);',
      '2: DELETE FROM y has no WHERE: it deletes every row. It happens when this rule fires.',
    ],
    'a branch of a MERGE': [
      'MERGE INTO x USING y ON true WHEN MATCHED THEN DELETE;',
      '1: MERGE INTO x has an ON that is always true: it deletes every row.',
    ],
    'a branch of a MERGE in a WITH': [
      'WITH m AS (MERGE INTO x USING y ON y.a = 1 WHEN MATCHED THEN DELETE RETURNING 1) SELECT 1;',
      '1: MERGE INTO x has an ON that speaks of its source only: it deletes every row, or none.',
    ],
    'what the source of a MERGE does not have': [
      'MERGE INTO x USING y ON x.a = y.a WHEN NOT MATCHED BY SOURCE THEN DELETE;',
      '1: MERGE INTO x deletes every row that its source does not have.',
    ],
    'a new table whose rows take others with them': [
      `CREATE TABLE plans (id bigint PRIMARY KEY);
ALTER TABLE users ADD FOREIGN KEY (plan_id) REFERENCES plans ON DELETE CASCADE;
DELETE FROM plans;`,
      '3: DELETE FROM plans has no WHERE: it deletes every row.',
    ],
    'a condition that is wrapped too deep': [
      `DELETE FROM x WHERE ${'NOT '.repeat(80)}true;`,
      `1: DELETE FROM x has a WHERE that is always true: it deletes every row.`,
    ],
    'USING that ties nothing': [
      'DELETE FROM x USING y WHERE y.a = 1;',
      '1: DELETE FROM x has a WHERE that speaks of other tables only: it deletes every row of x, or none.',
    ],
    'a table whose schema changed hands': [
      `CREATE TABLE a.x (a int);
ALTER SCHEMA a RENAME TO b;
ALTER SCHEMA prod RENAME TO a;
DELETE FROM a.x;`,
      '4: DELETE FROM a.x has no WHERE: it deletes every row.',
    ],
    'a table that moved away': [
      `CREATE TABLE x (a int);
ALTER TABLE x SET SCHEMA other;
DELETE FROM x;`,
      '3: DELETE FROM x has no WHERE: it deletes every row.',
    ],
    'a table in a schema born with it': [
      `CREATE SCHEMA s CREATE TABLE x (a int);
DELETE FROM x;`,
      '2: DELETE FROM x has no WHERE: it deletes every row.',
    ],
    'a temporary table that pg_temp does not put first': [
      `SET search_path = public, pg_temp;
CREATE TEMP TABLE x (a int);
DELETE FROM x;`,
      '3: DELETE FROM x has no WHERE: it deletes every row.',
    ],
    'a temporary table that was dropped by its full name': [
      `CREATE TEMP TABLE x (a int);
DROP TABLE pg_temp.x;
DELETE FROM x;`,
      '3: DELETE FROM x has no WHERE: it deletes every row.',
    ],
    'a temporary table that was discarded': [
      `CREATE TEMP TABLE x (a int);
DISCARD TEMP;
DELETE FROM x;`,
      '3: DELETE FROM x has no WHERE: it deletes every row.',
    ],
    'what stands after a nested comment': [
      '/* /* */ SELECT 1; */ SELECT 2; /* */ DELETE FROM x;',
      '1: DELETE FROM x has no WHERE: it deletes every row.',
    ],
    'what a backslash does not hide': [
      "SELECT 'a\\'; DELETE FROM x; --';",
      '1: DELETE FROM x has no WHERE: it deletes every row.',
    ],
  },
  allows: {
    'a WHERE': 'DELETE FROM users WHERE id = 1;',
    'a WHERE of unequal constants': 'DELETE FROM users WHERE 1 = 2;',
    'a cursor': 'DELETE FROM users WHERE CURRENT OF c;',
    'a table born in the same file': `CREATE TABLE x (a int);
DELETE FROM x;`,
    'a table born in the same file and renamed': `CREATE TABLE x (a int);
ALTER TABLE x RENAME TO y;
DELETE FROM y;`,
    'a table made by CREATE TABLE AS': `CREATE TABLE x AS SELECT 1;
DELETE FROM x;`,
    'a temporary table': `CREATE TEMP TABLE x (a int);
DELETE FROM x;`,
    'a table that moved, by its new name': `CREATE TABLE x (a int);
ALTER TABLE x SET SCHEMA other;
DELETE FROM other.x;`,
    'EXPLAIN alone': 'EXPLAIN DELETE FROM x;',
    'EXPLAIN with ANALYZE off': 'EXPLAIN (ANALYZE false) DELETE FROM x;',
    'a MERGE that ties its tables':
      'MERGE INTO x USING y ON x.a = y.a WHEN MATCHED AND y.b THEN DELETE WHEN NOT MATCHED BY SOURCE AND x.b = 1 THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (1);',
    'USING that ties': 'DELETE FROM x USING y WHERE y.a = x.a;',
    'a comment': `-- DELETE FROM x;
/* DELETE FROM x; */ SELECT 1;`,
    'a literal': "SELECT 'DELETE FROM x;', $$DELETE FROM x;$$;",
    'the down section': `-- migrate:up
SELECT 1;
-- migrate:down
DELETE FROM x;`,
  },
})

testRule(
  noWhereDelete,
  {
    reports: {
      'no WHERE': ['DELETE FROM a', '1: DELETE FROM a has no WHERE: it deletes every row.'],
      'all modifiers': [
        'DELETE LOW_PRIORITY QUICK IGNORE FROM d.a',
        '1: DELETE FROM d.a has no WHERE: it deletes every row.',
      ],
      'a new table whose rows take others with them': [
        `CREATE TABLE plans (id BIGINT PRIMARY KEY);
ALTER TABLE users ADD FOREIGN KEY (plan_id) REFERENCES plans (id) ON UPDATE RESTRICT ON DELETE SET NULL;
DELETE FROM plans;`,
        '3: DELETE FROM plans has no WHERE: it deletes every row.',
      ],
      'several tables that are tied to each other only': [
        'DELETE a, b FROM a JOIN b ON a.id = b.id',
        '1: DELETE FROM a has no WHERE: it deletes every row.',
        '1: DELETE FROM b has no WHERE: it deletes every row.',
      ],
      'a LIMIT, which is no guard': [
        'DELETE FROM a ORDER BY b LIMIT 10',
        '1: DELETE FROM a has no WHERE: it deletes every row.',
      ],
      'several tables': [
        'DELETE a, z.* FROM a JOIN b AS z ON true',
        '1: DELETE FROM a has no WHERE: it deletes every row.',
        '1: DELETE FROM b has no WHERE: it deletes every row.',
      ],
      USING: ['DELETE FROM z USING d.a AS z, b', '1: DELETE FROM d.a has no WHERE: it deletes every row.'],
      'tables that nothing ties': [
        'DELETE a FROM a JOIN b WHERE b.c = 1',
        '1: DELETE FROM a has a WHERE that speaks of other tables only: it deletes every row of a, or none.',
      ],
      'an outer join': [
        'DELETE a FROM a LEFT JOIN b ON a.id = b.id',
        '1: DELETE FROM a has no WHERE: it deletes every row.',
      ],
      'a WITH': [
        'WITH c AS (SELECT 1) DELETE FROM a',
        '1: DELETE FROM a has no WHERE: it deletes every row.',
      ],
      'WHERE 1': [
        'DELETE FROM a WHERE 1',
        '1: DELETE FROM a has a WHERE that is always true: it deletes every row.',
      ],
      'WHERE TRUE in parentheses': [
        'DELETE FROM a WHERE ((TRUE))',
        '1: DELETE FROM a has a WHERE that is always true: it deletes every row.',
      ],
      'equal constants': [
        "DELETE FROM a WHERE 'b' = 'b' LIMIT 1",
        '1: DELETE FROM a has a WHERE that is always true: it deletes every row.',
      ],
      'a column that equals itself': [
        'DELETE FROM a WHERE b <=> b',
        '1: DELETE FROM a has a WHERE that is always true: it deletes every row.',
      ],
      'numbers that compare': [
        'DELETE FROM a WHERE 2 > 1 AND 1 <> 0',
        '1: DELETE FROM a has a WHERE that is always true: it deletes every row.',
      ],
      OR: [
        'DELETE FROM a WHERE b = 1 OR NOT 0',
        '1: DELETE FROM a has a WHERE that is always true: it deletes every row.',
      ],
      'OR and AND as signs': [
        'DELETE FROM a WHERE b = 1 && c = 1 || 1',
        '1: DELETE FROM a has a WHERE that is always true: it deletes every row.',
      ],
      'what a hidden comment may take away': [
        'DELETE FROM a /*!80000 WHERE b = 1 */',
        '1: DELETE FROM a has no WHERE: it deletes every row.',
      ],
      'what may stand in a temporary table': [
        'CREATE TEMPORARY TABLE a (b INT); DELETE FROM a',
        '1: DELETE FROM a has no WHERE: it deletes every row.',
      ],
      'a table of another engine, which may have the rows of others': [
        'CREATE TABLE a (b INT) ENGINE=MERGE UNION=(c); DELETE FROM a',
        '1: DELETE FROM a has no WHERE: it deletes every row.',
      ],
      'a table that took the rows of another': [
        'CREATE TABLE a (b INT); ALTER TABLE c EXCHANGE PARTITION p WITH TABLE a; DELETE FROM a',
        '1: DELETE FROM a has no WHERE: it deletes every row.',
      ],
    },
    allows: {
      'a WHERE': 'DELETE FROM a WHERE b = 1',
      'a WHERE with BETWEEN': 'DELETE FROM a WHERE b BETWEEN 1 AND 2',
      'constants that differ': 'DELETE FROM a WHERE 1 = 0 OR b = 1',
      'a join with a WHERE': 'DELETE a FROM a JOIN b USING (id) WHERE b.c = 1',
      'a table born in the same file': 'CREATE TABLE a (b INT) ENGINE=InnoDB; DELETE FROM a',
      EXPLAIN: 'EXPLAIN DELETE FROM a',
    },
  },
  { engine: 'mysql' },
)
