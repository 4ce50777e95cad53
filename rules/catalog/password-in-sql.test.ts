import { testRule } from '../testing.ts'
import { passwordInSql } from './password-in-sql.ts'

testRule(passwordInSql, {
  reports: {
    "ALTER ROLE app PASSWORD 'S3cret'": [
      "ALTER ROLE app PASSWORD 'S3cret'",
      '1: ALTER ROLE app has a password in it, which everybody sees who may read this file.',
    ],
    "CREATE ROLE app LOGIN ENCRYPTED PASSWORD 'S3cret'": [
      "CREATE ROLE app LOGIN ENCRYPTED PASSWORD 'S3cret'",
      '1: CREATE ROLE app has a password in it, which everybody sees who may read this file.',
    ],
    "CREATE USER MAPPING FOR app SERVER s OPTIONS (user 'a', password 'S3cret')": [
      "CREATE USER MAPPING FOR app SERVER s OPTIONS (user 'a', password 'S3cret')",
      '1: CREATE USER MAPPING FOR app SERVER s has a password in it, which everybody sees who may read this file.',
    ],
    "ALTER USER MAPPING FOR PUBLIC SERVER s OPTIONS (SET password 'S3cret')": [
      "ALTER USER MAPPING FOR PUBLIC SERVER s OPTIONS (SET password 'S3cret')",
      '1: ALTER USER MAPPING FOR PUBLIC SERVER s has a password in it, which everybody sees who may read this file.',
    ],
    "CREATE SUBSCRIPTION s CONNECTION 'host=a password=S3cret' PUBLICATION p WITH (connect = false)": [
      "CREATE SUBSCRIPTION s CONNECTION 'host=a password=S3cret' PUBLICATION p WITH (connect = false)",
      '1: CREATE SUBSCRIPTION s has a password in it, which everybody sees who may read this file.',
    ],
    "ALTER SUBSCRIPTION s CONNECTION 'postgres://a:S3cret@b/c'": [
      "ALTER SUBSCRIPTION s CONNECTION 'postgres://a:S3cret@b/c'",
      '1: ALTER SUBSCRIPTION s has a password in it, which everybody sees who may read this file.',
    ],
  },
  allows: {
    'ALTER ROLE app PASSWORD NULL': 'ALTER ROLE app PASSWORD NULL',
    'CREATE ROLE app LOGIN': 'CREATE ROLE app LOGIN',
    "CREATE SUBSCRIPTION s CONNECTION 'host=a user=b' PUBLICATION p WITH (connect = false)":
      "CREATE SUBSCRIPTION s CONNECTION 'host=a user=b' PUBLICATION p WITH (connect = false)",
    "INSERT INTO t VALUES ('ALTER ROLE a PASSWORD ''x''')":
      "INSERT INTO t VALUES ('ALTER ROLE a PASSWORD ''x''')",
  },
})

testRule(
  passwordInSql,
  {
    reports: {
      "CREATE USER app@localhost IDENTIFIED BY 'S3cret'": [
        "CREATE USER app@localhost IDENTIFIED BY 'S3cret'",
        '1: CREATE USER app@localhost has a password in it, which everybody sees who may read this file.',
      ],
      "ALTER USER app IDENTIFIED WITH mysql_native_password AS '*0123'": [
        "ALTER USER app IDENTIFIED WITH mysql_native_password AS '*0123'",
        '1: ALTER USER app has a password in it, which everybody sees who may read this file.',
      ],
      "CREATE USER a@b IDENTIFIED VIA mysql_native_password USING PASSWORD('S3cret')": [
        "CREATE USER a@b IDENTIFIED VIA mysql_native_password USING PASSWORD('S3cret')",
        '1: CREATE USER a@b has a password in it, which everybody sees who may read this file.',
      ],
      "GRANT SELECT ON shop.* TO app@localhost IDENTIFIED BY 'S3cret'": [
        "GRANT SELECT ON shop.* TO app@localhost IDENTIFIED BY 'S3cret'",
        '1: GRANT has a password in it, which everybody sees who may read this file.',
      ],
      "CREATE USER a IDENTIFIED BY PASSWORD '*0123', b": [
        "CREATE USER a IDENTIFIED BY PASSWORD '*0123', b",
        '1: CREATE USER a, b has a password in it, which everybody sees who may read this file.',
      ],
    },
    allows: {
      'CREATE USER app@localhost IDENTIFIED BY RANDOM PASSWORD':
        'CREATE USER app@localhost IDENTIFIED BY RANDOM PASSWORD',
      'CREATE USER app@localhost IDENTIFIED VIA unix_socket':
        'CREATE USER app@localhost IDENTIFIED VIA unix_socket',
      "CREATE USER app@localhost IDENTIFIED WITH 'auth_socket'":
        "CREATE USER app@localhost IDENTIFIED WITH 'auth_socket'",
      "CREATE USER app@localhost COMMENT 'identified by hand'":
        "CREATE USER app@localhost COMMENT 'identified by hand'",
    },
  },
  { engine: 'mysql' },
)
