import type { Rule } from '../rule.ts'

export const sessionSettings: Rule = {
  id: 'session-settings',
  engines: ['postgres'],
  severity: 'block',
  title: 'Settings that switch checks off',
  why: 'Some settings of a session hide that data is broken, load code, hide what follows from the log, or let a commit be reported that a crash undoes. A setting that this review does not know may be one of them.',
  instead: 'Leave the setting as it is.',
  bad: `SET synchronous_commit = off;`,
  good: `SET LOCAL work_mem = '64MB';`,

  check(statement) {
    if (statement.kind !== 'danger' || statement.of !== 'session-setting') return
    return { message: `${statement.what} ${statement.effect}.`, instead: statement.instead }
  },
}
