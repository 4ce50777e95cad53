import type { Tricks } from '../trick.ts'

export const comments: Tricks = {
  'comments that nest': {
    sql: '/* /* */ SELECT 1; */ SELECT 2; /* */ DROP TABLE x;',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a comment that hides': {
    sql: '/* /* */ DROP TABLE x; /* */ */ SELECT 1;',
    happens: 'nothing',
    reports: '',
  },
  'a comment that nests for show': {
    sql: '/* /* /* */ */ */ DROP TABLE x; /* /* */ */',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a comment without an end': {
    sql: 'SELECT 1; /* DROP TABLE x; /* */',
    happens: 'nothing',
    reports: 'unparsed',
  },
  'a string in a comment': {
    sql: "/* ' */ DROP TABLE x; /* ' */",
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a comment in a string': {
    sql: "SELECT '/*'; DROP TABLE x; SELECT '*/';",
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a comment in quotes of dollars': {
    sql: 'SELECT $$/*$$; DROP TABLE x; SELECT $$*/$$;',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'dollars in a comment': {
    sql: 'SELECT 1; -- $$\nDROP TABLE x; -- $$',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'dashes in a comment': { sql: '/* -- */ DROP TABLE x;', happens: 'x is gone', reports: 'drop-table' },
  'a line that ends in a carriage return': {
    sql: 'SELECT 1; -- a\rDROP TABLE x;',
    happens: 'x is gone',
    reports: 'drop-table unparsed',
  },
  'a line that ends in another script': {
    sql: 'SELECT 1; -- a\u2028DROP TABLE x;',
    happens: 'nothing',
    reports: 'unparsed',
  },
  'comments for white space': { sql: 'DROP/**/TABLE--\nx;', happens: 'x is gone', reports: 'drop-table' },
  'an operator with dashes': {
    sql: 'SELECT 1 +-- 2\n2; DROP TABLE x;',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'an operator with a comment': {
    sql: 'SELECT 1 @/* 2; */ -2; DROP TABLE x;',
    happens: 'nothing',
    reports: 'drop-table',
  },
  'a comment as MySQL runs it': { sql: '/*! DROP TABLE x */; SELECT 1;', happens: 'nothing', reports: '' },
  'a hash': { sql: 'SELECT 5 # 1; DROP TABLE x;', happens: 'x is gone', reports: 'drop-table' },
}

export const quotes: Tricks = {
  'a backslash before a quote': {
    sql: "SELECT 'a\\'; DROP TABLE x; --';",
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a backslash before a quote, escaped': {
    sql: "SELECT E'a\\'; DROP TABLE x; --';",
    happens: 'nothing',
    reports: '',
  },
  'two backslashes before a quote, escaped': {
    sql: "SELECT e'a\\\\'; DROP TABLE x; --';",
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a national string': {
    sql: "SELECT N'a\\'; DROP TABLE x; --';",
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a Unicode escape of a quote': {
    sql: "SELECT U&'\\0027; DROP TABLE x; --';",
    happens: 'nothing',
    reports: '',
  },
  'a Unicode escape of its own': {
    sql: "SELECT U&'a!0027' UESCAPE '!'; DROP TABLE x;",
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a string that goes on': { sql: "SELECT 'a'\n'b; DROP TABLE x; --';", happens: 'nothing', reports: '' },
  'a string that goes on behind a comment': {
    sql: "SELECT 'a' -- '\n'; DROP TABLE x; --';",
    happens: 'nothing',
    reports: 'unparsed',
  },
  'a string that goes on escaped': {
    sql: "SELECT E'a'\n'b\\'; DROP TABLE x; --';",
    happens: 'nothing',
    reports: '',
  },
  'a string that does not go on': {
    sql: "SELECT 'a' 'b'; DROP TABLE x;",
    happens: 'nothing',
    reports: 'drop-table unparsed',
  },
  bits: { sql: "SELECT B'1', X'\\'; DROP TABLE x; --';", happens: 'nothing', reports: 'drop-table' },
  'a name with a quote': { sql: 'SELECT 1 AS "a""; DROP TABLE x; --";', happens: 'nothing', reports: '' },
  'a name with a backslash': {
    sql: 'SELECT 1 AS "a\\"; DROP TABLE x; --";',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a name in Unicode': { sql: 'DROP TABLE U&"\\0078";', happens: 'x is gone', reports: 'drop-table' },
  'a name in Unicode of its own': {
    sql: `DROP TABLE U&"!0078" UESCAPE '!';`,
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a name that is longer than it looks': {
    sql: `DROP TABLE public . /* y */ "x";`,
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'letters in any case': { sql: 'dRoP tAbLe X;', happens: 'x is gone', reports: 'drop-table' },
  'quotes of dollars in each other': {
    sql: 'SELECT $a$ $b$ ; DROP TABLE x; $a$;',
    happens: 'nothing',
    reports: '',
  },
  'quotes of dollars that end early': {
    sql: 'SELECT $a$ $b$ $a$; DROP TABLE x; --$b$',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'quotes of dollars by capitals': {
    sql: 'SELECT $a$ $A$; DROP TABLE x; --$a$',
    happens: 'nothing',
    reports: '',
  },
  'dollars in a name': {
    sql: 'SELECT 1 AS a$$; DROP TABLE x; --$$',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'dollars behind a number': {
    sql: 'SELECT 1$$; DROP TABLE x; --$$',
    happens: 'nothing',
    reports: 'unparsed',
  },
  'dollars with a digit': {
    sql: 'SELECT $1$; DROP TABLE x; --$1$',
    happens: 'nothing',
    reports: 'drop-table unparsed',
  },
  'a parameter': { sql: 'SELECT $1; DROP TABLE x;', happens: 'nothing', reports: 'drop-table' },
  'quotes in quotes of dollars': {
    sql: "SELECT $$'$$; DROP TABLE x; --'",
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a number with a word behind it': { sql: 'SELECT 1DROP TABLE x;', happens: 'nothing', reports: 'unparsed' },
  'a number with a point': { sql: 'SELECT 1.; DROP TABLE x;', happens: 'x is gone', reports: 'drop-table' },
  'nothing but ends': { sql: ';;;; DROP TABLE x;;', happens: 'x is gone', reports: 'drop-table' },
  'no end': { sql: 'SELECT 1;\nDROP TABLE x', happens: 'x is gone', reports: 'drop-table' },
  'an end in parentheses': { sql: 'SELECT (1; DROP TABLE x);', happens: 'nothing', reports: 'unparsed' },
  'an end in a rule': {
    sql: 'CREATE RULE r AS ON INSERT TO y DO ALSO (SELECT 1; DELETE FROM x); DROP TABLE x;',
    happens: 'nothing',
    reports: 'drop-table hidden-code no-where-delete',
  },
  'an end in a body': {
    sql: 'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END; DROP TABLE x;',
    happens: 'function f is new, x is gone',
    reports: 'drop-table',
  },
  'a body that is named like its end': {
    sql: 'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS "end"; SELECT 2; END; DROP TABLE x;',
    happens: 'function f is new, x is gone',
    reports: 'drop-table',
  },
}
