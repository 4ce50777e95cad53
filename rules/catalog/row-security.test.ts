import { testRule } from '../testing.ts'
import { rowSecurity } from './row-security.ts'

testRule(rowSecurity, {
  reports: {
    'ALTER TABLE invoices DISABLE ROW LEVEL SECURITY': [
      'ALTER TABLE invoices DISABLE ROW LEVEL SECURITY',
      '1: Without row security everybody with a right on invoices reaches every row of it, and its policies mean nothing.',
    ],
    'ALTER TABLE app.invoices ADD COLUMN a int, NO FORCE ROW LEVEL SECURITY': [
      'ALTER TABLE app.invoices ADD COLUMN a int, NO FORCE ROW LEVEL SECURITY',
      '1: The owner of app.invoices, as whom applications often log in, passes by its policies from here on.',
    ],
    'DROP POLICY own_rows ON app.invoices': [
      'DROP POLICY own_rows ON app.invoices',
      '1: Without the policy own_rows other rows of app.invoices are seen: fewer, or more if it was a restrictive one.',
    ],
    'CREATE POLICY open ON invoices USING (true)': [
      'CREATE POLICY open ON invoices USING (true)',
      '1: The condition of the policy open is always true: whom it is for may read, change and delete every row of invoices.',
    ],
    'CREATE POLICY open ON invoices FOR SELECT USING (1 = 1)': [
      'CREATE POLICY open ON invoices FOR SELECT USING (1 = 1)',
      '1: The condition of the policy open is always true: whom it is for may read every row of invoices.',
    ],
    'CREATE POLICY open ON invoices FOR SELECT TO anna, PUBLIC USING (true)': [
      'CREATE POLICY open ON invoices FOR SELECT TO anna, PUBLIC USING (true)',
      '1: The condition of the policy open is always true: whom it is for may read every row of invoices.',
    ],
    'CREATE POLICY open ON invoices FOR INSERT TO anna WITH CHECK (true)': [
      'CREATE POLICY open ON invoices FOR INSERT TO anna WITH CHECK (true)',
      '1: The condition of the policy open is always true: whom it is for may write rows that belong to others into invoices.',
    ],
    'CREATE POLICY open ON invoices FOR UPDATE TO anna USING (a = 1) WITH CHECK (true)': [
      'CREATE POLICY open ON invoices FOR UPDATE TO anna USING (a = 1) WITH CHECK (true)',
      '1: The condition of the policy open is always true: whom it is for may write rows that belong to others into invoices.',
    ],
    "CREATE POLICY open ON invoices FOR DELETE TO anna USING ('true'::boolean)": [
      "CREATE POLICY open ON invoices FOR DELETE TO anna USING ('true'::boolean)",
      '1: The condition of the policy open is always true: whom it is for may delete every row of invoices.',
    ],
    'CREATE POLICY open ON invoices TO anna USING (a = 1 OR true)': [
      'CREATE POLICY open ON invoices TO anna USING (a = 1 OR true)',
      '1: The condition of the policy open is always true: whom it is for may read, change and delete every row of invoices.',
    ],
    'CREATE POLICY open ON invoices TO anna USING (a = a OR a IS NULL)': [
      'CREATE POLICY open ON invoices TO anna USING (a = a OR a IS NULL)',
      '1: The condition of the policy open is always true: whom it is for may read, change and delete every row of invoices.',
    ],
    'ALTER POLICY own_rows ON invoices USING (true)': [
      'ALTER POLICY own_rows ON invoices USING (true)',
      '1: The condition of the policy own_rows is always true: whom it is for may reach every row of invoices.',
    ],
    'ALTER POLICY own_rows ON invoices WITH CHECK (true)': [
      'ALTER POLICY own_rows ON invoices WITH CHECK (true)',
      '1: The condition of the policy own_rows is always true: whom it is for may write rows that belong to others into invoices.',
    ],
    'ALTER VIEW v SET (security_invoker = off)': [
      'ALTER VIEW v SET (security_invoker = off)',
      '1: The view v reads with the rights of its owner, so that row security of the tables below no longer asks who reads.',
    ],
    'ALTER VIEW v RESET (security_invoker)': [
      'ALTER VIEW v RESET (security_invoker)',
      '1: The view v reads with the rights of its owner, so that row security of the tables below no longer asks who reads.',
    ],
    'CREATE TABLE t (a int); CREATE POLICY open ON t USING (true)': [
      'CREATE TABLE t (a int); CREATE POLICY open ON t USING (true)',
      '1: The condition of the policy open is always true: whom it is for may read, change and delete every row of t.',
    ],
  },
  allows: {
    "CREATE POLICY own_rows ON invoices USING (tenant = current_setting('app.tenant'))":
      "CREATE POLICY own_rows ON invoices USING (tenant = current_setting('app.tenant'))",
    'CREATE POLICY all_rows ON invoices FOR SELECT TO reporting USING (true)':
      'CREATE POLICY all_rows ON invoices FOR SELECT TO reporting USING (true)',
    'CREATE POLICY more ON invoices AS RESTRICTIVE USING (true)':
      'CREATE POLICY more ON invoices AS RESTRICTIVE USING (true)',
    'ALTER POLICY a ON invoices RENAME TO b': 'ALTER POLICY a ON invoices RENAME TO b',
    'ALTER TABLE invoices ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY':
      'ALTER TABLE invoices ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',
    'SET row_security = off': 'SET row_security = off',
    'CREATE TABLE t (a int); ALTER TABLE t DISABLE ROW LEVEL SECURITY; DROP POLICY IF EXISTS p ON t':
      'CREATE TABLE t (a int); ALTER TABLE t DISABLE ROW LEVEL SECURITY; DROP POLICY IF EXISTS p ON t',
    'ALTER VIEW v SET (security_invoker = true)': 'ALTER VIEW v SET (security_invoker = true)',
    'DROP TABLE t': 'DROP TABLE t',
  },
})
