import type { Tricks } from '../trick.ts'
import { tooMuch } from '../trick.ts'

const nested = (open: string, inside: string, close: string, times: number) =>
  open.repeat(times) + inside + close.repeat(times)

// What is to tire a reader out before it comes to the point.
export const sizes: Tricks = {
  'more bytes than a file may have': {
    sql: `-- ${'a'.repeat(1024 * 1024)}\nDROP TABLE x;`,
    read: tooMuch,
    reports: 'unparsed',
  },
  'more statements than a file may have': {
    sql: `${'SELECT 1;\n'.repeat(5000)}DROP TABLE x;`,
    read: tooMuch,
    reports: 'drop-table unparsed',
  },
  'many statements': {
    sql: `${'SELECT 1;\n'.repeat(2000)}DROP TABLE x;`,
    read: tooMuch,
    reports: 'drop-table',
  },
  parentheses: {
    sql: `SELECT ${nested('(', '1', ')', 20_000)}; DROP TABLE x;`,
    read: tooMuch,
    reports: 'drop-table unparsed',
  },
  'parentheses in a condition': {
    sql: `DELETE FROM x WHERE ${nested('(', 'true', ')', 500)};`,
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'a condition of many parts': {
    sql: `DELETE FROM x WHERE ${'a = 9 OR '.repeat(3000)}true;`,
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'a condition that is turned around': {
    sql: `DELETE FROM x WHERE ${'NOT '.repeat(300)}true;`,
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'comments in comments': {
    sql: `${nested('/*', '', '*/', 20_000)} DROP TABLE x;`,
    happens: 'x is gone',
    reports: 'unparsed',
  },
  'comments that do not end': {
    sql: `${'/*'.repeat(20_000)} DROP TABLE x;`,
    happens: 'nothing',
    reports: 'unparsed',
  },
  'queries in queries': {
    sql: `SELECT * FROM ${nested('(SELECT * FROM ', 'y', ') t', 2000)}; DROP TABLE x;`,
    read: tooMuch,
    reports: 'drop-table unparsed',
  },
  'queries side by side': {
    sql: `${'SELECT 1 UNION '.repeat(3000)}SELECT 1; DROP TABLE x;`,
    read: tooMuch,
    reports: 'drop-table unparsed',
  },
  'blocks in blocks': {
    sql: `DO $$ ${nested('BEGIN ', 'DELETE FROM x; ', 'END; ', 300)} $$;`,
    read: tooMuch,
    reports: 'unparsed',
  },
  'texts in texts': {
    sql: `DO $a$ BEGIN EXECUTE $b$ DO $c$ BEGIN EXECUTE $d$ DO $e$ BEGIN DELETE FROM x; END $e$ $d$; END $c$ $b$; END $a$;`,
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'dollars without an end': {
    sql: `${'$a$ '.repeat(20_001)} DROP TABLE x;`,
    read: tooMuch,
    reports: 'unparsed',
  },
  brackets: {
    sql: `SELECT ${nested('ARRAY[', '1', ']', 5000)}; DROP TABLE x;`,
    read: tooMuch,
    reports: 'drop-table unparsed',
  },
  'choices in choices': {
    sql: `SELECT ${nested('CASE WHEN true THEN ', '1', ' END', 5000)}; DROP TABLE x;`,
    read: tooMuch,
    reports: 'drop-table unparsed',
  },
  'a name without an end': {
    sql: `DROP TABLE ${'x'.repeat(500_000)}; DROP TABLE x;`,
    read: tooMuch,
    reports: 'drop-table',
  },
  'a long list': {
    sql: `DELETE FROM x WHERE a IN (${Array.from({ length: 5000 }, (_, i) => i).join(',')});`,
    happens: 'x: a,b empty',
    reports: 'large-in-list',
  },
  signs: {
    sql: `SELECT ${'- '.repeat(20_000)}1; DROP TABLE x;`,
    read: tooMuch,
    reports: 'drop-table unparsed',
  },
  casts: {
    sql: `SELECT 1${'::int'.repeat(5000)}; DROP TABLE x;`,
    read: tooMuch,
    reports: 'drop-table unparsed',
  },
}
