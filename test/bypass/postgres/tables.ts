import type { Tricks } from '../trick.ts'
import { blocks } from './blocks.ts'
import { hidden } from './bytes.ts'
import { commands } from './clients.ts'
import { directives, suppressions } from './directives.ts'
import { drops, nested } from './hidden.ts'
import { comments, quotes } from './lexer.ts'
import { links, twins } from './names.ts'
import { functions, rules } from './programs.ts'
import { grants, owners, roles, rows, servers } from './rights.ts'
import { lasting, settings } from './session.ts'
import { sizes } from './sizes.ts'
import { calls, catalogue, copies } from './texts.ts'
import { ledger, transactions } from './transactions.ts'
import { conditions } from './wheres.ts'

/** Every table of tricks on PostgreSQL, by what its tricks have in common. */
export const postgresTricks: Readonly<Record<string, Tricks>> = {
  'statements in others': nested,
  'drops of more than is named': drops,
  'DO blocks': blocks,
  'programs that something runs': functions,
  rules,
  'functions of the server': calls,
  'the catalogue of the server': catalogue,
  copies: copies,
  'settings of the session': settings,
  'settings that last': lasting,
  transactions,
  'the ledger': ledger,
  grants,
  roles,
  owners,
  'checks of rows': rows,
  'other servers': servers,
  'tables that look new': twins,
  'new tables that lead to old ones': links,
  'conditions that hold always': conditions,
  comments,
  quotes,
  'bytes that nobody sees': hidden,
  'lines for a client': commands,
  'lines that say what is not run': directives,
  'comments that allow': suppressions,
  sizes,
}
