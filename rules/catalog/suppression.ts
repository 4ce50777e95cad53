import type { Rule } from '../rule.ts'

// Comments are read beside the statements (rules/suppress.ts), so there is nothing to ask of a statement here.
export const suppression: Rule = {
  id: 'suppression',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'warn',
  title: 'A comment that allows a rule and does not work',
  why: 'A comment `-- dbward: allow <rule>: <reason>` lets through what that rule finds in the next statement, and those who approve the change are shown it and accept it. One that is misspelt, names no rule or no reason, stands elsewhere, or allows what is not found says something to a reader that is not so. What always blocks, and what the policy has under `never_allow`, no comment allows.',
  instead:
    'Write `-- dbward: allow <rule>: <reason>` on a line of its own before the statement, or remove the comment.',
  bad: `-- dbward: allow drop-tables: replaced by people
DROP TABLE users;`,
  good: `-- dbward: allow drop-table: replaced by people in March, and no query names it since
DROP TABLE users;`,

  check: () => undefined,
}
