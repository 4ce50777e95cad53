import type { Rule } from '../rule.ts'

// Every byte of a file is either read and reviewed, or this rule says that it is not.
export const unparsed: Rule = {
  id: 'unparsed',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'block',
  fixed: true,
  title: 'SQL that is not understood',
  why: 'What was not read was not reviewed. That is a statement that PostgreSQL does not parse, a command of psql, rows after COPY, a body that runs SQL put together at run time, or a file that is not plain UTF-8 text of at most 1 MiB and 5,000 statements, without invisible characters.',
  instead: 'Write it as plain SQL.',
  bad: "DO $$ BEGIN EXECUTE format('DROP TABLE %I', current_user); END $$;",
  good: "DO $$ BEGIN RAISE NOTICE 'nothing to do'; END $$;",
  mysql: {
    why: 'What was not read was not reviewed. That is a statement that this review does not know, a comment that some servers execute and others skip (`/*!40101 SET ... */`, also as mysqldump writes it), a storage engine whose rows may be somewhere else, a command of the mysql client other than DELIMITER, SQL that is put together at run time, a text whose statements would end elsewhere in another sql_mode, or a file that is not plain UTF-8 text of at most 1 MiB and 5,000 statements, without invisible characters.',
    bad: '/*!50000 DROP TABLE users */;',
    good: 'SET NAMES utf8mb4;',
  },

  check(statement) {
    if (statement.kind !== 'opaque') return
    return { message: `This was not reviewed: ${statement.reason}.`, instead: statement.instead }
  },
}
