import { testRule } from '../testing.ts'
import { mixedScripts } from './mixed-scripts.ts'

testRule(mixedScripts, {
  reports: {
    'DROP TABLE us\u0435rs': [
      'DROP TABLE us\u0435rs',
      '1: The name "us\u0435rs" only looks like users: U+0435 is no Latin letter.',
    ],
    'SELECT 1 AS "p\u0430ss"': [
      'SELECT 1 AS "p\u0430ss"',
      '1: The name "p\u0430ss" only looks like pass: U+0430 is no Latin letter.',
    ],
    'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 AS \u0430dmin $$': [
      'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 AS \u0430dmin $$',
      '1: The name "\u0430dmin" only looks like admin: U+0430 is no Latin letter.',
    ],
    'SELECT 1 FROM U&"us\\0435rs"': [
      'SELECT 1 FROM U&"us\\0435rs"',
      '1: The name "us\u0435rs" only looks like users: U+0435 is no Latin letter.',
    ],
    'CREATE TABLE \u0441\u043e\u0441t (a int)': [
      'CREATE TABLE \u0441\u043e\u0441t (a int)',
      '1: The name "\u0441\u043e\u0441t" only looks like coct: U+0441, U+043E are no Latin letters.',
    ],
    'SELECT \u03b1\u0430 FROM t': [
      'SELECT \u03b1\u0430 FROM t',
      '1: The name "\u03b1\u0430" only looks like aa: U+03B1, U+0430 are no Latin letters.',
    ],
    'GRANT SELECT ON t TO \u0430\u0440\u0440': [
      'GRANT SELECT ON t TO \u0430\u0440\u0440',
      '1: The name "\u0430\u0440\u0440" only looks like app: U+0430, U+0440 are no Latin letters.',
    ],
    'SELECT user_\u0430 FROM t': [
      'SELECT user_\u0430 FROM t',
      '1: The name "user_\u0430" only looks like user_a: U+0430 is no Latin letter.',
    ],
    'CREATE TABLE "\uff55sers" (a int)': [
      'CREATE TABLE "\uff55sers" (a int)',
      '1: The name "\uff55sers" only looks like users: U+FF55 is no Latin letter.',
    ],
    'SELECTT us\u0435rs': [
      'SELECTT us\u0435rs',
      '1: The name "us\u0435rs" only looks like users: U+0435 is no Latin letter.',
    ],
  },
  allows: {
    'CREATE TABLE \u0441\u0442\u0440\u0430\u043d\u044b (\u0438\u043c\u044f text)':
      'CREATE TABLE \u0441\u0442\u0440\u0430\u043d\u044b (\u0438\u043c\u044f text)',
    "SELECT 'us\u0435rs'": "SELECT 'us\u0435rs'",
    '-- us\u0435rs\nSELECT 1': '-- us\u0435rs\nSELECT 1',
    'SELECT \u0394t, \u0434\u0430\u0442\u0430_id FROM t':
      'SELECT \u0394t, \u0434\u0430\u0442\u0430_id FROM t',
    'CREATE TABLE \u30e6\u30fc\u30b6\u30fc (\u540d\u524d text, caf\u00e9 int)':
      'CREATE TABLE \u30e6\u30fc\u30b6\u30fc (\u540d\u524d text, caf\u00e9 int)',
    'CREATE TABLE \u0440\u043e\u0441\u0430 (a int)': 'CREATE TABLE \u0440\u043e\u0441\u0430 (a int)',
    'SELECT $$us\u0435rs$$': 'SELECT $$us\u0435rs$$',
  },
})

testRule(
  mixedScripts,
  {
    reports: {
      'DROP TABLE `us\u0435rs`': [
        'DROP TABLE `us\u0435rs`',
        '1: The name "us\u0435rs" only looks like users: U+0435 is no Latin letter.',
      ],
      'CREATE PROCEDURE p() BEGIN UPDATE us\u0435rs SET a = 1 WHERE b = 2; END': [
        'CREATE PROCEDURE p() BEGIN UPDATE us\u0435rs SET a = 1 WHERE b = 2; END',
        '1: The name "us\u0435rs" only looks like users: U+0435 is no Latin letter.',
      ],
    },
    allows: {
      'SELECT \'us\u0435rs\', "us\u0435rs"': 'SELECT \'us\u0435rs\', "us\u0435rs"',
      'SELECT 1 # us\u0435rs': 'SELECT 1 # us\u0435rs',
    },
  },
  { engine: 'mysql' },
)
