import type { Rule } from '../rule.ts'
import { needsNoTransaction } from '../statement.ts'

// PreventInTransactionBlock in the server refuses these with an error; here it is known before.
export const noTransaction: Rule = {
  id: 'no-transaction',
  engines: ['postgres'],
  severity: 'block',
  fixed: true,
  title: 'What cannot run in a transaction',
  why: 'The server refuses statements such as CREATE INDEX CONCURRENTLY and VACUUM inside a transaction. Without one, what was done before a failure stays done, so such a file has one statement only, whose outcome can be looked up.',
  instead:
    'Put it alone into its own file; with other directives in the file, write `-- migrate:up transaction:false`.',
  bad: `ALTER TABLE users ADD COLUMN email text;
CREATE INDEX CONCURRENTLY users_email ON users (email);`,
  good: `-- migrate:up transaction:false
CREATE INDEX CONCURRENTLY users_email ON users (email);
-- migrate:down
DROP INDEX users_email;`,

  check(statement, file) {
    // A second statement in a file without a transaction is the file's problem, and reported as one.
    const what = file.tx === 'auto' ? needsNoTransaction(statement, file.version?.major) : undefined
    return what && `${what} cannot run inside a transaction, and this file runs in one.`
  },
}
