import type { Rule } from '../rule.ts'
import type { RowSecurity } from '../security.ts'
import { show } from '../statement.ts'

export const rowSecurity: Rule = {
  id: 'row-security',
  engines: ['postgres'],
  severity: 'block',
  title: 'Row security switched off or opened',
  why: 'Row security keeps the rows of one tenant from another, and nothing fails when it is gone: everybody with a right on the table reads or writes all of it.',
  instead: 'Keep it on, and say in a policy which rows are meant, and for whom.',
  bad: 'ALTER TABLE orders DISABLE ROW LEVEL SECURITY;',
  good: "CREATE POLICY own_orders ON orders USING (user_id = current_setting('app.user')::bigint);",

  check(statement, file) {
    if (statement.kind !== 'row-security') return
    // Without rows there is nothing to see; an open policy stays open when they come.
    if (statement.how !== 'open' && file.createdHere(statement.table, 'table')) return
    return { message: messageOf(statement), instead: insteadOf(statement) }
  },
}

function messageOf({ table, how, policy = '', opens }: RowSecurity): string {
  const named = show(table)
  switch (how) {
    case 'disable':
      return `Without row security everybody with a right on ${named} reaches every row of it, and its policies mean nothing.`
    case 'no-force':
      return `The owner of ${named}, as whom applications often log in, passes by its policies from here on.`
    case 'invoker-off':
      return `The view ${named} reads with the rights of its owner, so that row security of the tables below no longer asks who reads.`
    case 'drop':
      return `Without the policy ${show(policy)} other rows of ${named} are seen: fewer, or more if it was a restrictive one.`
    case 'open':
      return `The condition of the policy ${show(policy)} is always true: whom it is for may ${opens} ${named}.`
  }
}

function insteadOf({ table, how, policy = '' }: RowSecurity): string {
  const named = show(table)
  switch (how) {
    case 'disable':
      return `Keep it on, and make a policy for what is missing: CREATE POLICY ... ON ${named} USING (...);`
    case 'no-force':
      return `Keep it: ALTER TABLE ${named} FORCE ROW LEVEL SECURITY;`
    case 'invoker-off':
      return `Keep it: ALTER VIEW ${named} SET (security_invoker = true);`
    case 'drop':
      return `Change it in place, so that there is no moment without it: ALTER POLICY ${show(policy)} ON ${named} USING (...);`
    case 'open':
      return `Say which rows are meant, such as USING (tenant = current_setting('app.tenant')) for ${show(policy)} on ${named}.`
  }
}
