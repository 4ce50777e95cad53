import type { Tricks } from '../trick.ts'
import { client } from '../trick.ts'

// Lines that psql takes for itself.
export const commands: Tricks = {
  'another file': { sql: '\\i /var/spool/evil.sql\nSELECT 1;', read: client, reports: 'unparsed' },
  'another file beside it': { sql: '\\ir evil.sql\nSELECT 1;', read: client, reports: 'unparsed' },
  'another file in full': { sql: '\\include evil.sql\n', read: client, reports: 'unparsed' },
  'a command of the machine': { sql: '\\! id\nSELECT 1;', read: client, reports: 'unparsed' },
  'a command of the machine in backticks': {
    sql: "\\set x `id`\nSELECT :'x';",
    read: client,
    reports: 'unparsed',
  },
  'a result that is run': { sql: "SELECT 'DROP TABLE x' \\gexec\n", read: client, reports: 'unparsed' },
  'a result that is kept': {
    sql: "SELECT 'x' AS name \\gset\nDROP TABLE :name;",
    read: client,
    reports: 'unparsed',
  },
  'a result for a program': { sql: 'SELECT 1 \\g | sh\n', read: client, reports: 'unparsed' },
  'a variable': { sql: "\\set t 'x; DROP TABLE y'\nDROP TABLE :t;", read: client, reports: 'unparsed' },
  'a variable without its making': { sql: 'DELETE FROM x WHERE a = :a;', read: client, reports: 'unparsed' },
  'a variable in quotes': { sql: "DELETE FROM x WHERE a = :'a';", read: client, reports: 'unparsed' },
  'another database': { sql: '\\c other\nDROP TABLE x;', read: client, reports: 'drop-table unparsed' },
  'another server': { sql: '\\connect "host=evil.example"\nSELECT 1;', read: client, reports: 'unparsed' },
  'a copy of its own': { sql: "\\copy x FROM PROGRAM 'id'\n", read: client, reports: 'unparsed' },
  'a condition': { sql: '\\if true\nDROP TABLE x;\n\\endif\n', read: client, reports: 'drop-table unparsed' },
  'an end before the end': {
    sql: 'SELECT 1;\n\\q\nDROP TABLE x;',
    read: client,
    reports: 'drop-table unparsed',
  },
  'several statements as one': { sql: 'SELECT 1\\; DROP TABLE x;', read: client, reports: 'unparsed' },
  'a query again and again': {
    sql: 'DELETE FROM x WHERE a = 1 \\watch 1\n',
    read: client,
    reports: 'unparsed',
  },
  'an editor': { sql: 'SELECT 1 \\e\n', read: client, reports: 'unparsed' },
  'output for a program': { sql: '\\o | sh\nSELECT 1;', read: client, reports: 'unparsed' },
  'errors that do not stop': { sql: '\\unset ON_ERROR_STOP\nSELECT 1;', read: client, reports: 'unparsed' },
  'a large object': { sql: '\\lo_import /etc/passwd\n', read: client, reports: 'unparsed' },
  'a command at the end': { sql: 'SELECT 1; \\! id', read: client, reports: 'unparsed' },
  'a command in a string': { sql: "SELECT '\n\\! id\n';", read: client, reports: '' },
  'a command in a comment': { sql: '/*\n\\! id\n*/ SELECT 1;', read: client, reports: '' },
  'an end of rows': { sql: 'SELECT 1;\n\\.\nDROP TABLE x;', read: client, reports: 'drop-table unparsed' },
  "another client's words": {
    sql: 'DELIMITER $$\nDROP TABLE x$$\nDELIMITER ;\n',
    read: client,
    reports: 'unparsed',
  },
  'a batch': { sql: 'SELECT 1\nGO\nDROP TABLE x\nGO\n', read: client, reports: 'unparsed' },
}
