import type { Rule } from '../rule.ts'

export const securityDefiner: Rule = {
  id: 'security-definer',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'block',
  title: "A routine with another's rights",
  why: 'A SECURITY DEFINER function runs with the rights of its owner, but finds its tables and functions by the search_path of whoever calls it. The caller puts a table or an operator of its own in front, and it runs with those rights.',
  instead: 'Set search_path for the function, with pg_temp at its end.',
  bad: `CREATE FUNCTION user_count() RETURNS bigint LANGUAGE sql SECURITY DEFINER
AS $$ SELECT count(*) FROM users $$;`,
  good: `CREATE FUNCTION user_count() RETURNS bigint LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT count(*) FROM users $$;`,
  mysql: {
    why: 'With DEFINER = another account, what is made here runs with the rights of that account, whoever calls it, and fails for everybody when that account is dropped.',
    instead: 'Leave DEFINER out, or write SQL SECURITY INVOKER where there may be one.',
    bad: "CREATE DEFINER = 'root'@'localhost' VIEW totals AS SELECT 1 AS n;",
    good: 'CREATE SQL SECURITY INVOKER VIEW totals AS SELECT 1 AS n;',
  },

  check(statement) {
    if (statement.kind !== 'definer') return
    const { what, account, path, instead } = statement
    if (account !== undefined) {
      return { message: `${what} runs with the rights of ${account}, whoever uses it.`, instead }
    }
    return { message: `${what} runs with the rights of its owner, ${paths[path ?? 'none']}.`, instead }
  },
}

const paths = {
  none: 'and finds its tables and functions by the search_path of whoever calls it, who can put others in front',
  temporary:
    'and without pg_temp at the end of its search_path finds temporary tables of whoever calls it first',
  callers:
    'and its search_path has $user in it, the schema of whoever it runs as, which need not be there yet',
} as const
