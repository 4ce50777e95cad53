import type { Rule } from '../rule.ts'

// Every byte of a file is either read and reviewed, or this rule says that it is not.
export const unparsed: Rule = {
  id: 'unparsed',
  engines: ['postgres'],
  severity: 'block',
  fixed: true,
  title: 'SQL that is not understood',
  why: 'What was not read was not reviewed. That is a statement that PostgreSQL does not parse, a command of psql, rows after COPY, a body that runs SQL put together at run time, or a file that is not plain UTF-8 text of at most 1 MiB and 5,000 statements, without invisible characters.',
  instead: 'Write it as plain SQL.',
  bad: "DO $$ BEGIN EXECUTE format('DROP TABLE %I', current_user); END $$;",
  good: "DO $$ BEGIN RAISE NOTICE 'nothing to do'; END $$;",

  check(statement) {
    if (statement.kind !== 'opaque') return
    return { message: `This was not reviewed: ${statement.reason}.`, instead: statement.instead }
  },
}
