import type { Tricks } from '../trick.ts'
import { conditions, suppressions, twins } from './names.ts'
import { clients, programs } from './programs.ts'
import { ledger, rights, settings } from './session.ts'
import { statements } from './statements.ts'
import { whole } from './tables-and-files.ts'

/** Every table of tricks on MySQL and MariaDB; what their lexers make of a text has tables in test/mysql-reading. */
export const mysqlTricks: Readonly<Record<string, Tricks>> = {
  'statements that do more': statements,
  'tables as a whole': whole,
  'programs that something runs': programs,
  'what the client makes of it': clients,
  settings,
  rights,
  'the ledger': ledger,
  'tables that look new': twins,
  'comments that allow': suppressions,
  'conditions that hold always': conditions,
}
