import { testRule } from '../testing.ts'
import { serverFiles } from './server-files.ts'

testRule(serverFiles, {
  reports: {
    "CREATE TABLESPACE t LOCATION '/x'": [
      "CREATE TABLESPACE t LOCATION '/x'",
      '1: CREATE TABLESPACE t has tables written to a folder of the server.',
    ],
    "COPY app.invoices FROM '/x'": [
      "COPY app.invoices FROM '/x'",
      "1: COPY app.invoices FROM a file reads from the server's own files.",
    ],
    "COPY (SELECT 1) TO '/x'": [
      "COPY (SELECT 1) TO '/x'",
      "1: COPY a query TO a file writes rows into the server's own files.",
    ],
    "SELECT lo_import('/x')": ["SELECT lo_import('/x')", "1: lo_import reads from the server's own files."],
    "SELECT lo_export(1, '/x')": [
      "SELECT lo_export(1, '/x')",
      "1: lo_export writes to the server's own files.",
    ],
    "INSERT INTO a VALUES (pg_catalog.pg_read_file('x'))": [
      "INSERT INTO a VALUES (pg_catalog.pg_read_file('x'))",
      "1: pg_read_file reads from the server's own files.",
    ],
    "CREATE VIEW v AS SELECT pg_ls_dir('.')": [
      "CREATE VIEW v AS SELECT pg_ls_dir('.')",
      "1: pg_ls_dir reads from the server's own files.",
    ],
    "DO $$ BEGIN PERFORM pg_stat_file('x'); END $$": [
      "DO $$ BEGIN PERFORM pg_stat_file('x'); END $$",
      "1: pg_stat_file reads from the server's own files.",
    ],
    "CREATE TABLE t (a text DEFAULT pg_read_file('x'))": [
      "CREATE TABLE t (a text DEFAULT pg_read_file('x'))",
      "1: pg_read_file reads from the server's own files.",
    ],
    'CREATE EXTENSION file_fdw': [
      'CREATE EXTENSION file_fdw',
      "1: CREATE EXTENSION file_fdw lets SQL read and write the server's own files.",
    ],
  },
  allows: {
    'COPY a FROM STDIN': 'COPY a FROM STDIN',
    "COPY a FROM PROGRAM 'id'": "COPY a FROM PROGRAM 'id'",
    'SELECT pg_read_file FROM a': 'SELECT pg_read_file FROM a',
    "INSERT INTO a VALUES ('pg_read_file(1)')": "INSERT INTO a VALUES ('pg_read_file(1)')",
    "SELECT pg_relation_size('a')": "SELECT pg_relation_size('a')",
  },
})

testRule(
  serverFiles,
  {
    reports: {
      "LOAD DATA INFILE '/x' INTO TABLE shop.invoices": [
        "LOAD DATA INFILE '/x' INTO TABLE shop.invoices",
        "1: LOAD DATA INFILE into shop.invoices reads from the server's own files.",
      ],
      "SELECT LOAD_FILE('/x')": ["SELECT LOAD_FILE('/x')", "1: LOAD_FILE reads from the server's own files."],
      "CREATE PROCEDURE p() SELECT LOAD_FILE('/x')": [
        "CREATE PROCEDURE p() SELECT LOAD_FILE('/x')",
        "1: LOAD_FILE reads from the server's own files.",
      ],
    },
    allows: {
      "LOAD DATA LOCAL INFILE 'x' INTO TABLE a": "LOAD DATA LOCAL INFILE 'x' INTO TABLE a",
      'SELECT load_file FROM a': 'SELECT load_file FROM a',
      'CREATE TABLE load_file (a INT)': 'CREATE TABLE load_file (a INT)',
      "SELECT 1 INTO OUTFILE '/x'": "SELECT 1 INTO OUTFILE '/x'",
    },
  },
  { engine: 'mysql' },
)
