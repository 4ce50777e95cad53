import type { Tricks } from '../trick.ts'

const apart = 'dbmate runs a part of it'

// Lines that say what is not run, where they are none.
export const directives: Tricks = {
  'in a string': {
    sql: "SELECT '\n-- migrate:down\n'; DROP TABLE x;",
    happens: 'x is gone',
    reports: 'drop-table unparsed',
  },
  'in quotes of dollars': {
    sql: 'SELECT $$\n-- migrate:down\n$$; DROP TABLE x;',
    happens: 'x is gone',
    reports: 'drop-table unparsed',
  },
  'in a comment': {
    sql: '/*\n-- migrate:down\n*/ DROP TABLE x;',
    happens: 'x is gone',
    reports: 'drop-table unparsed',
  },
  'in a name': {
    sql: 'SELECT 1 AS "\n-- migrate:down\n"; DROP TABLE x;',
    happens: 'x is gone',
    reports: 'drop-table unparsed',
  },
  'in a body': {
    sql: 'DO $$ BEGIN\n-- migrate:down\nDROP TABLE x; END $$;',
    happens: 'x is gone',
    reports: 'drop-table unparsed',
  },
  'behind a statement': {
    sql: 'SELECT 1; -- migrate:down\nDROP TABLE x;',
    happens: 'x is gone',
    reports: 'drop-table unparsed',
  },
  'behind white space': {
    sql: '-- migrate:up\nSELECT 1;\n  -- migrate:down\nDROP TABLE x;',
    read: apart,
    reports: 'drop-table unparsed',
  },
  'without a space': {
    sql: 'SELECT 1;\n--migrate:down\nDROP TABLE x;',
    happens: 'x is gone',
    reports: 'unparsed',
  },
  'with a tab': {
    sql: '-- migrate:up\nSELECT 1;\n--\tmigrate:down\nDROP TABLE x;',
    read: apart,
    reports: '',
  },
  'in capitals': {
    sql: 'SELECT 1;\n-- MIGRATE:DOWN\nDROP TABLE x;',
    happens: 'x is gone',
    reports: 'drop-table unparsed',
  },
  'with a space in it': {
    sql: 'SELECT 1;\n-- migrate: down\nDROP TABLE x;',
    happens: 'x is gone',
    reports: 'drop-table unparsed',
  },
  'with a word behind it': {
    sql: '-- migrate:up\nSELECT 1;\n-- migrate:down please\nDROP TABLE x;',
    read: apart,
    reports: 'drop-table unparsed',
  },
  'down alone': {
    sql: 'DROP TABLE x;\n-- migrate:down\nSELECT 1;',
    read: apart,
    reports: 'drop-table unparsed',
  },
  'down before up': {
    sql: '-- migrate:down\nSELECT 1;\n-- migrate:up\nDROP TABLE x;',
    read: apart,
    reports: 'unparsed',
  },
  'up twice': {
    sql: '-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2;\n-- migrate:up\nDROP TABLE x;',
    read: apart,
    reports: 'unparsed',
  },
  'SQL before up': {
    sql: 'DROP TABLE x;\n-- migrate:up\nSELECT 1;',
    read: apart,
    reports: 'drop-table unparsed',
  },
  'a line that ends in a carriage return': {
    sql: '-- migrate:up\rDROP TABLE x;\r-- migrate:down\rSELECT 1;',
    read: apart,
    reports: 'drop-table unparsed',
  },
  'an option that is none': {
    sql: '-- migrate:up transaction:maybe\nDROP TABLE x;',
    read: apart,
    reports: 'drop-table unparsed',
  },
  'no transaction for two': {
    sql: '-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON x (a);\nDROP TABLE x;',
    read: apart,
    reports: 'drop-table no-transaction',
  },
  'of another tool': {
    sql: '-- +goose Up\nSELECT 1;\n-- +goose Down\nDROP TABLE x;',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'an end inside of a statement': {
    sql: '-- migrate:up\nDELETE FROM x\n-- migrate:down\nWHERE a = 1;',
    read: apart,
    reports: 'no-where-delete',
  },
}

const allow = '-- dbward: allow drop-table: it is empty'

// Comments that are to let something through.
export const suppressions: Tricks = {
  'as it is meant': { sql: `${allow}\nDROP TABLE x;`, happens: 'x is gone', reports: 'drop-table:allowed' },
  'in a string': { sql: `SELECT '\n${allow}\n'; DROP TABLE x;`, happens: 'x is gone', reports: 'drop-table' },
  'in quotes of dollars': {
    sql: `SELECT $$\n${allow}\n$$; DROP TABLE x;`,
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'in a name': {
    sql: `SELECT 1 AS "\n${allow}\n"; DROP TABLE x;`,
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'in a comment of stars': {
    sql: `/* dbward: allow drop-table: it is empty */\nDROP TABLE x;`,
    happens: 'x is gone',
    reports: 'drop-table:allowed',
  },
  'in a comment of stars, a line': {
    sql: `/*\n${allow}\n*/ DROP TABLE x;`,
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'in a comment in a comment': {
    sql: `/* /* */\n${allow}\n*/ DROP TABLE x;`,
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'in a body': {
    sql: `DO $$ BEGIN\n${allow}\nDROP TABLE x; END $$;`,
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'behind the statement': {
    sql: `DROP TABLE x; ${allow}\n`,
    happens: 'x is gone',
    reports: 'drop-table suppression',
  },
  'after the statement': {
    sql: `DROP TABLE x;\n${allow}\n`,
    happens: 'x is gone',
    reports: 'drop-table suppression',
  },
  'inside of the statement': {
    sql: `DROP TABLE\n${allow}\nx;`,
    happens: 'x is gone',
    reports: 'drop-table suppression',
  },
  'for two statements': {
    sql: `${allow}\nDROP TABLE x;\nDROP TABLE y;`,
    happens: 'x is gone, y is gone',
    reports: 'drop-table drop-table:allowed',
  },
  'for the statement after the next': {
    sql: `${allow}\nSELECT 1;\nDROP TABLE x;`,
    happens: 'x is gone',
    reports: 'drop-table suppression',
  },
  'for two statements on a line': {
    sql: `${allow}\nSELECT 1; DROP TABLE x;`,
    happens: 'x is gone',
    reports: 'drop-table suppression',
  },
  'for a rule that is none': {
    sql: `-- dbward: allow drop-tables: it is empty\nDROP TABLE x;`,
    happens: 'x is gone',
    reports: 'drop-table suppression',
  },
  'for every rule': {
    sql: `-- dbward: allow *: it is empty\nDROP TABLE x;`,
    happens: 'x is gone',
    reports: 'drop-table suppression',
  },
  'for two rules': {
    sql: `-- dbward: allow drop-table, truncate: it is empty\nDROP TABLE x;`,
    happens: 'x is gone',
    reports: 'drop-table suppression',
  },
  'for another rule': {
    sql: `-- dbward: allow truncate: it is empty\nDROP TABLE x;`,
    happens: 'x is gone',
    reports: 'drop-table suppression',
  },
  'without a reason': {
    sql: `-- dbward: allow drop-table\nDROP TABLE x;`,
    happens: 'x is gone',
    reports: 'drop-table suppression',
  },
  'with an empty reason': {
    sql: `-- dbward: allow drop-table: \nDROP TABLE x;`,
    happens: 'x is gone',
    reports: 'drop-table suppression',
  },
  'with a reason that is not seen': {
    sql: `-- dbward: allow drop-table: \u200b\nDROP TABLE x;`,
    happens: 'x is gone',
    reports: 'drop-table suppression unparsed',
  },
  'in capitals': {
    sql: `-- DBWARD: ALLOW DROP-TABLE: IT IS EMPTY\nDROP TABLE x;`,
    happens: 'x is gone',
    reports: 'drop-table suppression',
  },
  'for what is not understood': {
    sql: `-- dbward: allow unparsed: it is fine\nDO $$ BEGIN EXECUTE chr(68) || 'ROP TABLE x'; END $$;`,
    happens: 'x is gone',
    reports: 'suppression unparsed',
  },
  'for what ends the transaction': {
    sql: `-- dbward: allow transaction-control: it is fine\nCOMMIT;\n${allow}\nDROP TABLE x;`,
    happens: 'x is gone',
    reports: 'drop-table:allowed suppression transaction-control',
  },
  'for the ledger': {
    sql: `-- dbward: allow dbward-schema: it is fine\nDELETE FROM dbward.ledger WHERE id = 1;`,
    happens: 'dbward.ledger: id empty',
    reports: 'dbward-schema suppression',
  },
  'for itself': {
    sql: `-- dbward: allow suppression: it is fine\n-- dbward: allow truncate: it is empty\nDROP TABLE x;`,
    happens: 'x is gone',
    reports: 'drop-table suppression',
  },
  'of another tool': {
    sql: '-- squawk-ignore-file\n-- squawk-ignore ban-drop-table\nDROP TABLE x;',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'of another tool in a string': {
    sql: "SELECT '-- squawk-ignore-file'; SELECT $$\n-- squawk-ignore-file\n$$; DROP TABLE x;",
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'for one of two in a statement': {
    sql: `${allow}\nDO $$ BEGIN DROP TABLE x; DELETE FROM y; END $$;`,
    happens: 'x is gone, y: a,b empty',
    reports: 'drop-table:allowed mixed-ddl-dml no-where-delete',
  },
  'behind a carriage return': {
    sql: `-- nothing\r${allow}\rDROP TABLE x;`,
    happens: 'x is gone',
    reports: 'drop-table:allowed unparsed',
  },
}
