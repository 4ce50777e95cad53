import { testRule } from '../testing.ts'
import { untrustedLanguage } from './untrusted-language.ts'

testRule(untrustedLanguage, {
  reports: {
    "CREATE FUNCTION f() RETURNS int AS '/lib/x.so', 'f' LANGUAGE c": [
      "CREATE FUNCTION f() RETURNS int AS '/lib/x.so', 'f' LANGUAGE c",
      "1: The function f is native code (language c), which can do anything that the server's process can.",
    ],
    "CREATE FUNCTION f(int) RETURNS int AS 'int4abs' LANGUAGE internal": [
      "CREATE FUNCTION f(int) RETURNS int AS 'int4abs' LANGUAGE internal",
      "1: The function f is native code (language internal), which can do anything that the server's process can.",
    ],
    'CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS $$ return 1 $$': [
      'CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS $$ return 1 $$',
      '1: The function f is in plpython3u, an untrusted language: its code reaches files and programs of the server.',
    ],
    'CREATE FUNCTION f() RETURNS int LANGUAGE plperl AS $$ return 1 $$': [
      'CREATE FUNCTION f() RETURNS int LANGUAGE plperl AS $$ return 1 $$',
      '1: The function f is in plperl, and its body was not read.',
    ],
    'CREATE FUNCTION f() RETURNS int LANGUAGE brainfuck AS $$ x $$': [
      'CREATE FUNCTION f() RETURNS int LANGUAGE brainfuck AS $$ x $$',
      '1: The function f is in brainfuck, a language that this review does not know, and its body was not read.',
    ],
    'CREATE EXTENSION plpython3u': [
      'CREATE EXTENSION plpython3u',
      '1: CREATE EXTENSION plpython3u brings an untrusted language: its code reaches files and programs of the server.',
    ],
    'CREATE LANGUAGE plperlu': [
      'CREATE LANGUAGE plperlu',
      '1: CREATE EXTENSION plperlu brings an untrusted language: its code reaches files and programs of the server.',
    ],
    'CREATE TRUSTED LANGUAGE x HANDLER h': [
      'CREATE TRUSTED LANGUAGE x HANDLER h',
      '1: CREATE LANGUAGE x brings a language whose code this review does not read.',
    ],
    'CREATE EXTENSION IF NOT EXISTS something_of_ours': [
      'CREATE EXTENSION IF NOT EXISTS something_of_ours',
      '1: CREATE EXTENSION something_of_ours is none that this review knows: its code runs in the server.',
    ],
    "LOAD 'x'": ["LOAD 'x'", '1: LOAD runs code of a library in the server.'],
  },
  allows: {
    'CREATE EXTENSION IF NOT EXISTS pgcrypto': 'CREATE EXTENSION IF NOT EXISTS pgcrypto',
    'CREATE EXTENSION "uuid-ossp"': 'CREATE EXTENSION "uuid-ossp"',
    'CREATE EXTENSION citext; CREATE EXTENSION pg_trgm; CREATE EXTENSION hstore; CREATE EXTENSION postgis; CREATE EXTENSION vector':
      'CREATE EXTENSION citext; CREATE EXTENSION pg_trgm; CREATE EXTENSION hstore; CREATE EXTENSION postgis; CREATE EXTENSION vector',
    'CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$':
      'CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$',
    'CREATE FUNCTION f() RETURNS int RETURN 1': 'CREATE FUNCTION f() RETURNS int RETURN 1',
    'DROP EXTENSION hstore': 'DROP EXTENSION hstore',
    "CREATE FUNCTION f() RETURNS int LANGUAGE SQL AS 'SELECT 1'":
      "CREATE FUNCTION f() RETURNS int LANGUAGE SQL AS 'SELECT 1'",
  },
})
