import { testRule } from '../testing.ts'
import { outsideConnection } from './outside-connection.ts'

testRule(outsideConnection, {
  reports: {
    'CREATE EXTENSION dblink': [
      'CREATE EXTENSION dblink',
      '1: CREATE EXTENSION dblink lets SQL connect the database server to others.',
    ],
    'CREATE EXTENSION postgres_fdw': [
      'CREATE EXTENSION postgres_fdw',
      '1: CREATE EXTENSION postgres_fdw lets SQL connect the database server to others.',
    ],
    "CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'a')": [
      "CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'a')",
      '1: CREATE SERVER s connects the database server to another one.',
    ],
    "ALTER SERVER s OPTIONS (SET host 'b')": [
      "ALTER SERVER s OPTIONS (SET host 'b')",
      '1: ALTER SERVER s connects the database server to another one.',
    ],
    'CREATE USER MAPPING FOR anna SERVER s': [
      'CREATE USER MAPPING FOR anna SERVER s',
      '1: CREATE USER MAPPING FOR anna SERVER s says who may use another server, and as whom.',
    ],
    'CREATE FOREIGN TABLE f (a int) SERVER s': [
      'CREATE FOREIGN TABLE f (a int) SERVER s',
      '1: CREATE FOREIGN TABLE f has its rows on s, where other people may change them.',
    ],
    'IMPORT FOREIGN SCHEMA a FROM SERVER s INTO b': [
      'IMPORT FOREIGN SCHEMA a FROM SERVER s INTO b',
      '1: IMPORT FOREIGN SCHEMA a makes tables of whatever s says that it has.',
    ],
    "CREATE SUBSCRIPTION s CONNECTION 'host=a' PUBLICATION p WITH (connect = false)": [
      "CREATE SUBSCRIPTION s CONNECTION 'host=a' PUBLICATION p WITH (connect = false)",
      '1: CREATE SUBSCRIPTION s has another server write into the tables of this one.',
    ],
    "ALTER SUBSCRIPTION s CONNECTION 'host=b'": [
      "ALTER SUBSCRIPTION s CONNECTION 'host=b'",
      '1: ALTER SUBSCRIPTION s has another server write into the tables of this one.',
    ],
    'CREATE PUBLICATION p FOR ALL TABLES': [
      'CREATE PUBLICATION p FOR ALL TABLES',
      '1: CREATE PUBLICATION p FOR ALL TABLES gives the rows of every table to whoever subscribes, later ones included, and UPDATE and DELETE fail where a table has no replica identity.',
    ],
    "SELECT dblink_connect('a', 'host=b')": [
      "SELECT dblink_connect('a', 'host=b')",
      '1: dblink_connect connects the database server to another one.',
    ],
    "SELECT net.http_post('a')": [
      "SELECT net.http_post('a')",
      '1: net.http_post sends a request from the database server to another one.',
    ],
    "SELECT http_get('a')": [
      "SELECT http_get('a')",
      '1: http_get sends a request from the database server to another one.',
    ],
    'CREATE FOREIGN DATA WRAPPER w': [
      'CREATE FOREIGN DATA WRAPPER w',
      '1: FOREIGN DATA WRAPPER w lets SQL connect the database server to others.',
    ],
  },
  allows: {
    'CREATE PUBLICATION p FOR TABLE a': 'CREATE PUBLICATION p FOR TABLE a',
    "SELECT dblink('a', 'SELECT 1')": "SELECT dblink('a', 'SELECT 1')",
    'DROP SERVER s': 'DROP SERVER s',
    'SELECT * FROM f': 'SELECT * FROM f',
  },
})
