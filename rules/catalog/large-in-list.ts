import type { Rule } from '../rule.ts'

export const largeInList: Rule = {
  id: 'large-in-list',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'warn',
  title: 'IN with more than 100 values',
  why: 'A long list is planned anew each time, and often hides that its rows should be selected by what they have in common.',
  instead: 'Put the values into a temporary table or a VALUES list and join it.',
  bad: 'DELETE FROM users WHERE id IN (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101);',
  good: 'DELETE FROM users WHERE id IN (SELECT user_id FROM users_to_remove);',
  mysql: {
    instead: 'Put the values into a temporary table and join it.',
  },

  check(statement) {
    return statement.kind === 'in-list' ? `This IN list has ${statement.length} values.` : undefined
  },
}
