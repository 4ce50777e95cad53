import { testRule } from '../testing.ts'
import { suppression } from './suppression.ts'

for (const engine of ['postgres', 'mysql', 'mariadb'] as const) {
  testRule(
    suppression,
    {
      reports: {
        'a rule that is none': [
          '-- dbward: allow drop-tables: x\nDROP TABLE a;',
          '1: There is no rule drop-tables for this engine, so this comment allows nothing.',
        ],
        'no reason': [
          '/* dbward: allow drop-table: */ DROP TABLE a;',
          '1: This comment gives no reason, so it does not allow drop-table.',
        ],
        'one for nothing': [
          '-- dbward: allow drop-table: x\nDELETE FROM a WHERE id = 1;',
          '1: The rule drop-table finds nothing in the next statement, so this comment allows nothing.',
        ],
        'one for nobody': [
          'DELETE FROM a WHERE id = 1;\n-- dbward: allow drop-table: x',
          '2: No statement follows this comment, so it allows nothing.',
        ],
        'what no comment allows': [
          '-- dbward: allow dbward-schema: x\nDELETE FROM dbward.ledger WHERE id = 1;',
          '1: No comment can allow dbward-schema.',
        ],
      },
      allows: {
        'one that works': '-- dbward: allow drop-table: x\nDROP TABLE a;',
        'a word about dbward': '-- dbward runs this\nSELECT 1;',
      },
    },
    { engine },
  )
}
