import type { Tricks } from '../trick.ts'
import { client } from '../trick.ts'

export const programs: Tricks = {
  'an event': {
    sql: 'CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM x;',
    happens: 'event e is new: ENABLED',
    reports: 'hidden-code mixed-ddl-dml no-where-delete',
  },
  'an event that runs once': {
    sql: 'CREATE EVENT e ON SCHEDULE AT CURRENT_TIMESTAMP + INTERVAL 1 HOUR DO DROP TABLE x;',
    happens: 'event e is new: ENABLED',
    reports: 'drop-table hidden-code',
  },
  'an event that is changed': {
    given: 'CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1',
    sql: 'ALTER EVENT e ENABLE DO DELETE FROM x;',
    happens: 'event e: ENABLED',
    reports: 'hidden-code mixed-ddl-dml no-where-delete',
  },
  'events at all': {
    sql: 'SET GLOBAL event_scheduler = ON;',
    happens: 'global event_scheduler: ON',
    reports: 'transaction-control',
  },
  'a trigger': {
    sql: 'CREATE TRIGGER t AFTER INSERT ON y FOR EACH ROW DELETE FROM x; INSERT INTO y VALUES (9, 9);',
    happens: 'trigger t is new, x: a,b empty, y: a,b (1,1) (2,2) (9,9)',
    reports: 'mixed-ddl-dml no-where-delete',
  },
  'a trigger in the place of another': {
    given: 'CREATE TRIGGER t BEFORE INSERT ON y FOR EACH ROW SET @a = 1',
    sql: 'CREATE OR REPLACE TRIGGER t BEFORE INSERT ON y FOR EACH ROW DELETE FROM x;',
    happens: 'trigger t: changed',
    reports: 'no-where-delete',
  },
  'a procedure': {
    sql: 'CREATE PROCEDURE p() DELETE FROM x; CALL p();',
    happens: 'program p is new, x: a,b empty',
    reports: 'mixed-ddl-dml no-where-delete',
  },
  'a procedure that runs a text': {
    sql: "CREATE PROCEDURE p(t TEXT) EXECUTE IMMEDIATE CONCAT('DROP TABLE ', t); CALL p('x');",
    happens: 'program p is new, x is gone',
    reports: 'unparsed',
  },
  'a procedure with a body': {
    sql: 'CREATE PROCEDURE p() BEGIN IF 1 THEN DELETE FROM x; END IF; END; CALL p();',
    happens: 'program p is new, x: a,b empty',
    reports: 'mixed-ddl-dml no-where-delete',
  },
  'a procedure that catches errors': {
    sql: "CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION DELETE FROM x; SIGNAL SQLSTATE '45000'; END; CALL p();",
    happens: 'program p is new, x: a,b empty',
    reports: 'mixed-ddl-dml no-where-delete',
  },
  'a procedure that commits': {
    sql: 'CREATE PROCEDURE p() BEGIN DELETE FROM x WHERE a = 1; COMMIT; END; CALL p();',
    happens: 'program p is new, x: a,b (2,2)',
    reports: 'mixed-ddl-dml transaction-control',
  },
  'a cursor of a procedure': {
    sql: 'CREATE PROCEDURE p() BEGIN DECLARE n INT; DECLARE c CURSOR FOR SELECT a FROM x; OPEN c; FETCH c INTO n; DELETE FROM x; END; CALL p();',
    happens: 'program p is new, x: a,b empty',
    reports: 'mixed-ddl-dml no-where-delete',
  },
  'a function': {
    sql: 'CREATE FUNCTION f() RETURNS INT BEGIN DELETE FROM x; RETURN 1; END; SELECT f();',
    happens: 'program f is new, x: a,b empty',
    reports: 'mixed-ddl-dml no-where-delete',
  },
  'a function as a default': {
    sql: 'CREATE FUNCTION f() RETURNS INT BEGIN DELETE FROM x; RETURN 1; END; INSERT INTO y VALUES (f(), 1);',
    happens: 'program f is new, x: a,b empty, y: a,b (1,1) (1,1) (2,2)',
    reports: 'mixed-ddl-dml no-where-delete',
  },
  'a function in a view': {
    sql: 'CREATE FUNCTION f() RETURNS INT BEGIN DELETE FROM x; RETURN 1; END; CREATE VIEW v AS SELECT f() AS a; SELECT * FROM v;',
    happens: 'program f is new, v is new: view a, x: a,b empty',
    reports: 'mixed-ddl-dml no-where-delete',
  },
  'a function in a condition': {
    sql: 'CREATE FUNCTION f() RETURNS INT BEGIN DELETE FROM x; RETURN 1; END; UPDATE y SET b = 9 WHERE a = 1 AND f();',
    happens: 'program f is new, x: a,b empty, y: a,b (1,9) (2,2)',
    reports: 'mixed-ddl-dml no-where-delete',
  },
  'a package': {
    sql: "SET sql_mode = 'ORACLE'; CREATE PACKAGE k AS PROCEDURE p(); END;",
    happens: 'program k is new',
    reports: 'unparsed',
  },
  'native code': {
    sql: "CREATE FUNCTION sys_exec RETURNS INT SONAME 'lib_mysqludf_sys.so';",
    read: 'it is native code',
    reports: 'transaction-control',
  },
  'native code of a plugin': {
    sql: "INSTALL PLUGIN p SONAME 'evil.so';",
    read: 'it is native code',
    reports: 'transaction-control',
  },
  'native code by name': {
    sql: "INSTALL SONAME 'evil';",
    read: 'it is native code',
    reports: 'transaction-control',
  },
  'a program of somebody else': {
    sql: 'CREATE DEFINER = mallory PROCEDURE p() SELECT 1;',
    happens: 'program p is new',
    reports: 'security-definer',
  },
  'a view of somebody else': {
    sql: 'CREATE DEFINER = mallory SQL SECURITY DEFINER VIEW v AS SELECT * FROM x;',
    happens: 'v is new: view a,b',
    reports: 'security-definer',
  },
}

