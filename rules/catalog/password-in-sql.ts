import type { Rule } from '../rule.ts'

export const passwordInSql: Rule = {
  id: 'password-in-sql',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'block',
  title: 'A password in a migration',
  why: 'Whoever may read the repository, its history, the pull request or the log of the server reads the password. Taking it out of a later commit takes it from nobody.',
  instead: 'Set it outside of migrations, and change the one that was written here: it is known now.',
  bad: "ALTER ROLE app PASSWORD 'S3cret';",
  good: "COMMENT ON ROLE app IS 'its password is in the secret store';",
  mysql: {
    bad: "CREATE USER 'reader'@'10.0.0.5' IDENTIFIED BY 'S3cret';",
    good: `CREATE TABLE settings (name varchar(100) PRIMARY KEY)
  COMMENT = 'the password of the account reader is in the secret store';`,
  },

  check(statement) {
    if (statement.kind !== 'secret') return
    return {
      message: `${statement.what} has a password in it, which everybody sees who may read this file.`,
      instead: statement.instead,
    }
  },
}
