import type { Trick } from './trick.ts'

const drop = 'DROP TABLE x'

// Here the mysql client splits, and not the server.
export const clients: Readonly<Record<string, Trick>> = {
  'two semicolons': { sql: `SELECT 1;; ${drop};`, happens: 'table', ours: 'seen', way: 'client' },
  'a procedure between delimiters': {
    sql: `DELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END$$\nDELIMITER ;\n${drop};`,
    happens: 'table',
    ours: 'seen',
    way: 'client',
  },
  'a body that only defines': {
    sql: `DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; ${drop}; END;\n//\nDELIMITER ;\nCREATE VIEW v AS SELECT 1;`,
    happens: 'nothing',
    ours: 'seen',
    way: 'client',
  },
  'two statements between delimiters': {
    sql: `DELIMITER $$\nSELECT 1; ${drop}$$\nDELIMITER ;\n`,
    happens: 'table',
    ours: 'blocked',
    way: 'client',
  },
  'a statement behind a body': {
    sql: `DELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT 1; END; ${drop}$$\n`,
    happens: 'table',
    ours: 'blocked',
    way: 'client',
  },
  'a delimiter in a word': {
    sql: `DELIMITER $$\nSELECT 1 AS a$$${drop}$$`,
    happens: 'table',
    ours: 'seen',
    way: 'client',
  },
  'a delimiter in a string': {
    sql: `DELIMITER //\nSELECT '//'//\n${drop}//`,
    happens: 'table',
    ours: 'seen',
    way: 'client',
  },
  'a delimiter in a comment': {
    sql: `DELIMITER //\nSELECT 1 /* // ${drop}// */ //`,
    happens: 'nothing',
    ours: 'silent',
    way: 'client',
  },
  'a delimiter that is a word': {
    sql: `DELIMITER go\nSELECT 1 go\n${drop} go\n`,
    happens: 'table',
    ours: 'blocked',
    way: 'client',
  },
  'a delimiter in the middle of a line': {
    sql: `SELECT 1; DELIMITER $$\n${drop}$$`,
    happens: 'nothing',
    ours: 'blocked',
    way: 'client',
  },
  'a delimiter in quotes': {
    sql: `DELIMITER '$$'\n${drop}$$`,
    happens: 'table',
    ours: 'blocked',
    way: 'client',
  },
  'a delimiter with more on its line': {
    sql: `DELIMITER $$ x\n${drop}$$`,
    happens: 'table',
    ours: 'blocked',
    way: 'client',
  },
  'an ego of the client': { sql: `${drop}\\g`, happens: 'table', ours: 'blocked', way: 'client' },
  'an ego in capitals': { sql: `SELECT 1\\G ${drop};`, happens: 'table', ours: 'blocked', way: 'client' },
  'a delimiter by a backslash': {
    sql: `\\d $$\n${drop}$$`,
    happens: 'table',
    ours: 'blocked',
    way: 'client',
  },
  'a change of character set': {
    sql: `\\C gbk\nSELECT '\u7f5c\\'; ${drop}; -- ';`,
    happens: 'table',
    ours: 'blocked',
    way: 'client',
  },
}