// What the client makes of a text before the server has it.
export const clients: Tricks = {
  'two statements between delimiters': {
    sql: 'DELIMITER $$\nSELECT 1; DROP TABLE x$$\nDELIMITER ;\n',
    by: 'client',
    happens: 'x is gone',
    reports: 'drop-table unparsed',
  },
  'a delimiter that is a word': {
    sql: 'DELIMITER go\nSELECT 1 go\nDROP TABLE x go\n',
    by: 'client',
    happens: 'x is gone',
    reports: 'unparsed',
  },
  'a delimiter that is a comment': {
    sql: 'DELIMITER #\nSELECT 1#\nDROP TABLE x#\n',
    by: 'client',
    happens: 'x is gone',
    reports: 'unparsed',
  },
  'a delimiter that is a backslash': {
    sql: 'DELIMITER \\\nDROP TABLE x\\\n',
    by: 'client',
    happens: 'x is gone',
    reports: 'drop-table unparsed',
  },
  'a delimiter that never ends': {
    sql: 'DELIMITER //\nDROP TABLE x;\n',
    by: 'client',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a delimiter in small letters': {
    sql: 'delimiter $$\nDROP TABLE x$$\n',
    by: 'client',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a delimiter behind white space': {
    sql: '   DELIMITER $$\nDROP TABLE x$$\n',
    by: 'client',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a delimiter behind a comment': {
    sql: '/* a */ DELIMITER $$\nDROP TABLE x$$\n',
    by: 'client',
    happens: 'nothing',
    reports: 'unparsed',
  },
  'a delimiter in a comment': {
    sql: '/*\nDELIMITER $$\n*/\nSELECT 1; DROP TABLE x;\n',
    by: 'client',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a delimiter in a string': {
    sql: "SELECT '\nDELIMITER $$\n'; DROP TABLE x;\n",
    by: 'client',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'another file': { sql: 'source /var/spool/evil.sql\nSELECT 1;', read: client, reports: 'unparsed' },
  'another file by a backslash': {
    sql: '\\. /var/spool/evil.sql\nSELECT 1;',
    read: client,
    reports: 'unparsed',
  },
  'a command of the machine': { sql: '\\! id\nSELECT 1;', read: client, reports: 'unparsed' },
  'a command of the machine in words': { sql: 'system id\nSELECT 1;', read: client, reports: 'unparsed' },
  'a copy of the output': { sql: 'tee /var/spool/x\nSELECT 1;', read: client, reports: 'unparsed' },
  'another server': { sql: 'connect other evil.example\nSELECT 1;', read: client, reports: 'unparsed' },
  'another database': {
    sql: '\\u elsewhere\nDROP TABLE x;',
    by: 'client',
    happens: 'elsewhere.x is gone',
    reports: 'unparsed',
  },
  'an end by letters': {
    sql: 'DROP TABLE x\\g',
    by: 'client',
    happens: 'x is gone',
    reports: 'drop-table unparsed',
  },
  'an end by words': { sql: 'DROP TABLE x\ngo\n', by: 'client', happens: 'nothing', reports: 'drop-table' },
  'what was written is thrown away': {
    sql: 'DELETE FROM x WHERE a = 9 \\c\nDROP TABLE x;',
    by: 'client',
    happens: 'x is gone',
    reports: 'unparsed',
  },
}
