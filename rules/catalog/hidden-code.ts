import type { Rule } from '../rule.ts'

export const hiddenCode: Rule = {
  id: 'hidden-code',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'block',
  title: 'Code that runs unseen',
  why: 'A rule rewrites statements that others write, an event trigger runs at every change of definitions, and a scheduled job runs when nobody looks, with the rights of whoever made it. None of them shows where it acts.',
  instead: 'Write it where it is called, or let a job run it that is deployed with the application.',
  bad: `CREATE RULE keep AS ON DELETE TO orders DO INSTEAD NOTHING;`,
  good: `DELETE FROM orders WHERE created_at < '2020-01-01';`,
  mysql: {
    why: 'An event runs by itself, again and again, with the rights of whoever made it, and nobody sees where.',
    bad: 'CREATE EVENT old_sessions ON SCHEDULE EVERY 1 DAY DO DELETE FROM sessions WHERE id < 5;',
    good: 'DELETE FROM sessions WHERE id < 5;',
  },

  check(statement) {
    if (statement.kind !== 'danger' || statement.of !== 'hidden-code') return
    return { message: `${statement.what} ${statement.effect}.`, instead: statement.instead }
  },
}
