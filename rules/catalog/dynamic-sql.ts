import type { Rule } from '../rule.ts'

// What the file itself runs is `unparsed`, and no policy lowers that.
export const dynamicSql: Rule = {
  id: 'dynamic-sql',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'block',
  title: 'SQL put together at run time in a stored program',
  why: 'What a function or a procedure puts together and executes is known to nobody before it runs. A migration that calls it may do anything, and shows nothing of it.',
  instead:
    'Write the SQL as statements, or EXECUTE one literal with its values in USING. Where only names vary, put them into format() with %I, and have reviewers read what calls it.',
  bad: `CREATE FUNCTION drop_partition(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE events DETACH PARTITION %I', name);
END $$;`,
  good: `CREATE FUNCTION rename_user(user_id bigint, new_name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE 'UPDATE users SET name = $2 WHERE id = $1' USING user_id, new_name;
END $$;`,
  mysql: {
    instead: 'Write the SQL as statements, and have reviewers read what calls the program.',
    bad: `CREATE PROCEDURE drop_partition(IN name VARCHAR(64))
BEGIN
  SET @statement = CONCAT('ALTER TABLE events DROP PARTITION ', name);
  PREPARE dropping FROM @statement;
  EXECUTE dropping;
END;`,
    good: `CREATE PROCEDURE rename_user(IN user_id BIGINT, IN new_name VARCHAR(100))
BEGIN
  UPDATE users SET name = new_name WHERE id = user_id;
END;`,
  },

  check(statement) {
    return statement.kind === 'dynamic-sql'
      ? 'This executes SQL that is put together at run time.'
      : undefined
  },
}
