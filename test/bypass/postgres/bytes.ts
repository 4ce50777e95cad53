import type { Tricks } from '../trick.ts'

const notText = 'no client sends it as one text'

function bytes(...parts: readonly (string | readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...(typeof part === 'string' ? Buffer.from(part) : part)]))
}

// What a reader does not see, or takes for something else.
export const hidden: Tricks = {
  'a name with no width': { sql: 'DROP TABLE x\u200b;', happens: 'nothing', reports: 'drop-table unparsed' },
  'a name that is only like another': {
    sql: 'DROP TABLE \u0445;',
    happens: 'nothing',
    reports: 'drop-table',
  },
  'a name of two scripts': {
    given: 'CREATE TABLE us\u0435rs (a int)',
    sql: 'DROP TABLE us\u0435rs;',
    happens: 'usеrs is gone',
    reports: 'drop-table mixed-scripts',
  },
  'a word of another script': {
    sql: 'DR\u041eP TABLE x;',
    happens: 'nothing',
    reports: 'mixed-scripts unparsed',
  },
  'a space of another kind': { sql: 'DROP\u00a0TABLE x;', happens: 'nothing', reports: 'unparsed' },
  'an ideographic space': { sql: 'DROP TABLE\u3000x;', happens: 'nothing', reports: 'unparsed' },
  'a semicolon of another kind': {
    sql: 'SELECT 1\uff1b DROP TABLE x;',
    happens: 'nothing',
    reports: 'unparsed',
  },
  'a quote of another kind': {
    sql: 'SELECT \u2018a\u2019; DROP TABLE x;',
    happens: 'nothing',
    reports: 'drop-table',
  },
  'an order of its own in a comment': {
    sql: '/* \u202e } \u2066 */ DROP TABLE x; /* \u2069 */',
    happens: 'x is gone',
    reports: 'drop-table unparsed',
  },
  'an order of its own in a string': {
    sql: "SELECT '\u202eelbat pord'; DROP TABLE x;",
    happens: 'x is gone',
    reports: 'drop-table unparsed',
  },
  'an order of its own in a name': {
    sql: 'DROP TABLE "\u202ex";',
    happens: 'nothing',
    reports: 'drop-table unparsed',
  },
  'a soft hyphen': { sql: 'DROP TABLE x\u00ad;', happens: 'nothing', reports: 'drop-table unparsed' },
  tags: {
    sql: '-- a\u{e0044}\u{e0052}\nDROP TABLE x;',
    happens: 'x is gone',
    reports: 'drop-table unparsed',
  },
  'a sequence that a terminal obeys': {
    sql: 'DROP TABLE x; -- \u001b[2K\u001b[1A',
    happens: 'x is gone',
    reports: 'drop-table unparsed',
  },
  'a backspace': { sql: 'DROP TABLE x; --\b\b\b\b\b', happens: 'x is gone', reports: 'drop-table unparsed' },
  'a carriage return that hides': {
    sql: 'DROP TABLE x; --\rSELECT 1;    --',
    happens: 'x is gone',
    reports: 'drop-table unparsed',
  },
  'the end of a line in three ways': {
    sql: 'SELECT 1;\r\nDROP TABLE x;\r\n',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a next line': { sql: 'SELECT 1; --\u0085DROP TABLE x;', happens: 'nothing', reports: 'unparsed' },
  'a mark at the start': { sql: '\ufeffDROP TABLE x;', read: 'psql takes it away', reports: 'drop-table' },
  'two marks at the start': { sql: '\ufeff\ufeffDROP TABLE x;', happens: 'nothing', reports: 'unparsed' },
  'a mark in the middle': { sql: 'SELECT 1; \ufeffDROP TABLE x;', happens: 'nothing', reports: 'unparsed' },
  'a NUL': { sql: 'SELECT 1;\0\nDROP TABLE x;\n', read: notText, reports: 'unparsed' },
  'a NUL at the end': { sql: 'SELECT 1;\nDROP TABLE x;\0', read: notText, reports: 'unparsed' },
  'two bytes a letter': {
    sql: new Uint8Array(Buffer.from('\ufeffDROP TABLE x;', 'utf16le')),
    read: notText,
    reports: 'unparsed',
  },
  'two bytes a letter without a mark': {
    sql: new Uint8Array(Buffer.from('DROP TABLE x;', 'utf16le')),
    read: notText,
    reports: 'unparsed',
  },
  'a quote that is too long': {
    sql: bytes("SELECT '", [0xc0, 0xa7], '; DROP TABLE x; --'),
    read: notText,
    reports: 'unparsed',
  },
  'half of a letter': {
    sql: bytes("SELECT '", [0xe4], "'; DROP TABLE x; --'"),
    read: notText,
    reports: 'unparsed',
  },
  'a half of a pair': {
    sql: bytes("SELECT '", [0xed, 0xa0, 0x80], "'; DROP TABLE x;"),
    read: notText,
    reports: 'unparsed',
  },
  'another alphabet': { sql: bytes('DROP TABLE caf', [0xe9], ';'), read: notText, reports: 'unparsed' },
}
